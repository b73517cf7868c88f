"""What ``reach init`` asks a person for the first plan; flags answer before anything is asked."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from datetime import date
from typing import NamedTuple, TypeVar

import typer

import connectors
from connectors.contract import zones
from connectors.reading import links
from flows.cli import screen
from flows.steps.countries import country_called, nearest_countries, zones_of
from flows.steps.first_plan import Answers, Page, hashtags_in

T = TypeVar("T")

_EARLIEST = date(1990, 1, 1)


class Flags(NamedTuple):
    """What flags say; empty where one is not given."""

    name: str = ""
    country: str = ""
    starts: str = ""
    ends: str = ""
    pages: Sequence[str] = ()
    organisation: str = ""
    campaign: str = ""
    hashtags: Sequence[str] = ()


def is_answered_by_a_person() -> bool:
    """Whether somebody sits at a terminal who can be asked."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def ask(flags: Flags) -> Answers:
    """The answers of a person; what a flag says already is not asked.

    Raises:
        typer.Abort: the person stopped.
    """
    screen.say(
        "A few questions for the plan; Enter leaves out what you do not know yet. Ctrl-C stops, and nothing is kept."
    )
    name = flags.name or _asked("What is the project called?", str, "Our programme")
    zone = zone_of(flags.country) if flags.country else _zone()
    first = day(flags.starts) if flags.starts else _asked("Its first day, as 2026-01-01", day, "")
    last = day(flags.ends) if flags.ends else _asked("Its last day", lambda text: last_day(text, first), "")
    organisations, named = _from_flags(flags) if flags.pages or flags.organisation else _organisations()
    campaign = flags.campaign or _asked("The first campaign", str, name)
    tags = tuple(flags.hashtags) or _asked("Its hashtags", hashtags_in, "")
    return Answers(name, zone, first, last, campaign, hashtags_in(" ".join(tags)), organisations, named)


def taken_from_flags(flags: Flags) -> Answers:
    """What flags say, without a question.

    Raises:
        typer.BadParameter: a flag says what cannot be.
    """
    first = day(flags.starts)
    plain = Answers()
    return Answers(
        flags.name or plain.name,
        zone_of(flags.country) if flags.country else plain.zone,
        first,
        last_day(flags.ends, first),
        flags.campaign,
        hashtags_in(" ".join(flags.hashtags)),
        *_from_flags(flags),
    )


def zone_of(country: str) -> str:
    """The time zone of a country, or the time zone itself; of several the first that tzdata lists.

    Raises:
        typer.BadParameter: it is neither.
    """
    if "/" in country and country in zones():
        return country
    return zones_of(_code(country))[0].name


def day(text: str) -> date | None:
    """A day; None where nothing is said.

    Raises:
        typer.BadParameter: it is none.
    """
    if not text.strip():
        return None
    try:
        read = date.fromisoformat(text.strip())
    except ValueError:
        raise typer.BadParameter(f"{text} is no day; write it as 2026-01-01.") from None
    if read < _EARLIEST:
        raise typer.BadParameter(f"{text} is before {_EARLIEST.year}.")
    return read


def last_day(text: str, first: date | None) -> date | None:
    """As :func:`day`, and not before the first day."""
    last = day(text)
    if last and first and last < first:
        raise typer.BadParameter(f"{last} is before {first}, the first day.")
    return last


def page(text: str) -> str:
    """The account that a pasted link, or ``platform:id``, names; empty where nothing is said.

    Raises:
        typer.BadParameter: it names none.
    """
    text = text.strip()
    platform, colon, account = text.partition(":")
    if not text or (colon and account and not account.startswith("//") and platform in connectors.PLATFORMS.names):
        return text
    if named := links.account(text):
        return named
    raise typer.BadParameter(
        f"{text} leads to no page; paste the link of the page itself, or write facebook:100064512345678, "
        "or mastodon:name@server."
    )


def _from_flags(flags: Flags) -> tuple[tuple[str, ...], tuple[Page, ...]]:
    """The organisation that a flag names, and the pages that flags name, each once: they are the organisation's."""
    organisation = flags.organisation.strip()
    named = tuple(Page(one, organisation) for one in dict.fromkeys(page(text) for text in flags.pages) if one)
    return (organisation,) if organisation else (), named


def _organisations() -> tuple[tuple[str, ...], tuple[Page, ...]]:
    """Organisations with their pages, until no further one is named."""
    pages = dict[str, Page]()
    names = list[str]()
    while name := _asked("An organisation whose pages count" if not names else "Another organisation", str, "").strip():
        if name not in names:
            names.append(name)
        while named := _asked(f"  The link of a page of {name}" if not pages else "  Another page", page, ""):
            if named in pages:
                screen.say(f"  {named} is there already.")
                continue
            known_by = numbered(named)
            pages[named] = Page(known_by, name, "" if known_by == named else named.partition(":")[2])
            screen.say(f"  It is {known_by}.")
    return tuple(names), tuple(pages.values())


def numbered(named: str) -> str:
    """The page by its number, where a person knows it: exports of Facebook call pages by nothing else."""
    platform, _, account = named.partition(":")
    if platform != "facebook" or account.isdecimal():
        return named
    question = "  Its number (on the page: About, Page transparency, Page ID; Enter where you do not know it)"
    number = _asked(question, _number, "")
    return f"{platform}:{number}" if number else named


def _number(text: str) -> str:
    if text.strip() and not text.strip().isdecimal():
        raise typer.BadParameter(f"{text} is no number.")
    return text.strip()


def _zone() -> str:
    """The time zone of the country that a person names; of several the one that is chosen."""
    code = _asked("In which country is it?", _code, "Cambodia")
    of_country = zones_of(code)
    if len(of_country) == 1:
        return of_country[0].name
    for number, zone in enumerate(of_country, 1):
        screen.say(f"  {number}  {zone.name}{f', {zone.part}' if zone.part else ''}")

    def chosen(text: str) -> str:
        if text.isdecimal() and 1 <= int(text) <= len(of_country):
            return of_country[int(text) - 1].name
        raise typer.BadParameter(f"{text} is none of 1 to {len(of_country)}.")

    return _asked("Which of its time zones?", chosen, "1")


def _code(country: str) -> str:
    code = country_called(country)
    if code and zones_of(code):
        return code
    near = nearest_countries(country)
    hint = f"did you mean {' or '.join(near)}?" if near else "write it in English or Khmer, or its code, such as KH."
    raise typer.BadParameter(f"{country} is no country with a time zone; {hint}")


def _asked(question: str, read: Callable[[str], T], default: str) -> T:
    """The answer to a question, asked until it can be read; Enter takes the default."""
    answer: T = typer.prompt(question, default=default, show_default=bool(default), value_proc=read)
    return answer
