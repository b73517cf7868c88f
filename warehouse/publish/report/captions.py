"""A language's words for charts and for the figures in them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import polars as pl

from connectors.platform import Platforms
from warehouse.figures import indicator_parts
from warehouse.plan.model import Plan
from warehouse.publish.report.charts import Bar
from warehouse.publish.report.language import listed, number, plain, words
from warehouse.publish.report.plan_names import period_name
from warehouse.publish.report.wording import Texts, marks

Row = Mapping[str, Any]


class Captions:
    """A language's words for charts and for the figures in them."""

    def __init__(self, texts: Texts, platforms: Platforms, plan: Plan) -> None:
        self.texts, self.platforms, self.plan = texts, platforms, plan
        self.words: Mapping[str, Any] = words(texts.language)["charts"]
        self._sentence: Mapping[str, Any] = words(texts.language)["sentence"]

    def __call__(self, key: str, **parts: str) -> str:
        """A text, filled in."""
        return str(self.words[key]).format(**parts)

    def told(self, row: Row, metric: str) -> str:
        """A figure of a total or a post with its marks, for a picture, which has no notes."""
        return "–" if row[metric] is None else marks(row, metric) + number(row[metric])

    def in_words(self, row: Row, metric: str) -> str:
        """The same figure with its marks in words, for a sentence."""
        hedge = {"≥ ": "at_least", "≈ ": "about", "≥ ≈ ": "at_least_about"}.get(marks(row, metric))
        return str(self._sentence[hedge]).format(number=number(row[metric])) if hedge else number(row[metric])

    def period(self, row: Row) -> str:
        """What a fiscal period is called, by its days."""
        return period_name(row["period"], self.plan.project.fiscal_year_starts, self.texts.language)

    def definition(self, indicator_id: str, period: str, tables: Mapping[str, pl.DataFrame]) -> str | None:
        """By whose definition an indicator counts, what it counts, and the parts it asks for; None without one.

        Args:
            period: as ``indicator_progress`` names it.
            tables: the tables of totals, and of gains where there are some.
        """
        definition = self.plan.definition_of(indicator_id)
        if definition is None:
            return None
        name = f"{definition.donor}: {definition.name}" if definition.donor else definition.name
        told = self.texts("by_definition", name=plain(name), counts=plain(definition.counts))
        wanted = indicator_parts.parts(self.plan, indicator_id, period, tables)
        if not wanted:
            return told
        unknown = self.texts("not_known")
        figures = (number(part.figure) if part.figure is not None else unknown for part in wanted)
        parts = (f"{self.texts.metric(part.column)} {figure}" for part, figure in zip(wanted, figures, strict=True))
        return f"{told} {self.texts('definition_asks', parts=self.listed(parts))}"

    def marks(self, texts: Iterable[str]) -> list[str]:
        """What the marks in texts mean, a sentence each."""
        together = " ".join(texts)
        return [self(key) for mark, key in (("≥", "marks_least"), ("≈", "marks_rounded")) if mark in together]

    def listed(self, items: Iterable[str]) -> str:
        """Texts in a row."""
        return listed(items, self._sentence["locale"], "unit")

    def bars(self, bars: Iterable[Bar]) -> str:
        """What a picture of bars says to who cannot see it."""
        return self("bars_alt", list=self.listed(f"{bar.name} {bar.told}" for bar in bars))
