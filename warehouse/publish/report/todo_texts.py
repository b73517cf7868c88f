"""The message that asks one person for figures, ready to be pasted into a chat or a mail."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from connectors.platform import Platforms
from warehouse.day import Day
from warehouse.figures import todos
from warehouse.figures.todos import PageWanted, Span, Todo
from warehouse.publish.report.language import LANGUAGES, day, plain, platform_label, what_to_click, words

_NUMBER = re.compile(r"[\s,;(]*\+?\d[\d\s().-]{5,}\s*$")
"""A telephone number at the end of a contact: nobody is greeted by it."""


class Request(NamedTuple):
    """What one person is asked for, by when, and the message that says so in each language."""

    todo: Todo
    by: date | None
    messages: Mapping[str, str]


def requests(figures: Day, *, has_contacts: bool = True) -> list[Request]:
    """The requests to make for the figures of a day, one a person; to organisations, where no contact is named."""
    span, by, project = todos.span(figures), todos.due(figures.plan, figures.as_of), figures.plan.project.name
    return [
        Request(todo, by, {lang: message(todo, project, span, by, lang, figures.platforms) for lang in LANGUAGES})
        for todo in (
            named if has_contacts else named._replace(who=named.organisation or named.who)
            for named in todos.todos(figures)
        )
    ]


def message(todo: Todo, project: str, span: Span, by: date | None, language: str, platforms: Platforms) -> str:
    """One message to one person, for all pages: what to click, which days to choose, and what not to do.

    Args:
        todo: who is asked, and for which pages.
        project: the project's name.
        span: of which days posts are wanted, and from which day on files have to be made.
        by: the day by which figures are needed, if any.
        language: one of :data:`warehouse.publish.report.language.LANGUAGES`.
        platforms: what they are called, and what to click there.
    """
    texts, sentence = words(language)["todo"], words(language)["sentence"]

    def told(key: str, **parts: object) -> str:
        days = {k: day(v, sentence["date"], sentence["locale"]) if isinstance(v, date) else v for k, v in parts.items()}
        return str(texts[key]).format(**days)

    def of_page(page: PageWanted) -> str:
        platform = platforms.named(page.platform)
        clicks = what_to_click(platform, language) if platform else None
        seen = told("never") if page.last_day is None else told("seen", day=page.last_day)
        name, where = plain(page.account_name), platform_label(platforms, page.platform, language)
        return told("page" if clicks else "sheet", page=name, platform=where, clicks=clicks or "", seen=seen)

    asks = told("asks", project=plain(project)) if by is None else told("asks_by", project=plain(project), day=by)
    chosen = (
        told("range_open", last=span.last) if span.first is None else told("range", first=span.first, last=span.last)
    )
    made = [told("made", day=span.made_since)] if span.made_since else []
    pages = [of_page(page) for page in todo.pages]
    return "\n".join(
        [told("greeting", who=_NUMBER.sub("", plain(todo.who))), asks, *pages, chosen, *made, told("send")]
    )
