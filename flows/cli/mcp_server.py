"""A read-only server of the Model Context Protocol over what is published: a program asks as a person types.

Protocol: https://modelcontextprotocol.io/specification. Every answer says of which snapshot and day it is, and behind
each total stands how many posts know it. Nothing here adds up reach.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import wraps
from threading import Lock
from typing import Any, Literal, ParamSpec

import polars as pl
from mcp.server import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.types import ToolAnnotations

from flows import __version__
from flows.cli import explain as explaining
from flows.cli.screen import as_json
from flows.steps import night
from flows.steps.published_lines import published_lines
from flows.steps.sentences import sentences
from flows.steps.settings import Workspace
from warehouse.day import Day
from warehouse.evidence import readings_behind
from warehouse.figures import build
from warehouse.figures.tables import MART
from warehouse.plan.named_lines import campaigns_named, line_named
from warehouse.publish import known_counts
from warehouse.publish.described import meaning
from warehouse.publish.no_added_reach import why_not
from warehouse.publish.report.language import Language
from warehouse.publish.report.sentence import READS
from warehouse.publish.snapshot import query_published, read_tables

P = ParamSpec("P")
Answer = dict[str, Any]
Group = Literal["campaign", "activity", "project", "platform", "kind", "organisation", "account", "asset", "stage"]

MOST_ROWS = 500
"""No answer has more rows: a model reads all of them."""
MOST_LETTERS = 1_000_000
"""No answer is longer, whatever stands in its rows."""
MOST_LETTERS_OF_SQL = 20_000
"""No question is longer: DuckDB has no limit for the time that it takes to read one."""
_ONE_AT_A_TIME = Lock()
"""DuckDB opens a file only once with each configuration, and what a question may take of memory is for one."""
_TIMES = 3
"""So often a question is asked again where another snapshot is published meanwhile."""
_INSTRUCTIONS = """Figures of an NGO's campaigns, as of a day, from what platforms, partners and stations said.
null means not known, never 0; views_known and its like say how many of the posts know a figure, and known_counts which
of them belong to a question in SQL that did not ask for them: ask again with those. Reach counts accounts:
reach_at_least and reach_at_most are bounds, and are never added up, not over campaigns, pages or days either. Say the
day (as_of) with every figure, and what is not known. To defend a figure, use explain."""
_OF_NOW = "all that came in until now, as of this day: the published figures are others"
_READ_ONLY = ToolAnnotations(read_only_hint=True, open_world_hint=False)


def server(workspace: Workspace) -> MCPServer:
    """The server of a workspace; it reads what is published anew for each question."""
    made, tools = (
        MCPServer("reach", instructions=_INSTRUCTIONS, version=__version__, log_level="CRITICAL"),
        Tools(workspace),
    )
    for tool in (
        tools.totals, tools.gains, tools.indicators, tools.spending, tools.sources, tools.sentence, tools.explain,
        tools.unknown, tools.sql, tools.columns,
    ):  # fmt: skip
        made.tool(annotations=_READ_ONLY, structured_output=False)(with_reasons(tool, tools.snapshot_id))
    return made


@dataclass(frozen=True)
class Tools:
    """What can be asked of a workspace; a method a tool, whose docstring tells a program what it is for."""

    workspace: Workspace

    def totals(self, by: Group = "campaign", name: str | None = None) -> Answer:
        """The totals: a row a campaign, activity, platform, …; `name` is a campaign or activity, by id or name."""
        return self._table(f"{by}_totals", name, "activity_id" if by == "activity" else "campaign_id")

    def gains(self, name: str | None = None) -> Answer:
        """What campaigns gained in each fiscal quarter and year; `name` is a campaign's or activity's id or name."""
        return self._table("campaign_periods", name)

    def indicators(self) -> Answer:
        """The plan's indicators: baseline, target, actual, percent and verdict, of the whole project and of periods."""
        rows = self._rows("indicator_progress")
        return self._about() | {"known_counts": known_counts.of_indicators(rows)} | _shown(rows)

    def spending(self, name: str | None = None) -> Answer:
        """What campaigns spent on ads, a row a campaign and currency, beside the budget; explain it as `spend`."""
        return self._table("campaign_spend", name)

    def sources(self) -> Answer:
        """Each source and account: its newest figures, what is not known and why, and who has to do what."""
        rows, plan = self._rows("source_freshness"), None
        with suppress(night.NoPlan):
            plan = night.read_plan(self.workspace).plan
        return self._about() | {"known_counts": known_counts.of_sources(rows, plan)} | _shown(rows)

    def sentence(self, campaign: str, language: Language = "en") -> Answer:
        """A campaign's figures as a line to paste into a report; of an activity, a line a campaign."""
        tables = read_tables(self.workspace.published, READS)
        lines = sentences(self.workspace, tables, campaign, language)
        totals = tables["campaign_totals"].filter(pl.col("campaign_id").is_in(list(lines)))
        known_counts_of = totals.select("campaign_id", "posts", "^.*_known$").rows_by_key(
            "campaign_id", named=True, unique=True
        )
        return self._about() | {"sentences": lines, "known_counts": known_counts_of}

    def explain(self, campaign: str, figure: str) -> Answer:
        """What a campaign's figure is made of: posts, readings, and the files and rows that they stand in."""
        day = self._day()
        campaigns = [line for line in published_lines(self.workspace) if line.is_campaign]
        (campaign_id,) = campaigns_named(campaign, campaigns)
        return self._about_day(day) | explaining.explained(
            readings_behind.figure_evidence(day, campaign_id, figure), day
        )

    def unknown(self, by: Literal["campaign", "platform", "account"] = "campaign") -> Answer:
        """Of how many posts a figure is not known, and why."""
        day = self._day()
        return self._about_day(day, f"{by}_totals") | _shown(build.unknown(day, by))

    def sql(self, query: str) -> Answer:
        """Asks the published tables in DuckDB's SQL, read-only; `columns` explains them. Write AS before aliases."""
        if len(query) > MOST_LETTERS_OF_SQL:
            raise ToolError(f"The question has {len(query):,} letters, of {MOST_LETTERS_OF_SQL:,} at most.")
        if refusal := why_not(query):
            raise ToolError(refusal)
        rows = query_published(self.workspace.published, query, self.workspace.settings.query)
        return self._about() | {"known_counts": known_counts.told_by(query)} | _shown(rows)

    def columns(self, table: str) -> Answer:
        """What each column of a published table means; the tables are named where one is not there."""
        if table not in MART:
            raise ToolError(f"There is no table {table}; there are: {', '.join(MART)}.")
        mart = MART[table]
        means = {column.name: meaning(column) for column in mart.columns}
        return self._about() | {"a_row_is": mart.grain, "columns": means}

    def snapshot_id(self) -> str:
        """Which snapshot is published now."""
        return str(self._about()["snapshot_id"])

    def _about(self) -> Answer:
        row = read_tables(self.workspace.published, {"about": ()})["about"].row(0, named=True)
        return {name: row[name] for name in ("snapshot_id", "as_of", "known_on", "timezone", "banner")}

    def _day(self) -> Day:
        """What is known now of the day that is published."""
        return night.read_state(self.workspace, night.read_plan(self.workspace), self._about()["as_of"])

    def _about_day(self, day: Day, table: str = "campaign_totals") -> Answer:
        """Of which snapshot a day is: of the published one where it has the same totals, and else of none."""
        about, published = self._about(), read_tables(self.workspace.published, {table: ()})[table]
        if build.totals(day, (table,))[table].equals(published):
            return about
        return about | {"snapshot_id": None, "published_snapshot_id": about["snapshot_id"], "made_of": _OF_NOW}

    def _rows(self, table: str) -> pl.DataFrame:
        return read_tables(self.workspace.published, {table: ()})[table]

    def _table(self, table: str, name: str | None = None, key: str = "campaign_id") -> Answer:
        """A published table, of a campaign or activity where one is named."""
        rows = self._rows(table)
        if name is not None:
            if key not in rows.columns:
                raise ToolError(f"{table} is of the whole project: ask without a name, or by campaign or activity.")
            line = line_named(name, published_lines(self.workspace))
            if key == "activity_id" and line.is_campaign:
                raise ToolError(f"{line.id} is a campaign: ask by campaign, or name its activity.")
            wanted = line.campaigns if key == "campaign_id" else [line.id]
            rows = rows.filter(pl.col(key).is_in(wanted))
        return self._about() | _shown(rows)


def _shown(rows: pl.DataFrame) -> Answer:
    """Rows as plain values, and how many there are where not all are given."""
    more = {"rows_in_all": rows.height, "shown": MOST_ROWS} if rows.height > MOST_ROWS else {}
    return more | {"rows": rows.head(MOST_ROWS).rows(named=True)}


def with_reasons(tool: Callable[P, Answer], snapshot_id: Callable[[], str]) -> Callable[P, str]:
    """A tool whose answer is JSON, and whose failure is one sentence.

    An answer is of one snapshot: it is asked for again where another one is published while it is made.
    """

    def of_one_snapshot(*values: P.args, **named: P.kwargs) -> Answer:
        for _ in range(_TIMES):
            answer = tool(*values, **named)
            if answer.get("snapshot_id") in (None, snapshot_id()):
                return answer
        raise ToolError("Figures are being published: ask again in a minute.")

    @wraps(tool)
    def answered(*values: P.args, **named: P.kwargs) -> str:
        told, reason = "", ""
        try:
            with _ONE_AT_A_TIME:
                told = as_json(of_one_snapshot(*values, **named))
        except Exception as error:
            reason = str(error)
        if reason:  # told when the error is gone: with it goes the answer that was given up, which keeps the file open
            raise ToolError(reason)
        if len(told) > MOST_LETTERS:
            raise ToolError(f"The answer has {len(told):,} letters, of {MOST_LETTERS:,} at most: ask for less.")
        return told

    answered.__annotations__ = {**tool.__annotations__, "return": str}
    return answered
