"""``reach inspect``: what a file is taken for, and why, without loading it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl

import connectors
from connectors.advertising import AD_COUNTS
from connectors.attendance import PART_NAMES
from connectors.contract import METRICS, Extract, Raw, Refused
from connectors.reading import filled_in
from connectors.reading.unrecognised import Unrecognised
from flows.steps import night
from flows.steps.loaded import of_file
from flows.steps.reader import read_decisions
from flows.steps.settings import SettingsError, Workspace
from warehouse.figures.spend import MILLION
from warehouse.figures.totals import sum_known
from warehouse.readings.latest import POST, latest
from warehouse.texts import number_of

FAR = datetime(9999, 1, 1)


def inspected(file: Path, workspace: Workspace) -> dict[str, Any]:
    """Everything that can be said of a file, as the JSON has it.

    Totals are over distinct posts: several rows of one post are readings of one instant. Where a file's tables are of
    several platforms, the one with the most posts is described, and the rest are ``others``.
    """
    raw = _raw(file, workspace)
    settings = workspace.connector_settings(_zone(workspace))
    tables: list[connectors.Read] = []
    connector, match, refused, in_file = "", None, None, None
    try:
        if decided := (read_decisions if _path_in_inbox(file, workspace) else connectors.read_decisions)(raw):
            tables = [decided]
        else:
            platform, match = connectors.recognise(raw, settings)
            connector = platform.name
            tables = sorted(connectors.read(raw, settings), key=lambda table: -table.extract.posts.height)
    except Refused as refusal:
        refused = str(refusal)
        in_file = refusal.in_file if isinstance(refusal, Unrecognised) else None
    if tables:
        connector, match = tables[0].connector, tables[0].match
    facts: dict[str, Any] = {
        "file": file.name,
        "connector": connector or None,
        "why": match.why if match else None,
        "refused": refused,
        "in_file": in_file,
    }
    others = [{"connector": table.connector, "why": table.match.why, **_read(table.extract)} for table in tables[1:]]
    return facts | (_read(tables[0].extract) | {"others": others} if tables else {})


def shown(seen: dict[str, Any], format: str) -> str:
    """The same for a person, or as JSON."""
    if format == "json":
        return json.dumps(seen, ensure_ascii=False, indent=1, default=str)
    if seen["refused"]:
        sentence = of_file(seen["file"], seen["refused"])
        return f"{sentence}\nIn the file: {seen['in_file']}." if seen["in_file"] else sentence
    if seen["connector"] == filled_in.CONNECTOR:
        lines = [f"{seen['file']} is taken for {seen['connector']}: {seen['why']}."]
        lines += [f"  {one['cells']}: {one['post']} {_decision(one)}" for one in seen["decisions"]]
        lines += ["  nothing is filled in"] if not seen["rows"] else []
        return "\n".join([*lines, *(f"  left out: {note}" for note in seen["notes"])])
    for other in seen["others"]:
        also = {**other, "file": f"Another part of {seen['file']}", "refused": None, "others": []}
        seen = {**seen, "after": f"{seen.get('after', '')}\n{shown(also, 'text')}"}
    until = f" or later, until {seen['observed_until']} UTC" if seen["observed_until"] else ""
    lines = [
        f"{seen['file']} is taken for {seen['connector']}: {seen['why']}.",
        f"  figures seen at  {seen['observed_at']} UTC{until}, by {seen['observed_from']}",
        f"  figures cover    {_period(seen)}",
        f"  read as          {_how(seen)}",
        f"  rows             {seen['rows']}, of {_of_what(seen)}; {len(seen['rejected'])} rejected",
    ]
    lines += [f"    row {r['row']}: {r['reason']}" for r in seen["rejected"][:10]]
    more = len(seen["rejected"]) - 10
    lines += [f"    and {more} more; --format json has them all"] if more > 0 else []
    lines += ["  columns"]
    lines += [f"    {theirs} -> {ours}" for theirs, ours in seen["mapped"].items()]
    lines += [f"    not used: {', '.join(seen['ignored'])}"] if seen["ignored"] else []
    if seen["first"]:
        lines += ["  first rows, as they would load"]
        lines += [f"    row {row['row']}: {_row(row)}" for row in seen["first"]]
    if seen["posts"]:
        lines += ["  totals"]
        lines += [
            f"    {m}: {t:,} ({seen['known'][m]} posts know it)" for m, t in seen["totals"].items() if t is not None
        ]
        lines += [f"    not in it: {', '.join(m for m, t in seen['totals'].items() if t is None)}"]
    if seen["account_figures"]:
        lines += [f"  figures of an account: {seen['account_figures']:,}, {', '.join(seen['account_metrics'])}"]
        lines += [f"    {_row(row)}" for row in seen["first_figures"]]
    if seen["attendance"]:
        told = (f"{name} {count:,}" for name, count in seen["attendance"].items() if count is not None)
        lines += [f"  events and who took part: {', '.join(told)}"]
    if seen["audiences"]:
        lines += [f"  parts of audiences: {seen['audiences']:,}, by {', '.join(seen['audiences_by'])}"]
        lines += [f"    row {row['row']}: {_row(row)}" for row in seen["first_parts"]]
    if seen["ad_figures"]:
        in_parts = f", {seen['ad_parts']} of them parts" if seen["ad_parts"] else ""
        lines += [f"  figures of ads: {seen['ad_figures']:,}{in_parts}"]
        lines += [f"    row {row['row']}: {_row(row)}" for row in seen["first_ads"]]
    lines += [f"  note: {note}" for note in seen["notes"]]
    return "\n".join(lines) + str(seen.get("after", ""))


def _decision(one: dict[str, Any]) -> str:
    """What one decision says, behind the post that it is about."""
    named = (one["campaigns"], one["asset"], one["other_post"])
    return ", ".join([one["decided"], *(word for word in named if word)])


def _read(extract: Extract) -> dict[str, Any]:
    evidence = extract.evidence
    posts = _summed(extract)
    totals = {m: posts[m.column].sum() if posts[m.column].count() else None for m in METRICS}
    figures = extract.account_figures
    return {
        "language": evidence.language,
        "encoding": evidence.encoding,
        "delimiter": evidence.delimiter,
        "date_order": evidence.date_order,
        "observed_at": evidence.observed_at.isoformat(sep=" "),
        "observed_until": evidence.observed_until and evidence.observed_until.isoformat(sep=" "),
        "observed_from": evidence.observed_from,
        "period": {"start": str(evidence.period[0]), "end": str(evidence.period[1])} if evidence.period else None,
        "period_from": evidence.period_from,
        "decisions": extract.decisions.to_dicts(),
        "mapped": dict(evidence.mapped),
        "ignored": list(evidence.ignored),
        "rows": _rows(extract),
        "posts": posts.height,
        "rejected": extract.rejects.select("row", "reason").to_dicts(),
        "totals": {m.name: t / m.per_unit if m.per_unit > 1 and t is not None else t for m, t in totals.items()},
        "known": {m.name: posts[m.column].count() for m in METRICS},
        "first": _first(extract),
        "account_figures": figures.height,
        "attendance": _attendance(extract.attendance),
        "account_metrics": sorted(figures["metric"].unique()),
        "first_figures": figures.select("platform", "account_id", "metric", "period_start", "period_end", "value")
        .head(FIRST)
        .to_dicts(),
        "audiences": extract.audiences.height,
        "audiences_by": extract.audiences["dimension"].unique(maintain_order=True).to_list(),
        "first_parts": _first_parts(extract),
        "ad_figures": extract.ad_figures.height,
        "ad_campaigns": extract.ad_figures["ad_campaign"].n_unique(),
        "ad_parts": extract.ad_figures["split_by"].count(),
        "first_ads": _first_ads(extract),
        "notes": list(extract.notes),
    }


def _attendance(events: pl.DataFrame) -> dict[str, int | None]:
    """The sums of what a log tells of events, null where no event tells a part; nothing of a file without events."""
    return events.select(sum_known(name) for name in PART_NAMES).row(0, named=True) if events.height else {}


FIRST = 5
"""Rows that are shown as they would load."""


def _summed(extract: Extract) -> pl.DataFrame:
    """One row per post: its reading, or the sum of its days where the file has only days of it."""
    rows = extract.observations.with_columns(pl.lit(extract.evidence.grade != "entered").alias("is_measured"))
    is_day = (pl.col("period_start") == pl.col("period_end")).fill_null(False)
    has_days_only = is_day.all().over(POST) & (pl.len().over(POST) > 1)
    days, others = rows.filter(has_days_only), rows.filter(~has_days_only)
    summed = days.group_by(POST).agg(sum_known(m.column) for m in METRICS if m.is_additive)
    return pl.concat([latest(others.lazy(), FAR).collect(), summed], how="diagonal")


def _rows(extract: Extract) -> int:
    """How many data rows there are; beside posts, days of their account do not count, as of another table."""
    if not extract.posts.height or extract.evidence.is_document:
        return extract.evidence.rows
    of_posts = pl.concat([extract.observations["row"], extract.rejects["row"]]).unique()
    of_accounts = extract.account_figures["row"].unique()
    return extract.evidence.rows - int((~of_accounts.is_in(of_posts.implode())).sum())


def _first(extract: Extract) -> list[dict[str, Any]]:
    """The first rows as they would load: who, when, what, and the figures that are known."""
    described = extract.posts.select(*POST, "account_id", "published_at", "kind", "text", "row")
    columns = [m.column for m in METRICS if extract.observations[m.column].count()]
    rows = extract.observations.select("row", "period_start", "period_end", *columns).sort("row").head(FIRST)
    shown = rows.join(described, on="row", how="left", maintain_order="left")
    return [{k: _short(v) for k, v in row.items() if v is not None} for row in shown.to_dicts()]


def _first_ads(extract: Extract) -> list[dict[str, Any]]:
    """The first figures of ads as they would load, the money in its currency."""
    names = ("row", "ad_account", "ad_campaign", "ad_campaign_id", "ad_set", "ad", "split_by", "part", "post")
    figures = extract.ad_figures.sort("row").head(FIRST)
    spend = (pl.col("spend_millionths") / MILLION).alias("spend")
    rows = figures.select(*names, "period_start", "period_end", "currency", spend, *AD_COUNTS)
    return [{k: _short(v) for k, v in row.items() if v is not None} for row in rows.to_dicts()]


def _first_parts(extract: Extract) -> list[dict[str, Any]]:
    """The first parts of audiences as they would load, as their source tells them."""
    names = ("row", "platform", "account_id", "audience", "size", "dimension", "part", "told", "unknown_because")
    return extract.audiences.select(names).head(FIRST).to_dicts()


def _of_what(seen: dict[str, Any]) -> str:
    if seen["ad_figures"] and not seen["posts"]:
        return number_of(seen["ad_campaigns"], "campaign") + " of ads"
    return number_of(seen["posts"], "post")


def _short(value: object) -> object:
    text = " ".join(value.split()) if isinstance(value, str) else value
    return f"{text[:77]}…" if isinstance(text, str) and len(text) > 80 else text


def _how(seen: dict[str, Any]) -> str:
    mark = {",": "comma", ";": "semicolon", "\t": "tab"}.get(seen["delimiter"], seen["delimiter"])
    words = (seen["encoding"], mark, f"headers in {seen['language']}", seen["date_order"] or "no dates")
    return ", ".join(word for word in words if word)


def _row(row: dict[str, Any]) -> str:
    return ", ".join(f"{key} {value}" for key, value in row.items() if key != "row" and value is not None)


def _period(seen: dict[str, Any]) -> str:
    if seen["period"] is None:
        how = seen["period_from"].removeprefix("lifetime").lstrip(":, ")
        if seen["audiences"] and not seen["posts"]:
            return how or "days that nothing tells"
        return "the posts' lifetime" + (f", {how}" if how else "")
    return f"{seen['period']['start']} to {seen['period']['end']}, by {seen['period_from']}"


def _raw(file: Path, workspace: Workspace) -> Raw:
    """The file as the inbox would give it; outside an inbox its own folders count."""
    path = _path_in_inbox(file, workspace) or file.resolve().relative_to(file.resolve().anchor).as_posix()
    modified = datetime.fromtimestamp(file.stat().st_mtime, UTC).replace(tzinfo=None)
    return Raw(path, file.read_bytes(), modified, night.now())


def _path_in_inbox(file: Path, workspace: Workspace) -> str | None:
    """The path by which a file comes in; None of one that lies in no inbox."""
    try:
        return workspace.path_in_inbox(file.resolve())
    except SettingsError:
        return None


def _zone(workspace: Workspace) -> str:
    """The plan's reporting zone; the default where there is no plan to ask."""
    try:
        return night.read_plan(workspace).plan.project.timezone if workspace.plan_file.exists() else "Asia/Phnom_Penh"
    except (night.NoPlan, SettingsError):
        return "Asia/Phnom_Penh"
