"""What a person sees on the screen, and the same as data: tables, CSV, JSON."""

from __future__ import annotations

import json
import math
import os
import stat
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date, time
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Any

import polars as pl
from polars import selectors as cs
from rich.console import Console
from rich.markup import escape
from rich.progress import Progress

import connectors
from connectors.contract import HEADLINES, METRIC
from flows.cli.csv_text import csv_text
from flows.cli.drawn_tables import draw
from flows.figure_text import accounts_reached, cell, figure, short, signed
from flows.steps.access import Check
from flows.steps.loaded import of_file
from warehouse.figures.tables import MART
from warehouse.measures import OF_EVENTS
from warehouse.publish.snapshot import query_published
from warehouse.texts import number_of, visible


class By(StrEnum):
    """What makes a row of totals; each has a published table of its own."""

    campaign = "campaign"
    activity = "activity"
    project = "project"
    platform = "platform"
    kind = "kind"
    organisation = "organisation"
    account = "account"
    asset = "asset"
    stage = "stage"


class Format(StrEnum):
    """How a table is written."""

    table = "table"
    csv = "csv"
    json = "json"


def say(text: str) -> None:
    """A line on stdout."""
    sys.stdout.write(visible(text) + "\n")


def warn(text: str) -> None:
    """A line on stderr."""
    sys.stderr.write(visible(text) + "\n")


@contextmanager
def progress(what: str) -> Iterator[Callable[[str, int], None]]:
    """The progress of long work over files: a bar on a terminal; elsewhere the log says enough."""
    bars = Console(stderr=True)
    if not bars.is_terminal:
        yield lambda path, left: None
        return
    with Progress(console=bars, transient=True) as bar:
        task = bar.add_task(what, total=None)

        def on_load(path: str, left: int) -> None:
            total = bar.tasks[0].total
            bar.update(
                task,
                total=total or left,
                completed=(total or left) - left,
                description=f"{what}: {escape(visible(path))}",
            )

        yield on_load


def show(frame: pl.DataFrame, format: Format, most: int | None = None) -> None:
    """Writes a frame; CSV into a file gets a byte-order mark, so that Excel reads Khmer.

    ``most`` rows are drawn; as data all are written.
    """
    if format is Format.csv:
        mark = "\ufeff" if stat.S_ISREG(os.fstat(sys.stdout.fileno()).st_mode) else ""
        nested = frame.select(cs.nested()).columns
        flat = frame.with_columns(pl.Series(name, [as_json(v) for v in frame[name]], pl.String) for name in nested)
        text = csv_text(flat)
        sys.stdout.write(mark + (visible(text) if sys.stdout.isatty() else text))
    elif format is Format.json:
        say(as_json(frame.to_dicts()))
    else:
        drawn = frame if most is None else frame.head(most)
        draw([c.replace("_", " ") for c in frame.columns], [[cell(v) for v in row] for row in drawn.iter_rows()])
        if more := frame.height - drawn.height:
            say(f"And {more:,} more rows; --format csv has them all.")


def as_json(value: object, indent: int | None = None) -> str:
    """A value as JSON: numbers are numbers, days and times are ISO 8601, what is no number at all is null."""
    separators = (",", ":") if indent is None else (",", ": ")
    return json.dumps(_in_json(value), ensure_ascii=False, allow_nan=False, indent=indent, separators=separators)


def _in_json(value: object) -> Any:
    """A cell of a frame as the types that JSON has."""
    match value:
        case None | bool() | int() | str():
            return value
        case float():
            return value if math.isfinite(value) else None
        case Decimal():
            return int(value) if value == value.to_integral_value() else float(value)
        case date() | time():
            return value.isoformat()
        case Mapping():
            return {str(key): _in_json(item) for key, item in value.items()}
        case list() | tuple() | pl.Series():
            return [_in_json(item) for item in value]
        case _:
            return str(value)


def show_totals(published: Path, by: str, format: Format) -> None:
    """The published totals by something."""
    show_frame(query_published(published, f"from {by}_totals"), by, format)


def show_frame(totals: pl.DataFrame, by: str, format: Format) -> None:
    """Totals, shortened on the screen to what a report needs; whole as data."""
    if format is not Format.table:
        show(totals, format)
        return
    if totals.is_empty():
        say(f"There is no {by} here, so that there is nothing to show.")
        return
    if by == "stage":
        totals = totals.sort("campaign_id", "step")
    keys = [c.name for c in MART[f"{by}_totals"].columns if c.name not in _NOT_KEYS]
    keys = [k for k in keys if k in totals.columns and k not in _LONG]
    metrics = [m for m in HEADLINES if totals[m].is_not_null().any()]
    has_events = "events" in totals.columns and (totals["events"] > 0).any()  # an older version did not publish them
    people = [m for m in OF_EVENTS[1:3] if has_events and totals[m].is_not_null().any()]
    counts = ["posts", "outreach", *(["events"] if has_events else [])]
    rows = []
    for row in totals.iter_rows(named=True):
        cells = [cell(row[k]) for k in keys]
        cells += [cell(row[count]) for count in counts]
        cells += [figure(row, m) for m in (*people, *metrics)]
        cells += [accounts_reached(row), cell(row["visits"]), _read(row)]
        rows.append(cells)
    names = [METRIC[m].word for m in metrics]
    heads = [
        *(k.removesuffix("_id").replace("_", " ") for k in keys),
        *counts,
        *(word.removeprefix("participants_") for word in people),
        *names,
        "reach",
        "visits",
        "read",
    ]
    if totals["visits"].is_null().all():
        rows = [[*r[:-2], r[-1]] for r in rows]
        heads.remove("visits")
    draw(heads, rows, left=len(keys))
    as_of = cell(totals["as_of"].max() if totals.height else None)
    if "period_start" in totals.columns:
        start = cell(totals["period_start"].max() if totals.height else None)
        say(
            f"Gained from {start} to {as_of}. “11 (9 of 12)”: 9 of 12 posts know theirs, which takes a reading "
            "in these days and one before, or a publication in them. Accounts reached: at least the largest gain."
        )
        _say_definitions(totals)
        return
    say(
        f"As of {as_of}. “11 (9 of 12)”: 9 of 12 posts know the figure. ≈: rounded by its platform. "
        "Reach counts accounts, is never added up, and is shown as the bounds that it lies between."
    )
    for basis in totals["views_basis"].drop_nulls().unique().sort():
        say(f"Views over platforms that differ: {basis}.")
    _say_definitions(totals)


def show_unattributed(published: Path, format: Format) -> None:
    """Posts that no rule took, those with the most views first."""
    frame = query_published(published, "from unattributed_posts order by views desc nulls last, platform, post_id")
    if format is not Format.table:
        show(frame, format)
        return
    rows = []
    for r in frame.iter_rows(named=True):
        post = f"{r['platform']}:{r['post_id']}"
        rows.append(
            [
                post,
                cell(r["published_at"])[:10],
                cell(r["account_name"]),
                short(r["text"]),
                cell(r["views"]),
                cell(r["nearest"]),
            ]
        )
    draw(["post", "published", "account", "text", "views", "nearest rule"], rows)


def show_sources(published: Path, format: Format) -> None:
    """Each account as a connector reads it, then the files that need a person."""
    frame = query_published(published, "from source_freshness order by connector, account_name")
    if format is not Format.table:
        show(frame, format)
        return
    shown = ["last_load_at", "age_days", "kept", "rejected", "act"]
    heads = ["connector", "account", "last good load", "days old", "rows", "rejected", "who has to act"]
    if frame["withheld"].is_not_null().any():
        shown.insert(-1, "withheld")
        heads.insert(-1, "withheld")
    rows = []
    for r in frame.iter_rows(named=True):
        last, *others = (cell(r[c]) for c in shown)
        rows.append([cell(r["connector"]), r["account_name"] or "?", last[:10], *others])
    draw(heads, rows)
    files = query_published(
        published, "from source_files where problem is not null or whose is not null or rejected > 0 order by path"
    )
    if files.height:
        say("Files that need somebody:")
        for r in files.iter_rows(named=True):
            rejected = f"{r['rejected']} of {number_of(r['rows'], 'row')} rejected" if r["rejected"] else None
            say(f"  {of_file(r['path'], r['problem'] or r['whose'] or str(rejected))}")
    doubles = query_published(published, "select count(*) AS n from possible_doubles")["n"].item()
    if doubles:
        say(f"Posts that may be counted twice: {doubles}; reach query \"from possible_doubles\" lists them, and "
            "[[same]] in the plan, or the sheet same of plan.xlsx, joins two; so does the sheet possible_doubles of "
            "reach.xlsx, filled in.")  # fmt: skip


def show_checks(checks: Sequence[Check], format: Format) -> None:
    """What each account answered when it was asked now."""
    if format is not Format.table:
        show(pl.DataFrame([asdict(check) for check in checks]), format)
        return
    rows = [
        [check.account, check.permission, check.kind or "–", check.metric or "all", check.came, check.act or "–"]
        for check in checks
    ]
    draw(["account", "permission", "kind", "metric", "what came", "who has to do what"], rows, left=6)


def show_differences(
    name: str, differences: Sequence[Mapping[str, Any]], details: Mapping[str, Sequence[str]], format: Format
) -> None:
    """The figures of a frozen report that differ today, each with its causes."""
    if format is Format.json:
        say(as_json(list(differences)))
        return
    rows = [
        [
            difference["table"], ", ".join(str(value) for value in difference["key"].values()), difference["metric"],
            cell(difference["frozen"]) or "not known", cell(difference["now"]) or "not known",
            "; ".join(f"{kind} {signed(amount)}" if amount else kind for kind, amount in difference["causes"].items()),
        ]
        for difference in differences
    ]  # fmt: skip
    heads = ["table", "key", "metric", "frozen", "now", "causes"]
    if format is Format.csv:
        show(pl.DataFrame(rows, schema=dict.fromkeys(heads, pl.String), orient="row"), format)
        return
    if not differences:
        say(f"Every figure of {name} would be the same today.")
        return
    main = [row for row in rows if row[0] in _READ_FIRST and not row[2].endswith(_OF_HOW_MANY)] or rows
    shown: list[list[str]] = []
    for table in dict.fromkeys(row[0] for row in main):
        shown += [row for row in main if row[0] == table][:_SHOWN_OF_A_TABLE]
    draw(
        heads,
        [[table.replace("_", " "), key, metric.replace("_", " "), *rest] for table, key, metric, *rest in shown],
        3,
    )
    drawn = Counter(row[0] for row in shown)
    if more := {table: n - drawn[table] for table, n in Counter(row[0] for row in rows).items() if n > drawn[table]}:
        each = ", ".join(f"{count:,} of {table.replace('_', ' ')}" for table, count in more.items())
        say(f"More figures differ: {each}; --format csv has them all.")
    for kind, lines in details.items():
        say(f"{kind[:1].upper()}{kind[1:]}:")
        for line in lines:
            say(f"  {line}")


def _say_definitions(totals: pl.DataFrame) -> None:
    """Writes a line for every change of a platform's definition that one of the totals spans."""
    spanned = totals["definitions"].drop_nulls().str.split("; ").explode().unique().sort()
    by_sentence = {change.sentence: change for change in connectors.PLATFORMS.changes}
    for sentence in spanned:
        change = by_sentence.get(sentence)
        if change is None:  # published by a version of Reach that words it otherwise
            say(f"Counted in two ways: {sentence}.")
            continue
        metric = METRIC[change.metric].word
        since = f"{change.since.day} {change.since:%B %Y}"
        where = f"{metric} on {change.platform}"
        say(f"Counted in two ways, {where}. Before {since}: {change.before}. Since then: {change.now}.")


_READ_FIRST = (
    "printed", "project_totals", "activity_totals", "campaign_totals", "stage_totals", "indicator_progress",
)  # fmt: skip
"""The tables that ``diff`` draws; of the others it says how many figures differ, unless nothing else does."""
_OF_HOW_MANY = ("_known", "_whole")
"""How columns end that say how many posts know a figure; they differ wherever the figure does."""
_SHOWN_OF_A_TABLE = 40
"""The most figures of a table that ``diff`` draws; as data it has all."""
_LONG = ("account_id", "first_published_on", "last_published_on", "output", "objective", "step", "activity_id_of")
_NOT_KEYS = {c.name for c in MART["project_totals"].columns} - {"project_name"}


def _read(row: dict[str, object]) -> str:
    start, end = cell(row["read_from"])[:10], cell(row["read_to"])[:10]
    if until := row.get("read_until"):
        return f"between {start} and {max(end, cell(until)[:10])}"
    return start if start == end else f"{start} to {end}"
