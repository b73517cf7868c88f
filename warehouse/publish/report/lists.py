"""The pages of lists: posts, what came in, sources, and what the words mean."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cache, partial

from markupsafe import Markup, escape

from connectors.contract import ADDITIVE, HEADLINES
from warehouse.publish.report import audiences_told
from warehouse.publish.report.contents import MOST_LISTED, Row
from warehouse.publish.report.language import LANGUAGES, number
from warehouse.publish.report.page_book import Book

_ADDRESS = re.compile(r"https?://(?P<site>[^/\s;,]+)[^\s;,]*")
_UNVERIFIED = "unverified"
"""How definitions say that nobody has looked a part of them up."""


def posts(book: Book, table: str, title: str, says: str) -> Row:
    """A table of posts for the page's script: its columns, and a row per post, which all languages share.

    Where a column has ``words``, these are shown for what the rows have.

    ``title`` and ``says`` name the words of the page.
    """
    platforms = {name: book.texts.platform(name) for name in book.tables[table]["platform"].unique().sort()}
    columns = [
        {"name": "text", "label": book.texts("text")},
        {"name": "url", "is_hidden": True},
        {"name": "published", "label": book.texts("published")},
        {"name": "platform", "label": book.texts("platform"), "is_filter": True, "words": platforms},
        {"name": "account", "label": book.texts("account"), "is_filter": True},
        {"name": "kind", "label": book.texts("kind"), "is_filter": True, "words": book.texts.words["kinds"]},
    ]
    if table == "post_totals":
        names = {row["campaign_id"]: row["campaign_name"] for row in book.campaigns}
        columns.append(
            {"name": "campaign", "label": book.texts("campaign"), "is_filter": True, "is_list": True, "words": names}
        )
    else:
        nearest = book.tables[table]["nearest"].drop_nulls().unique().sort()
        told = {text: book.texts.told(text) for text in nearest}
        columns.append({"name": "nearest", "label": book.texts("nearest"), "words": told})
    columns += [{"name": m, "label": book.texts.metric(m), "is_number": True} for m in (*HEADLINES, "reach")]
    columns += [{"name": "read", "label": book.texts("last_read")}, {"name": "id", "is_hidden": True}]
    cut, posts = "", book.tables[table].height
    if posts > MOST_LISTED:
        cut = book.texts("cut", shown=number(MOST_LISTED), all=number(posts))
    return {
        "title": book.texts(title), "says": book.texts(says), "cut": cut,
        "list": {"columns": columns, "sort": "views"}, "rows": book.contents.listed[table],
    }  # fmt: skip


def incoming(book: Book) -> Row:
    """Every file of the inbox and every pull, the newest first, with what somebody has to do about it."""
    heads = ("file", "received", "taken_for", "posts", "rows", "kept", "rejected", "observed", "why_that_day", "to_do")
    files, posts, rows = book.tables["source_files"], book.contents.posts_of_loads, []
    came = files.join(book.day.loads.select("load_id", "received_at"), on="load_id", how="left", maintain_order="left")
    newest = came.sort("received_at", "path", descending=True, nulls_last=True, maintain_order=True).head(MOST_LISTED)
    instant = cache(partial(_instant, book))  # a night asks all accounts at one
    for row in newest.iter_rows(named=True):
        told = (book.texts.told(row["problem"]), book.texts.told(row["whose"]))
        todo = "; ".join(part for part in told if part)
        rows.append({
            "css": "bad" if row["problem"] else "warn" if row["rejected"] or row["whose"] else "",
            "cells": [
                row["path"], instant(row["received_at"]), book.texts.connector(row["connector"]),
                posts.get(row["load_id"]), row["rows"],
                row["kept"], row["rejected"],
                instant(row["observed_at"]), book.texts.told(row["observed_from"]),
                "\n".join(part for part in (todo, book.texts.told(row["notes"])) if part) or None,
            ],
        })  # fmt: skip
    says = book.texts("incoming_says")
    if files.height > MOST_LISTED:
        says += " " + book.texts("cut", shown=number(MOST_LISTED), all=number(files.height))
    return table(book.texts("incoming"), says, [(None, heads, rows)])


def sources(book: Book) -> Row:
    """Every account of every source, the oldest reading first, with what somebody has to do about it."""
    heads = (
        "source", "platform", "account", "last_load", "age_days", "kept", "rejected", "last_pull", "unknown", "to_do",
    )  # fmt: skip
    rows = []
    for row in (
        book.tables["source_freshness"].sort("age_days", descending=True, nulls_last=False).iter_rows(named=True)
    ):
        told = [book.texts.told(row[column]) for column in ("act", "problem", "withheld")]
        todo = "; ".join(part for part in told if part)
        rows.append({
            "css": "bad" if row["problem"] else "warn" if row["act"] else "",
            "cells": [
                book.texts.connector(row["connector"]), book.texts.platform(row["platform"]),
                row["account_name"] or row["account_id"],
                _instant(book, row["last_load_at"]), row["age_days"], row["kept"],
                row["rejected"], _instant(book, row["last_pull_at"]),
                book.texts.told((row["unknown"] or "").replace("; ", "\n")) or None, todo or None,
            ],
        })  # fmt: skip
    return table(book.texts("sources"), book.texts("sources_says"), [(None, heads, rows)])


def todos(book: Book) -> Row:
    """Who is asked for which pages' figures, each with the message to paste, in the page's language first."""
    languages = (book.language, *(other for other in LANGUAGES if other != book.language))
    return {
        "are_hidden": book.contacts.are_hidden,
        "people": [
            {"who": request.todo.who, "organisation": request.todo.organisation, "messages": [
                {"language": language, "text": request.messages[language]} for language in languages
            ]}
            for request in book.contents.requests
        ]
    }  # fmt: skip


def audiences(book: Book) -> Row:
    """Who follows or watches each account, as platforms tell it."""
    return {"audiences": audiences_told.of_all(book.tables["audience_breakdowns"], book.texts)}


def definitions(book: Book) -> Row:
    """How figures are read, what they count, and on which days platforms changed that."""
    metrics = [
        {"css": "", "cells": [book.texts.metric(m.name), book.texts.told(m.unit), book.texts.told(m.meaning)]}
        for m in ADDITIVE
    ]
    changes = [
        {"css": "", "cells": [
            book.texts.platform(row["platform"]), book.texts.metric(row["metric"]), book.texts.day(row["since"]),
            ", ".join(map(book.texts.kind, filter(None, (row["kinds"] or "").split(";")))) or None,
            book.texts.told(row["before"]), book.texts.told(row["now"]), _source(book, row["source"]),
        ]}
        for row in book.tables["definition_changes"].sort("since", descending=True).iter_rows(named=True)
    ]  # fmt: skip
    rules = [{"css": "", "cells": [text]} for text in book.texts.words["rules"]]
    return table(
        book.texts("definitions"), book.texts("definitions_says"),
        [(book.texts("how_to_read"), ("rule",), rules),
         (book.texts("metrics_title"), ("figure", "unit", "meaning"), metrics),
         (book.texts("changes_title"), ("platform", "figure", "since", "kind", "before", "now", "source"), changes)],
    )  # fmt: skip


def _instant(book: Book, instant: datetime | None) -> Markup | None:
    """An instant on the reporting zone's clock, whose day is not broken in two."""
    if instant is None:
        return None
    day, _, clock = (book.texts.local(instant) or "").partition(" ")
    return Markup('<span class="day">{}</span> {}').format(day, clock)


def _source(book: Book, source: str | None) -> Markup | None:
    """Where a change is said: the sites, as links, and that something of it is not verified."""
    addresses = _ADDRESS.finditer(source or "")
    links = [Markup('<a href="{}" rel="noopener noreferrer">{}</a>').format(one[0], one["site"]) for one in addresses]
    if source and _UNVERIFIED in source:
        links.append(Markup(escape(book.texts("unverified"))))
    return Markup(", ").join(links) if links else None


def table(title: str, says: str, parts: Iterable[tuple[str | None, Sequence[str], list[Row]]]) -> Row:
    """A page of tables: each has a title or none, the words of its heads, and rows of cells."""
    return {"title": title, "says": says, "parts": [_part(*part) for part in parts]}


def _part(title: str | None, heads: Sequence[str], rows: list[Row]) -> Row:
    """A table without the columns in which no row has anything."""
    kept = [at for at in range(len(heads)) if any(row["cells"][at] is not None for row in rows)]
    return {
        "title": title, "heads": [heads[at] for at in kept],
        "rows": [{"css": row["css"], "cells": [row["cells"][at] for at in kept]} for row in rows],
    }  # fmt: skip
