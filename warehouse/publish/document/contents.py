"""What the donor's document says: a scope's sentences, indicators, campaigns with their pictures, notes, and proof.

Only published or frozen tables and the plan are read. Every number is one of theirs, or a sum that is said to be one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from connectors.platform import Platforms
from warehouse.plan.model import Plan
from warehouse.publish.document import campaign_part
from warehouse.publish.document.blocks import Block, Cell, Document, Heading, Notes, Paragraph, Table
from warehouse.publish.document.telling import Frozen, Telling
from warehouse.publish.report import quarter_chart, sentence
from warehouse.publish.report.charts import PAPER
from warehouse.publish.report.language import Language, number, plain
from warehouse.publish.report.plan_names import in_language, nouns
from warehouse.publish.thumbnails import NO_THUMBNAILS, Thumbnails

Tables = Mapping[str, pl.DataFrame]
Row = Mapping[str, Any]

READS: Mapping[str, tuple[str, ...]] = dict.fromkeys(
    (
        "about", "project_totals", "activity_totals", "campaign_totals", "stage_totals", "kind_totals", "asset_totals",
        "platform_totals", "account_totals", "post_totals", "campaign_daily", "campaign_periods", "activity_periods",
        "project_periods", "indicator_progress", "definition_changes", "ad_spend", "campaign_spend",
        "campaign_visits", "tagged_visits",
    ),
    (),
)  # fmt: skip
"""The published tables that a document is made of, with all their columns."""
MAY_LACK = frozenset({
    "activity_periods", "project_periods", "ad_spend", "campaign_spend", "campaign_visits", "tagged_visits",
})  # fmt: skip
"""Those that a report may have been frozen without: its document compares no quarters, and tells no ads and visits."""


@dataclass(frozen=True)
class Scope:
    """What a document is about: some campaigns, and the table and row of totals that they have together.

    ``activity`` is the id of one activity whose indicators stand in it; without it and with ``is_project`` all do.
    """

    campaigns: tuple[str, ...]
    activity: str | None = None
    is_project: bool = False


def document(
    tables: Tables,
    plan: Plan,
    platforms: Platforms,
    scope: Scope,
    language: Language,
    frozen: Frozen | None = None,
    thumbnails: Thumbnails = NO_THUMBNAILS,
) -> Document:
    """The document of a scope in a language.

    Args:
        tables: those in :data:`READS`, published or frozen.
        plan: the plan that they were made by.
        thumbnails: pictures of posts and assets.
    """
    told = in_language({name: tables[name] for name in READS}, plan, language)
    telling = Telling(language, told["about"].row(0, named=True), platforms, plan)
    campaigns = [row for row in told["campaign_totals"].iter_rows(named=True) if row["campaign_id"] in scope.campaigns]
    blocks = [*_summary(telling, told, plan, scope, campaigns), *_indicators(telling, told, scope)]
    for campaign in campaigns:
        blocks += campaign_part.campaign(telling, told, plan, campaign, thumbnails)
    blocks += [Heading(1, telling("check")), Paragraph(telling("check_kept")), Paragraph(_proof(telling, frozen))]
    if telling.notes:
        blocks.append(Notes(telling("notes"), telling.notes))
    title = _title(told, plan, scope, campaigns, language)
    return Document(
        language, title, tuple(lines_below_title(telling, plan, title)), blocks,
        telling("footer", title=title, day=telling.day(telling.about["as_of"])), telling("contents"),
    )  # fmt: skip


def _title(tables: Tables, plan: Plan, scope: Scope, campaigns: Sequence[Row], language: Language) -> str:
    if scope.is_project:
        return plain(project_name(plan, language))
    if scope.activity is not None:
        names = tables["activity_totals"].filter(pl.col("activity_id") == scope.activity)["activity_name"]
        return plain(f"{scope.activity} {names.item()}")
    return plain(campaigns[0]["campaign_name"])


def project_name(plan: Plan, language: Language) -> str:
    """The project's name in a language, else its name."""
    return (plan.project.name_km if language == "km" else None) or plan.project.name


def lines_below_title(telling: Telling, plan: Plan, title: str) -> Iterator[str]:
    """The lines below the title: who reports to whom, the project, its period, and the day of the figures."""
    project, name = plan.project, project_name(plan, telling.language)
    if project.organisation:
        yield telling("by_organisation", organisation=plain(project.organisation))
    if project.donor:
        yield telling("for_donor", donor=plain(project.donor))
    if name != title:
        yield telling("project", project=plain(name))
    if project.starts and project.ends:
        yield telling("period", first=telling.day(project.starts), last=telling.day(project.ends))
    yield telling("figures_of", day=telling.day(telling.about["as_of"]))


def _summary(telling: Telling, tables: Tables, plan: Plan, scope: Scope, campaigns: Sequence[Row]) -> Iterator[Block]:
    """The sentences of each campaign, and what all of them come to together, where there are several."""
    yield Heading(1, telling("summary"))
    if not campaigns:
        yield Paragraph(telling("no_campaign"))
        return
    if len(campaigns) > 1:
        table, key = ("project_totals", None) if scope.is_project else ("activity_totals", scope.activity)
        rows = tables[table] if key is None else tables[table].filter(pl.col("activity_id") == key)
        totals = rows.row(0, named=True)
        yield telling.figures(totals)
    for row in campaigns:
        campaign_id = row["campaign_id"]
        posts = campaign_part.posts_of_campaign(tables, campaign_id)
        line = sentence.sentence_of(
            sentence.of_campaign(tables, campaign_id, posts), telling.language, telling.platforms,
            nouns(plan, campaign_id, telling.language),
        )  # fmt: skip
        yield Paragraph(line, lead=plain(row["campaign_name"]) if len(campaigns) > 1 else "")
    if len(campaigns) > 1:
        parts = ((row["campaign_name"], None, row) for row in campaigns if row.get("events"))
        yield from campaign_part.attendance(telling, telling.texts("campaign"), parts, totals, plan)
    if len(campaigns) > 1 and totals["posts"]:
        yield from _quarters(telling, tables, scope, totals)


def _quarters(telling: Telling, tables: Tables, scope: Scope, totals: Row) -> Iterator[Block]:
    """What all campaigns of an activity or of the project gained by quarter, beside the time before."""
    if scope.is_project:
        periods = quarter_chart.rows_of(tables["project_periods"])
    else:
        periods = quarter_chart.rows_of(tables["activity_periods"], activity_id=scope.activity)
    drawing = quarter_chart.drawing(periods, totals["as_of"], telling.captions, PAPER)
    if drawing is None:
        yield Paragraph(telling.captions("quarters_none"), is_quiet=True)
    else:
        yield from campaign_part.picture(drawing)


def _indicators(telling: Telling, tables: Tables, scope: Scope) -> Iterator[Block]:
    """A table of the indicators of the scope's activities, a row each and period."""
    rows, title = tables["indicator_progress"], telling("indicators_says")
    if not scope.is_project:
        activities = [scope.activity] if scope.activity else _activities(tables, scope)
        rows = rows.filter(pl.col("activity").is_in(activities))
    if not scope.is_project and not scope.activity:
        named = tables["activity_totals"].filter(pl.col("activity_id").is_in(activities))
        names = (f"{activity_id} {name}" for activity_id, name in named.select("activity_id", "activity_name").rows())
        title = telling("indicators_of", activities=plain(", ".join(names)))
    if rows.is_empty():
        return
    yield Heading(1, telling("indicators"))
    heads = ("indicator", "baseline", "period_head", "target", "actual", "percent", "verdict")
    yield Table(
        title,
        [telling(head) for head in heads],
        [_indicator(telling, tables, row) for row in rows.iter_rows(named=True)],
        (30, 10, 15, 11, 13, 9, 12),
        frozenset({1, 3, 4, 5}),
    )


def _activities(tables: Tables, scope: Scope) -> list[str]:
    of_scope = tables["campaign_totals"].filter(pl.col("campaign_id").is_in(scope.campaigns))
    return of_scope["activity_id"].to_list()


def _indicator(telling: Telling, tables: Tables, row: Row) -> list[Cell]:
    is_whole = row["period"] == "whole"
    definition = telling.captions.definition(row["indicator_id"], row["period"], tables)
    number_of_definition = definition and telling.note(definition)
    actual, notes = telling.actual(row)
    percent = "" if row["percent"] is None else f"{'≥ ' if row['is_at_least'] else ''}{number(row['percent'])}%"
    verdict = row["verdict"] and telling.words["verdicts"][row["verdict"]]
    texts = (
        plain(row["name"]), _number(row["baseline"]), telling("whole") if is_whole else telling.captions.period(row),
        _number(row["target"]), actual, percent, verdict or "",
    )  # fmt: skip
    notes_of = {0: (number_of_definition,) if number_of_definition else (), 4: notes}
    return [Cell(text, notes_of.get(place, ())) for place, text in enumerate(texts)]


def _number(value: float | None) -> str:
    return "" if value is None else number(value)


def _proof(telling: Telling, frozen: Frozen | None) -> str:
    if frozen is not None:
        return telling.frozen(frozen)
    about = telling.about
    return telling("check_open", day=telling.day(telling.date_of(about["refreshed_at"])), snapshot=about["snapshot_id"])
