"""Texts that say what one night did: Markdown and a table for its run's page, and a paragraph for a notice.

The functions are pure: they make texts of a night and its tables. They escape what came from the internet or from
people.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import polars as pl

from connectors.contract import HEADLINES, METRIC
from flows.figure_text import accounts_reached, figure, short, signed
from flows.steps import plan_files
from flows.steps.ask_apis import Pulled
from flows.steps.loaded import Loaded
from flows.steps.night import NEEDS_A_PERSON, Night
from flows.steps.settings import SettingsError, Workspace
from warehouse.archive.pulls import UNTIL_THEN
from warehouse.faults import fault
from warehouse.plan.model import Plan, PlanError
from warehouse.publish.snapshot import NothingPublished, read_tables
from warehouse.texts import number_of

FILES, SENTENCES, ROWS = 20, 50, 50
"""The most that is listed of what came in, of sentences, and of totals; beyond, it is said how many more there are."""

NOTICE_SENTENCES = 5
"""The most sentences in a notice."""
_SENTENCE_CHARACTERS = 300

Tables = Mapping[str, pl.DataFrame]


@dataclass(frozen=True)
class Run:
    """One night that published: what it took in, whom it asked, and its tables beside those that it replaced."""

    night: Night
    plan: Plan
    loaded: Loaded
    tables: Tables
    pulled: Mapping[str, Pulled] = field(default_factory=dict)
    before: Tables = field(default_factory=dict)


def published_before(folder: Path) -> Tables:
    """The totals that are published in ``folder`` now; none where nothing is there, or where it cannot be read."""
    try:
        return read_tables(folder, {"about": (), "project_totals": (), "campaign_totals": ()})
    except (NothingPublished, duckdb.Error, OSError):
        return {}


def plan_of(workspace: Workspace) -> Plan | None:
    """The plan as it stands, where it has no mistakes."""
    try:
        return plan_files.plan_of(plan_files.read(workspace))
    except (OSError, PlanError, SettingsError):  # settings say where the inbox lies, which may hold the plan
        return None


def moment(at: datetime, zone: str) -> str:
    """An instant (UTC without zone) as the reporting zone's clock shows it."""
    return f"{at.replace(tzinfo=UTC).astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M} ({zone})"


def markdown(run: Run) -> str:
    """What came in, what did not, the totals with their change, and who has to act."""
    night, count = run.night, len(run.night.problems)
    verdict = f"{_things(count)} left out" if count else "nothing left out"
    parts = [
        f"# Published as of {night.published_as_of}, {verdict}",
        _section("What came in", _came_in(run)),
        _section("What did not", _left_out(run)),
        f"## Totals\n\n{_since(run.before)}\n\n{_totals(run)}",
    ]
    parts += [escaped(sentence) for sentence in night.to_look_at]
    if acts := [f"{_bold(who)}: {escaped(act)}" for who, act in acting(run.tables)]:
        parts.append(_section("Who has to act", _listed(acts)))
    return "\n\n".join(parts) + "\n"


def failure_markdown(error: BaseException, before: Tables) -> str:
    """A text that says that nothing was published, why, and what readers still have."""
    sentences = "\n\n".join(escaped(line) for line in why(error).splitlines())
    return f"# Nothing was published\n\n{sentences}\n\n{what_stands(before)}\n"


def backfill_markdown(pulled: Mapping[str, Pulled], loaded: Loaded, problems: Sequence[str]) -> str:
    """What a backfill brought, and what it left out."""
    costs = [escaped(platform.cost) for platform in pulled.values() if platform.cost]
    came = [*_questions(pulled), *costs, f"Loads: {len(loaded.synced.loaded)}. The next night publishes them."]
    return "\n\n".join(
        [
            "# Everything that the platforms have",
            _section("What came in", came),
            _section("What did not", _listed([escaped(problem) for problem in problems]) or ["Nothing was left out."]),
        ]
    )


def not_counting(tables: Tables, plan: Plan) -> list[str]:
    """Which campaigns that have begun have no posts, and how many posts count in no campaign, a sentence each."""
    begun = {
        campaign.id
        for campaign in plan.campaigns
        if campaign.starts is None or campaign.starts <= tables["about"]["as_of"].item()
    }
    empty = tables["campaign_totals"].filter(
        pl.col("campaign_id").is_in(list(begun)),
        pl.all_horizontal(pl.col("posts", "outreach", "events") == 0), pl.col("visits").is_null(),
    )["campaign_id"].sort().to_list()  # fmt: skip
    sentences = []
    if empty:
        have = "has" if len(empty) == 1 else "have"
        sentences.append(f"{number_of(len(empty), 'campaign')} {have} no posts: {', '.join(_listed(empty, FILES))}.")
    if left := tables["unattributed_posts"].height:
        every, count = number_of(tables["post_totals"].height, "post"), "1 counts" if left == 1 else f"{left:,} count"
        sentences.append(f"Of {every} {count} in no campaign; reach unattributed says which rule came nearest.")
    return sentences


def sources(tables: Tables) -> list[dict[str, str]]:
    """The table of sources, in the words of ``reach sources``; a cell is empty where its figure is not known."""
    return [
        {
            "source": source["connector"],
            "account": _cell(source["account_name"] or "?"),
            "last good load": f"{source['last_load_at']:%Y-%m-%d}" if source["last_load_at"] else "",
            "days old": _cell(source["age_days"]),
            "rows": _cell(source["kept"]),
            "rejected": _cell(source["rejected"]),
            "questions": _cell(source["requests"]),
            "withheld": _cell(source["withheld"]),
            "who has to act": _cell(source["act"]),
        }
        for source in tables["source_freshness"].sort("connector", "account_name").iter_rows(named=True)
    ]


def acting(tables: Tables) -> list[tuple[str, str]]:
    """Who has to do what, by source: ``facebook Our page`` and a sentence."""
    waiting = tables["source_freshness"].filter(pl.col("act").is_not_null()).sort("connector", "account_name")
    return [
        (f"{source['connector']} {source['account_name'] or '?'}", source["act"])
        for source in waiting.iter_rows(named=True)
    ]


def paragraph(run: Run, workspace: Workspace, new: Sequence[str]) -> str:
    """One paragraph on a night that left something out; ``new`` are those of its sentences that it is told for."""
    night = run.night
    numbered = " ".join(f"({n}) {_for_a_chat(sentence)}" for n, sentence in enumerate(new[:NOTICE_SENTENCES], 1))
    parts = [
        f"{_project(run.plan, workspace)} is published as of {night.published_as_of}, "
        f"but {_things(len(night.problems))} left out.",
        numbered,
    ]
    if len(new) > NOTICE_SENTENCES:
        parts.append(f"And {len(new) - NOTICE_SENTENCES} more.")
    if still := len(night.problems) - len(new):
        parts.append(f"{still} of them {'was' if still == 1 else 'were'} told before.")
    others = [f"{who}: {act}" for who, act in acting(run.tables) if not _is_said(act, night.problems)]
    if others:
        more = f" (and {len(others) - 1} more)" if len(others) > 1 else ""
        parts.append(f"Somebody is waited for{more}: {_for_a_chat(others[0])}")
    parts += [platform.cost for platform in run.pulled.values() if platform.cost]
    parts.append(f"All sources: reach sources --home {workspace.home.resolve()}.")
    if workspace.report.exists():
        parts.append(f"The report: {workspace.settings.report_url or workspace.report.resolve()}")
    return " ".join(part for part in parts if part)


def failure_paragraph(error: BaseException, workspace: Workspace, before: Tables) -> str:
    """One paragraph on a night that published nothing: why, what stands, and what to do."""
    home = workspace.home.resolve()
    return (
        f"{_project(plan_of(workspace), workspace)}: nothing was published. {_for_a_chat(why(error), 600)} "
        f"{what_stands(before)} What to do: mend what is named here, then run reach nightly --home {home}; "
        f"{home / 'logs' / 'reach.jsonl'} has the details."
    )


def why(error: BaseException) -> str:
    """Why a night failed: the sentence for a person, or that Reach itself is at fault."""
    if isinstance(error, NEEDS_A_PERSON):
        return str(error)
    return f"Reach failed ({fault(error)}); please report it."


def what_stands(before: Tables) -> str:
    """What readers have where nothing new was published."""
    if not before:
        return "There is no older snapshot that stands."
    about = before["about"].row(0, named=True)
    return f"The old snapshot stands: as of {about['as_of']}, made {moment(about['refreshed_at'], about['timezone'])}."


def change(now: Mapping[str, Any], then: Mapping[str, Any] | None, metric: str) -> str:
    """How a metric of a total differs from the one before, in brackets; nothing where it does not, or none was there.

    What one of the two does not know has no difference.
    """
    if then is None or (now[metric] is None and then[metric] is None):
        return ""
    if then[metric] is None:
        return " (not known before)"
    if now[metric] is None:
        return f" (before: {then[metric]:,.0f})"
    differences = []
    if difference := now[metric] - then[metric]:
        differences.append(signed(difference))
    if f"{metric}_known" in now and now[f"{metric}_known"] != then[f"{metric}_known"]:
        differences.append(f"known of {then[f'{metric}_known']} before")
    return f" ({', '.join(differences)})" if differences else ""


def escaped(text: object) -> str:
    """A text on one line in which Markdown, HTML and links mean nothing."""
    line = plain(text)
    line = re.sub(r"([\\`*_\[\]<>|~&!#@$])", r"\\\1", line)
    return re.sub(r"(?i)(:)(?=//)|(?<=www)(\.)", lambda match: f"\\{match.group()}", line)


def plain(text: object) -> str:
    """A text on one line, without the marks that hide or turn what is read."""
    line = " ".join(str(text).split())
    return "".join(letter for letter in line if unicodedata.category(letter) != "Cc" and letter not in _TURNING)


_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def _section(title: str, lines: Sequence[str]) -> str:
    return f"## {title}\n\n" + "\n".join(f"- {line}" for line in lines)


def _listed(lines: Sequence[str], most: int = SENTENCES) -> list[str]:
    more = [f"and {len(lines) - most} more"] if len(lines) > most else []
    return [*lines[:most], *more]


def _things(count: int) -> str:
    return "1 thing was" if count == 1 else f"{count} things were"


def _bold(text: str) -> str:
    return f"**{escaped(text)}**"


def _came_in(run: Run) -> list[str]:
    files = run.loaded.files
    loaded = [
        file for file in files.iter_rows(named=True) if not file["refused"] and not file["path"].startswith("api/")
    ]
    lines = [
        f"{escaped(file['path'])}: {file['connector']}, {file['kept']:,} of {file['rows']:,} rows"
        + (" (not used: see below)" if file["doubted"] else "")
        for file in loaded
    ]
    return [*_questions(run.pulled), *_listed(lines, FILES)] or ["Nothing new."]


def _questions(pulled: Mapping[str, Pulled]) -> list[str]:
    return [
        f"{name}: {number_of(platform.accounts, 'account')} asked in {number_of(platform.requests, 'question')}"
        for name, platform in pulled.items()
    ]


def _left_out(run: Run) -> list[str]:
    lines = _listed([escaped(problem) for problem in run.night.problems]) or ["Nothing was left out."]
    waiting = run.tables["source_files"].filter(pl.col("problem").is_not_null())
    tonight = [file["path"] for file in run.loaded.files.iter_rows(named=True) if file["refused"] or file["doubted"]]
    if earlier := waiting.filter(~pl.col("path").is_in(tonight)).height:
        lines.append(f"Not used since earlier nights: {number_of(earlier, 'file')}; reach sources lists them.")
    return lines


def _since(before: Tables) -> str:
    if not before:
        return "Nothing was published before, so there is no change to show."
    about = before["about"].row(0, named=True)
    made = moment(about["refreshed_at"], about["timezone"])
    return f"In brackets: the change since what was published {escaped(made)}, as of {about['as_of']}."


def _totals(run: Run) -> str:
    campaigns = run.tables["campaign_totals"].sort("campaign_id")
    then = {row["campaign_id"]: row for row in _rows(run.before, "campaign_totals")}
    project = next(iter(_rows(run.before, "project_totals")), None)
    lines = [
        "| | posts | " + " | ".join(METRIC[name].word for name in HEADLINES) + " | accounts reached |",
        "| --- |" + " ---: |" * (len(HEADLINES) + 2),
    ]
    lines += [_row(_bold(row["project_name"]), row, project) for row in _rows(run.tables, "project_totals")]
    for campaign in campaigns.head(ROWS).iter_rows(named=True):
        old = then.get(campaign["campaign_id"])
        is_new = bool(run.before) and old is None
        lines.append(_row(escaped(campaign["campaign_name"]) + (" (new)" if is_new else ""), campaign, old))
    if campaigns.height > ROWS:
        lines.append(f"\n{campaigns.height - ROWS} more campaigns: reach totals lists them.")
    return "\n".join(lines)


def _rows(tables: Tables, name: str) -> list[dict[str, Any]]:
    return tables[name].to_dicts() if name in tables else []


def _row(name: str, now: Mapping[str, Any], then: Mapping[str, Any] | None) -> str:
    cells = [name, f"{now['posts']:,}{change(now, then, 'posts')}"]
    cells += [f"{figure(now, metric)}{change(now, then, metric)}" for metric in HEADLINES]
    reach = accounts_reached(now)
    if then is not None and (old := accounts_reached(then)) != reach:  # never subtracted: both are bounds
        reach += f" (before: {old or 'none'})"
    return f"| {' | '.join([*cells, reach])} |"


def _cell(value: object) -> str:
    """A cell of a table beside a run, in which a link of somebody else's making must not be one."""
    text = "" if value is None else f"{value:,}" if isinstance(value, int) else plain(value)
    return text.replace("](", "] (")


def _project(known_plan: Plan | None, workspace: Workspace) -> str:
    return plain(known_plan.project.name if known_plan else workspace.home.resolve().name)


def _is_said(act: str, problems: Sequence[str]) -> bool:
    """Whether a night's problems say already what the table of sources says."""
    cause = act.split(" So it is since ")[0].split(f" {UNTIL_THEN}")[0]
    return any(cause in problem for problem in problems)


def _for_a_chat(text: str, most: int = _SENTENCE_CHARACTERS) -> str:
    """A sentence for a chat: on one line, cut, and without what would call everybody or hide a link there."""
    line = short(plain(text), most).replace("<", "‹").replace(">", "›")
    return re.sub(r"@(?=everyone|here|channel)", "@ ", line)
