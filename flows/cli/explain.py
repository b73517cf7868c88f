"""What ``reach explain`` shows: a figure as a tree that adds up, as lines for a spreadsheet, or as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any

import polars as pl
from rich.markup import escape
from rich.table import Table
from rich.tree import Tree

from connectors.contract import METRIC, Refused
from flows.cli import drawn_tables, screen
from flows.cli.screen import Format
from flows.figure_text import accounts_reached, cell, figure, short, signed
from flows.steps import original
from flows.steps.settings import Workspace
from warehouse.day import Day
from warehouse.evidence import decided, taken_out
from warehouse.evidence.lines import IS_COUNTED_ELSEWHERE, FigureEvidence
from warehouse.evidence.why_not import Reason
from warehouse.figures import build
from warehouse.plan.model import Plan
from warehouse.publish.report.plan_names import asset_names
from warehouse.readings.latest import POST
from warehouse.texts import number_of

Line = Mapping[str, Any]


def show(figures: Sequence[FigureEvidence], day: Day, known_on: object, format: Format) -> None:
    """Writes figures and what each is made of, with what people decided on its posts.

    As CSV a line a reading, whose ``value`` column adds up to the figures. As JSON an object a figure; of several
    figures a list of them.
    """
    if format is Format.csv:
        screen.show(pl.concat([in_units(evidence) for evidence in figures], how="vertical_relaxed"), Format.csv)
    elif format is Format.json:
        trees = [explained(evidence, day) | {"known_on": known_on} for evidence in figures]
        screen.say(screen.as_json(trees if len(trees) > 1 else trees[0], indent=2))
    else:
        console = drawn_tables.console()
        for evidence in figures:
            console.print(_tree(evidence, day.plan))
            notes = (
                *decided.sentences(day.decisions, posts_of(evidence)),
                *_taken_out(evidence, day),
                *_footnotes(evidence),
            )
            for note in notes:
                console.print(note, markup=False, highlight=False)


def explained(evidence: FigureEvidence, day: Day) -> dict[str, Any]:
    """The tree of a figure, how many of its posts know it, what people decided on them, and which they took out."""
    out = taken_out.posts(day, evidence.campaign_id, evidence.metric)
    return tree_of(evidence, day.plan) | {
        "known_counts": _known_counts(evidence),
        "decisions": decided.sentences(day.decisions, posts_of(evidence)),
        "taken_out": [row | {"value": _in_unit(row["value"], evidence)} for row in out.iter_rows(named=True)],
    }


def _taken_out(evidence: FigureEvidence, day: Day) -> Iterable[str]:
    """The posts that people took out of a campaign, a line each, below a line that says what they would bring."""
    out = taken_out.posts(day, evidence.campaign_id, evidence.metric)
    if not out.height:
        return
    brought = ""
    if not evidence.bounds and out["value"].is_not_null().any():
        brought = f", with {_value(_in_unit(sum(out['value'].drop_nulls()), evidence))} {_called(evidence.metric)}"
    are = "is" if out.height == 1 else "are"
    yield f"{number_of(out.height, 'post')} that a rule would take {are} not in it, by what people decided{brought}:"
    for row in out.iter_rows(named=True):
        value = row["note"] or _value(_in_unit(row["value"], evidence))
        yield f"  {value}  “{short(row['text'], 50)}” by {row['account_name'] or '?'}, {row['rule']}; {row['decision']}"


def _known_counts(evidence: FigureEvidence) -> dict[str, int] | None:
    """How many posts count, and how many of them know the figure; None of a figure that is not of posts."""
    posts = evidence.lines.drop_nulls("post_id").filter(~IS_COUNTED_ELSEWHERE)
    if not posts.height:
        return None
    return {"posts": posts.select(POST).n_unique(), "known": posts.drop_nulls("value").select(POST).n_unique()}


def posts_of(evidence: FigureEvidence) -> set[str]:
    """The posts of a figure, each as ``platform:post_id``."""
    return set(evidence.lines.select(pl.format("{}:{}", "platform", "post_id")).to_series().drop_nulls())


def in_units(evidence: FigureEvidence) -> pl.DataFrame:
    """The lines with ``value`` in the metric's own unit; their sum is the figure."""
    if evidence.per_unit == 1:
        return evidence.lines
    return evidence.lines.with_columns(pl.col("value") / evidence.per_unit)


def tree_of(evidence: FigureEvidence, plan: Plan) -> dict[str, Any]:
    """The figure as nested objects: campaign, assets, posts, readings; each ``value`` is the sum of those below."""
    assets, names = [], asset_names(plan, evidence.campaign_id, "en")
    for asset, of_asset in groupby(in_units(evidence).iter_rows(named=True), lambda line: line["asset_id"]):
        posts = []
        for (platform, post_id), of_post in groupby(of_asset, lambda line: (line["platform"], line["post_id"])):
            lines = list(of_post)
            described = {
                key: plain(lines[0][key])
                for key in ("url", "text", "account_name", "rule", "published_at", "gone_since")
            }
            readings = [{key: plain(line[key]) for key in _READING} for line in lines]
            post = {"platform": platform, "post_id": post_id, **described, "value": _sum(lines), "readings": readings}
            posts.append(post)
        assets.append({"asset_id": asset, "asset_name": names.get(asset, asset), "value": _sum(posts), "posts": posts})
    return {
        "campaign_id": evidence.campaign_id,
        "metric": evidence.metric,
        "as_of": str(evidence.as_of),
        "figure": _in_unit(evidence.figure, evidence),
        "at_most": evidence.at_most,
        "bounds": evidence.bounds,
        "assets": assets,
    }


def of_activity(day: Day, campaign_id: str, metric: str) -> str | None:
    """The figure of the activity that a campaign belongs to, as screens write it; None of a stage, which it has not."""
    totals = build.totals(day, ("activity_totals",))["activity_totals"]
    activity = day.plan.activity_of(campaign_id)
    row = totals.row(by_predicate=pl.col("activity_id") == activity.id, named=True)
    if metric == "reach":
        return f"{accounts_reached(row) or 'not known'} {_called(metric)}"
    if metric not in row:
        return None
    shown = figure(row, metric) if metric in METRIC else cell(row[metric])
    return f"{shown or 'not known'} {_called(metric)}"


def show_originals(evidence: FigureEvidence, workspace: Workspace, zone: str) -> None:
    """The row of the original file behind each reading, as it came."""
    settings = workspace.connector_settings(zone)
    console = drawn_tables.console()
    by_file = evidence.lines.drop_nulls("load_id").sort("path", "row")
    for (path, sha256), lines in groupby(by_file.iter_rows(named=True), lambda line: (line["path"], line["sha256"])):
        console.print(f"{path} (SHA-256 {sha256})", markup=False, highlight=False)
        try:
            raw = original.raw_of(workspace.archive, path, sha256)
        except Refused as refusal:
            console.print(f"  {refusal}", markup=False)
            continue
        for line in lines:
            table = Table(box=None, show_header=False, padding=(0, 2))
            post = ":".join(filter(None, (line["platform"], line["post_id"])))
            table.add_row("", escape(f"row {line['row']}: {post}"))
            try:
                for head, cell in original.row_of(raw, line, settings):
                    if cell:
                        table.add_row("  " + escape(head), escape(cell))
            except Refused as refusal:
                table.add_row("", escape(str(refusal)))
            console.print(table)


def show_why_not(evidence: FigureEvidence, reasons: Sequence[Reason], other_number: float, format: Format) -> None:
    """Why a figure is not another one."""
    rows = [
        {
            "what": reason.what,
            "amount": _in_unit(reason.amount, evidence),
            "detail": reason.detail,
        }
        for reason in reasons
    ]
    if format is Format.json:
        figure = _in_unit(evidence.figure, evidence)
        screen.say(
            screen.as_json(
                {"campaign_id": evidence.campaign_id, "metric": evidence.metric, "as_of": evidence.as_of,
                 "figure": figure, "at_most": evidence.at_most, "against": other_number, "reasons": rows}
            )
        )  # fmt: skip
        return
    if format is Format.csv:
        schema = {"what": pl.String, "amount": pl.Float64, "detail": pl.String}
        screen.show(pl.DataFrame(rows, schema=schema), format)
        return
    here = _in_unit(evidence.figure, evidence)
    shown = _bounds(evidence) if evidence.bounds else _value(here)
    named = f"{evidence.campaign_id}, {_called(evidence.metric)}, as of {evidence.as_of}"
    screen.say(f"{named}: {shown} here, {other_number:,g} there.")
    if here is not None and not evidence.bounds:
        screen.say(f"The difference is {signed(other_number - here)}. What can make it:")
    for row in rows:
        amount = row["amount"]
        amount_text = "amount not known" if amount is None else signed(float(amount))
        screen.say(f"  {row['what']}: {amount_text} ({row['detail']})")


_READING = (
    "value", "metric", "observed_at", "period_start", "period_end", "is_rounded", "is_entered", "note", "load_id",
    "connector", "grade", "path", "sha256", "row",
)  # fmt: skip


def _tree(evidence: FigureEvidence, plan: Plan) -> Tree:
    data = tree_of(evidence, plan)
    figure = _bounds(evidence) if evidence.bounds else _value(data["figure"])
    root = Tree(escape(f"{evidence.campaign_id}, {_called(evidence.metric)}: {figure}, as of {evidence.as_of}"))
    for asset in data["assets"]:
        named = asset["asset_id"] is not None
        total = "" if evidence.bounds else f": {_value(asset['value'])}"
        its_id = "" if asset["asset_name"] == asset["asset_id"] else f" ({asset['asset_id']})"
        branch = root.add(escape(f"{asset['asset_name']}{its_id}{total}")) if named else root
        for post in asset["posts"]:
            if post["post_id"] is None and not any(reading["path"] for reading in post["readings"]):
                continue
            node = branch
            if post["post_id"] is not None:
                text = short(post["text"], 50)
                gone = f", gone since {post['gone_since']}" if post["gone_since"] else ""
                who = f"{post['platform']}:{post['post_id']} “{text}” by {post['account_name'] or '?'}{gone}"
                node = branch.add(escape(f"{_value(post['value'])}  {who}"))
            for reading in post["readings"]:
                node.add(escape(_reading_line(reading, evidence)))
    return root


def _reading_line(reading: Line, evidence: FigureEvidence) -> str:
    """A reading in a line: what it adds, when it was read, and the file and row it stands in."""
    if reading["value"] is None:
        return str(reading["note"])
    parts = [("≈ " if reading["is_rounded"] else "") + _value(reading["value"])]
    if reading["metric"] and reading["metric"] != evidence.metric and evidence.per_unit == 1:
        parts[0] += f" {_called(str(reading['metric']))}"
    if reading["period_start"]:
        gained = "spent" if evidence.is_money else "gained"
        parts.append(f"{gained} from {reading['period_start']} to {reading['period_end']}")
    elif reading["observed_at"] and not str(reading["note"]).startswith("read between "):
        parts.append(f"read {str(reading['observed_at'])[:16]} UTC")
    if reading["note"]:
        parts.append(str(reading["note"]))
    if reading["is_entered"]:
        parts.append("typed by hand")
    if reading["path"] and reading["sha256"]:
        parts.append(
            f"{reading['path']}, row {reading['row']}, load {reading['load_id']}, SHA-256 {reading['sha256'][:12]}…"
        )
    return "; ".join(parts)


def _footnotes(evidence: FigureEvidence) -> Iterable[str]:
    unknown = evidence.lines.filter(pl.col("note").fill_null("").str.starts_with("not known"))
    if evidence.bounds:
        yield f"Reach is not added up. {evidence.bounds[:1].upper()}{evidence.bounds[1:]}."
    if unknown.height:
        are = "is" if unknown.height == 1 else "are"
        yield f"Not known of {number_of(unknown.height, 'post')}, which {are} not counted as 0."
    for sentence in evidence.definitions:
        yield f"Counted in two ways: {sentence}."
    if evidence.lines["is_rounded"].fill_null(False).any():
        yield "≈: rounded by its source."


def _bounds(evidence: FigureEvidence) -> str:
    if evidence.figure is None:
        return "not known"
    return f"at least {evidence.figure:,}" + (f", at most {evidence.at_most:,}" if evidence.at_most is not None else "")


def _in_unit(value: int | None, evidence: FigureEvidence) -> int | float | None:
    return value if value is None or evidence.per_unit == 1 else value / evidence.per_unit


def _sum(parts: Iterable[Line]) -> Any:
    values = [part["value"] for part in parts if part["value"] is not None]
    return sum(values) if values else None


def _called(metric: str) -> str:
    return METRIC[metric].word if metric in METRIC else metric.replace("_", " ")


def _value(value: Any) -> str:
    return "not known" if value is None else f"{value:,}"


def plain(value: object) -> object:
    """A value as JSON has it: days and instants as text."""
    return value if value is None or isinstance(value, str | int | float | bool) else str(value)
