"""``reach inspect``: what a file is taken for, and why, without loading it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl

import connectors
from connectors.contract import METRICS, Extract, Raw, Refused
from flows import steps
from flows.settings import SettingsError, Workspace
from warehouse import rollups

FAR = datetime(9999, 1, 1)


def inspected(file: Path, workspace: Workspace) -> dict[str, Any]:
    """Everything that can be said of a file, as the JSON has it.

    Totals are over distinct posts: several rows of one post are readings of one instant.
    """
    raw = _raw(file, workspace)
    settings = workspace.connector_settings(_zone(workspace))
    match, extract, refused, name = None, None, None, None
    try:
        connector, match = connectors.recognise(raw, settings)
        name = connector.NAME
        extract = connector.read(raw, settings[name])
    except Refused as refusal:
        refused = str(refusal)
    said: dict[str, Any] = {
        "file": file.name,
        "connector": name,
        "why": match.why if match else None,
        "refused": refused,
    }
    return said | (_read(extract) if extract else {})


def shown(seen: dict[str, Any], format: str) -> str:
    """The same for a person, or as JSON."""
    if format == "json":
        return json.dumps(seen, ensure_ascii=False, indent=1, default=str)
    if seen["refused"]:
        sentence: str = seen["refused"]
        return sentence if sentence.startswith(seen["file"]) else f"{seen['file']}: {sentence}"
    lines = [
        f"{seen['file']} is taken for {seen['connector']}: {seen['why']}.",
        f"  figures seen at  {seen['observed_at']} UTC, by {seen['observed_from']}",
        f"  figures cover    {_period(seen)}",
        f"  read as          {seen['encoding'] or 'cells'}, {seen['language']}, {seen['date_order'] or 'no dates'}",
        f"  rows             {seen['rows']}, of {seen['posts']} posts; {len(seen['rejected'])} rejected",
    ]
    lines += [f"    row {r['row']}: {r['reason']}" for r in seen["rejected"][:10]]
    lines += ["  columns"]
    lines += [f"    {theirs} -> {ours}" for theirs, ours in seen["mapped"].items()]
    lines += [f"    not used: {', '.join(seen['ignored'])}"] if seen["ignored"] else []
    lines += ["  totals"]
    lines += [f"    {m}: {t:,} ({seen['known'][m]} posts know it)" for m, t in seen["totals"].items() if t is not None]
    lines += [f"    not in it: {', '.join(m for m, t in seen['totals'].items() if t is None)}"]
    lines += [f"  note: {note}" for note in seen["notes"]]
    return "\n".join(lines)


def _read(extract: Extract) -> dict[str, Any]:
    evidence = extract.evidence
    posts = rollups.latest(
        extract.observations.lazy().with_columns(pl.lit(evidence.grade != "entered").alias("is_measured")), FAR
    ).collect()
    totals = {m: posts[m.column].sum() if posts[m.column].count() else None for m in METRICS}
    return {
        "language": evidence.language,
        "encoding": evidence.encoding,
        "delimiter": evidence.delimiter,
        "date_order": evidence.date_order,
        "observed_at": evidence.observed_at.isoformat(sep=" "),
        "observed_from": evidence.observed_from,
        "period": {"start": str(evidence.period[0]), "end": str(evidence.period[1])} if evidence.period else None,
        "period_from": evidence.period_from,
        "mapped": dict(evidence.mapped),
        "ignored": list(evidence.ignored),
        "rows": evidence.rows,
        "posts": posts.height,
        "rejected": extract.rejects.select("row", "reason").to_dicts(),
        "totals": {m.name: t / m.per_unit if m.per_unit > 1 and t is not None else t for m, t in totals.items()},
        "known": {m.name: posts[m.column].count() for m in METRICS},
        "account_figures": extract.account_figures.height,
        "notes": list(extract.notes),
    }


def _period(seen: dict[str, Any]) -> str:
    if seen["period"] is None:
        return "the posts' lifetime" + (f", by {seen['period_from']}" if seen["period_from"] else "")
    return f"{seen['period']['start']} to {seen['period']['end']}, by {seen['period_from']}"


def _raw(file: Path, workspace: Workspace) -> Raw:
    """The file as the inbox would give it; outside an inbox its own folders count."""
    file = file.resolve()
    inbox = (workspace.home / "inbox").resolve()
    path = file.relative_to(inbox if inbox in file.parents else file.anchor).as_posix()
    modified = datetime.fromtimestamp(file.stat().st_mtime, UTC).replace(tzinfo=None)
    return Raw(path, file.read_bytes(), modified, steps.now())


def _zone(workspace: Workspace) -> str:
    """The plan's reporting zone; the default where there is no plan to ask."""
    try:
        return steps.read_plan(workspace).plan.project.timezone if workspace.plan_file.exists() else "Asia/Phnom_Penh"
    except (steps.NoPlan, SettingsError):
        return "Asia/Phnom_Penh"
