"""The first plan of a workspace, written from a few answers, with comments in plain words."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date
from importlib.resources import files

import connectors
from flows.steps.countries import country_of
from warehouse.plan.model import parse
from warehouse.texts import in_toml


@dataclass(frozen=True)
class Page:
    """An account of an organisation, as ``platform:id``, and what else files call it."""

    id: str
    organisation: str = ""
    name: str = ""


@dataclass(frozen=True)
class Answers:
    """What somebody said of a project; what nobody said is written as a comment to fill in."""

    name: str = "Our programme"
    zone: str = "Asia/Phnom_Penh"
    starts: date | None = None
    ends: date | None = None
    campaign: str = ""
    hashtags: tuple[str, ...] = ()
    organisations: tuple[str, ...] = ()
    pages: tuple[Page, ...] = field(default=())


def written(answers: Answers) -> str:
    """The text of a plan that says this.

    Raises:
        PlanError: an answer cannot stand in a plan; all mistakes of it.
    """
    text = (
        "\n\n".join(
            (_project(answers), _campaign(answers), *_who(answers), _examples(_id(answers.campaign or answers.name)))
        )
        + "\n"
    )
    parse(text, connectors.PLATFORMS.names)
    return text


def hashtags_in(text: str) -> tuple[str, ...]:
    """The hashtags that somebody typed in one line, with or without signs, each once."""
    return tuple(dict.fromkeys(tag for tag in re.split(r"[\s,;#＃]+", text) if tag))


def _project(answers: Answers) -> str:
    country = country_of(answers.zone)
    return f"""\
# What is reported on, and what counts towards it. reach plan check says what is wrong in it, each with its line.
# A line that begins with # is a remark: take the # away to use it. docs/plan.md says what each key means.

[project]
name = {in_toml(answers.name)}
timezone = {in_toml(answers.zone)}{f"  # {country}" if country else ""}
{_day("starts", answers.starts)}
{_day("ends", answers.ends)}
# fiscal_year_starts = 10          # October: FY2027 ends in September 2027

# An activity is a line of the results framework. Write one for each that you report on, with the donor's number.
[[activity]]
id = "1"
name = {in_toml(answers.name)}"""


def _campaign(answers: Answers) -> str:
    name = answers.campaign or answers.name
    tags = ", ".join(map(in_toml, answers.hashtags))
    rule = f"  {{ hashtags = [{tags}] }}," if tags else '  # { hashtags = ["OurHashtag"] },'
    lines = f"""\
# A campaign is what posts count towards. A post of its days is taken if any of the rules below takes it.
[[campaign]]
id = {in_toml(_id(name))}            # reports and commands name it so; keep it
activity = "1"
name = {in_toml(name)}
{_day("starts", answers.starts)}
{_day("ends", answers.ends)}
match = [
{rule}
  # {{ text = ["words of a post"], accounts = ["Name of a page"] }},
]
# posts = ["https://www.facebook.com/..."]     # taken by name, whatever the rules say"""
    return lines if tags else lines.replace("\nmatch = [\n", "\n# match = [\n").replace("\n]\n", "\n# ]\n")


def _who(answers: Answers) -> list[str]:
    """The organisations and their pages, or how they are written."""
    if not answers.organisations and not answers.pages:
        return [
            "# Whose pages they are, so that reports say who reached whom, and Reach says who has to send what.\n"
            '# [[organisation]]\n# name = "A member organisation"\n# contact = "Communications officer, +855 ..."\n'
            '# [[account]]\n# id = "facebook:100064500000001"\n# organisation = "A member organisation"'
        ]
    blocks = []
    for number, name in enumerate(answers.organisations):
        remark = "# Whose pages they are, and who is asked about them.\n" if not number else ""
        lines = f'{remark}[[organisation]]\nname = {in_toml(name)}\n# contact = "Communications officer, +855 ..."'
        blocks.append("\n\n".join((lines, *(_page(page) for page in answers.pages if page.organisation == name))))
    return blocks + [_page(page) for page in answers.pages if page.organisation not in answers.organisations]


def _page(page: Page) -> str:
    lines = ["[[account]]", f"id = {in_toml(page.id)}"]
    if page.organisation:
        lines.append(f"organisation = {in_toml(page.organisation)}")
    if page.name:
        lines.append(f"also = [{in_toml(page.name)}]")
    platform, _, account = page.id.partition(":")
    if platform == "facebook" and not account.isdecimal():
        lines.append("# Exports call a Facebook page by its number: put that in the place of the name in id.")
    return "\n".join(lines)


def _examples(campaign_id: str) -> str:
    """What else a plan may hold, as the template shows it, with the ids of this plan."""
    template = (files("flows.steps") / "templates" / "plan.toml").read_text(encoding="utf-8")
    sections = template.replace("\r\n", "\n").strip().split("\n\n")
    examples = "\n\n".join(one for one in sections if one.startswith(("# [[asset]]", "# [[indicator]]")))
    return examples.replace('"first-campaign"', in_toml(campaign_id)).replace("1.1.1", "1")


def _day(key: str, day: date | None) -> str:
    return f"{key} = {day}" if day else f"# {key} = 2026-01-01"


def _id(name: str) -> str:
    """A short id in small Latin letters; of a name without any, a plain one."""
    latin = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", latin).strip("-")[:60].strip("-") or "first-campaign"
