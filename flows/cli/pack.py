"""A figure with everything behind it in one zip, for an auditor who has no Reach.

The zip holds the figure's tree, its lines, the original files and answers as they came, the cells of each row that
counts, the plan, the withdrawals, the documents attached to indicators that the figure counts towards, a checksum of
everything, and a program in plain Python that checks all of it.
"""

from __future__ import annotations

import hashlib
import zipfile
from importlib.resources import files
from pathlib import Path
from typing import Any

import polars as pl

from connectors.contract import Raw, Refused
from flows.cli import explain, screen
from flows.cli.csv_text import csv_text
from flows.steps import original, plan_files
from flows.steps.settings import Workspace
from warehouse import file_system
from warehouse.archive.blobs import LostBytes
from warehouse.day import Day
from warehouse.evidence import decided, taken_out
from warehouse.evidence.lines import FigureEvidence
from warehouse.figures import attached

_KEPT_BACK = "it lists people by name, and stays in the archive"
_FIRST_DAY = (1980, 1, 1, 0, 0, 0)  # the same zip for the same content, whenever it is made


def write(target: Path, evidence: FigureEvidence, day: Day, workspace: Workspace, plan: bytes) -> list[str]:
    """Writes the pack of a figure, and returns a sentence for each thing that could not be put into it."""
    content: dict[str, bytes] = {plan_files.name_of(plan): plan}
    content["figure.json"] = _json_bytes(explain.explained(evidence, day))
    content["lines.csv"] = b"\xef\xbb\xbf" + csv_text(explain.in_units(evidence)).encode()
    posts = {
        *explain.posts_of(evidence),
        *taken_out.names(taken_out.posts(day, evidence.campaign_id, evidence.metric)),
    }
    behind = pl.concat([each.select("load_id") for each in (evidence.lines, decided.on_posts(day.decisions, posts))])
    loads = day.loads.join(behind.drop_nulls().unique(), on="load_id", how="semi").sort("path")
    sources, proofs, missing = [], [], []
    settings = workspace.connector_settings(day.plan.project.timezone)
    for load in loads.iter_rows(named=True):
        lines = evidence.lines.filter(pl.col("load_id") == load["load_id"]).iter_rows(named=True)
        source = {key: explain.plain(load[key]) for key in _SOURCE}
        if original.is_of_people(load["connector"]):
            sources.append(source | {"kept_back": _KEPT_BACK})
            continue
        try:
            raw = original.raw_of(workspace.archive, load["path"], load["sha256"])
        except Refused as refusal:
            missing.append(str(refusal))
            sources.append(source | {"missing": str(refusal)})
            continue
        sources.append(source | _originals(raw, load, content))
        for line in lines:
            proof = {key: line[key] for key in ("platform", "post_id", "metric", "value", "load_id", "row")}
            try:
                cells = original.row_of(raw, line, settings)
                proofs.append(proof | {"cells": [list(cell) for cell in cells]})
            except Refused as refusal:
                proofs.append(proof | {"not_found": str(refusal)})
    wanted = {indicator.id for indicator in attached.behind(day.plan, evidence.campaign_id, evidence.metric)}
    for indicator_id, path, sha256 in attached.of_indicators(day.loads, day.plan).rows():
        if indicator_id in wanted:
            try:
                document = workspace.archive.content(sha256)
            except LostBytes as loss:
                missing.append(f"{path}: {loss}.")
                continue
            if original.lists_people(path, document, settings):
                load = day.loads.row(by_predicate=(pl.col("path") == path) & (pl.col("sha256") == sha256), named=True)
                sources.append({key: explain.plain(load[key]) for key in _SOURCE} | {"kept_back": _KEPT_BACK})
            else:
                content[f"documents/{file_system.name_everywhere(indicator_id)}/{_name_of(path, sha256)}"] = document
    content |= {"sources.json": _json_bytes(sources), "proofs.json": _json_bytes(proofs)}
    events = list(workspace.archive.events("withdrawn", "restored", "removed", "forgotten"))
    paths = set(loads["path"])
    content["withdrawals.json"] = _json_bytes([event for event in events if event.get("path") in paths])
    for name in ("README.txt", "verify.py"):
        content[name] = (files("flows.cli") / "auditing" / name).read_bytes()
    sums = "".join(f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in sorted(content.items()))
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as pack:
        for name, data in sorted({**content, "SHA256SUMS": sums.encode()}.items()):
            pack.writestr(zipfile.ZipInfo(name, _FIRST_DAY), data, zipfile.ZIP_DEFLATED)
    return missing


def _name_of(path: str, sha256: str) -> str:
    """A document's name in the pack; its hash stands before it, since two may have one name."""
    return f"{sha256[:8]}-{file_system.name_everywhere(path.rsplit('/', 1)[-1])}"


_SOURCE = (
    "load_id", "connector", "grade", "path", "sha256", "size", "received_at", "observed_at", "observed_from",
    "period_start", "period_end", "period_from", "rows", "kept", "rejected", "mapped", "notes", "withdrawn",
)  # fmt: skip


def _originals(raw: Raw, load: dict[str, Any], content: dict[str, bytes]) -> dict[str, Any]:
    """Puts the bytes of a load into ``content``; says where they lie there, and what a pull asked for."""
    if not raw.answers:
        name = f"files/{load['sha256'][:16]}/{file_system.name_everywhere(raw.name)}"  # wherever it is unpacked
        content[name] = raw.content
        return {"file": name}
    answers = []
    for answer in raw.answers:
        sha256 = hashlib.sha256(answer.content).hexdigest()
        name = f"answers/{sha256[:16]}.json"
        content[name] = answer.content
        answers.append(
            {"endpoint": answer.endpoint, "asked_at": answer.asked_at.isoformat(), "sha256": sha256, "file": name}
        )
    return {"answers": answers}


def _json_bytes(value: object) -> bytes:
    return screen.as_json(value, indent=1).encode()
