"""Every figure of the totals, one record each: what it is, and everything that is said and done with it.

A platform's metrics begin in :data:`connectors.contract.METRICS`; each becomes two records here, the figure and how
many posts know it. Published columns, zeros where nothing was counted, what a plan may name, what ``diff`` compares,
units, labels and the words in the workbook derive from these records.
"""

from __future__ import annotations

from typing import NamedTuple

import polars as pl

from connectors.attendance import EVENTS, PARTICIPANTS, SOME, UNIQUE, Part
from connectors.columns import Column
from connectors.contract import ADDITIVE, ENGAGEMENTS, METRIC, METRICS, TIMESTAMP, Label, Metric
from warehouse.corrected_texts import corrected


class Measure(NamedTuple):
    """A column of totals.

    ``diff`` compares it unless its record says that it stands beside the figures. So a measure that is added without a
    word on that is compared.
    """

    column: str
    meaning: str
    unit: str = ""
    dtype: pl.DataType | type[pl.DataType] = pl.Int64
    label: Label | None = None
    adds_up: bool = False  # its values of two periods make that of both
    is_zero_where_empty: bool = False  # where no post is, it is 0; else it is not known there
    is_beside: bool = False  # words and instants that say on what the figures rest

    @property
    def is_figure(self) -> bool:
        """Whether it is a number that a plan may name."""
        return self.dtype in (pl.Int64, pl.Float64) and self.column != DEFINITION_CHANGES

    @property
    def is_explained(self) -> bool:
        """Whether the plan's reference says what its name means; ``…_known`` is explained once for all."""
        return self.is_figure and not self.column.endswith("_known")

    @property
    def declared(self) -> Column:
        """Its column in the published tables."""
        return Column(self.column, self.dtype, self.meaning, self.unit)


DEFINITION_CHANGES = "definition_changes"


def _of_posts(column: str, meaning: str, unit: str = "posts") -> Measure:
    """A number that tells how well figures are known; 0 where there are no posts."""
    return Measure(column, meaning, unit, is_zero_where_empty=True)


def _beside(column: str, meaning: str, dtype: pl.DataType | type[pl.DataType] = pl.String, unit: str = "") -> Measure:
    """Words, days and instants, which ``diff`` leaves out."""
    return Measure(column, meaning, unit, dtype, is_beside=True)


def _of_metric(metric: Metric) -> tuple[Measure, Measure]:
    total = Measure(
        metric.name, f"{metric.meaning}; null where no post knows it", metric.unit, published_type(metric),
        metric.label, adds_up=True,
    )  # fmt: skip
    return total, _of_posts(f"{metric.name}_known", f"posts that know their {metric.name}")


def published_type(metric: Metric) -> pl.DataType | type[pl.DataType]:
    """The type of a metric in published tables: with a fraction where it is stored in a smaller unit."""
    return pl.Float64 if metric.per_unit > 1 else pl.Int64


METRIC_MEASURES = tuple(measure for metric in ADDITIVE for measure in _of_metric(metric))
ENGAGED = (
    Measure("engagements", f"{' + '.join(ENGAGEMENTS)}, of what is known", "actions",
            label=Label("Engagements", "អន្តរកម្ម"), adds_up=True),
    _of_posts("engagements_known", "posts that know at least one of them"),
    _of_posts("engagements_whole", "posts that know all of them that their platform reports for their kind"),
)  # fmt: skip


def _of_event(part: Part) -> tuple[Measure, Measure]:
    total = Measure(
        part.name, f"{part.meaning}; null where no event knows it", part.unit, label=Label(*part.label), adds_up=True
    )
    return total, _of_posts(f"{part.name}_known", f"events that know their {part.name}", "events")


ATTENDANCES = (
    Measure(
        EVENTS.name, EVENTS.meaning, EVENTS.unit, label=Label(*EVENTS.label), adds_up=True, is_zero_where_empty=True
    ),
    *(measure for part in (PARTICIPANTS, *SOME) for measure in _of_event(part)),
    Measure(UNIQUE.name, f"{UNIQUE.meaning}; null where an event has none", UNIQUE.unit, label=Label(*UNIQUE.label)),
)
"""Events and who took part in them, beside what is counted of posts."""
OF_EVENTS = (EVENTS.name, PARTICIPANTS.name, *(part.name for part in SOME))
"""What a plan may name of events."""

TOTALS = (
    Measure("posts", "posts with a reading by as_of, outreach left out; a video's own figures count once", "posts",
            label=Label("Posts", "ការបង្ហោះ"), adds_up=True, is_zero_where_empty=True),
    Measure("outreach", "programmes on radio and TV, press, and lines of the kind event, counted apart", "programmes",
            label=Label("Radio, TV, press, events", "វិទ្យុ ទូរទស្សន៍ សារព័ត៌មាន ព្រឹត្តិការណ៍"),
            adds_up=True, is_zero_where_empty=True),
    Measure("posts_gone",
            "posts that are gone from their platform, with their last reading; null where no source tells", "posts"),
    _of_posts("stale", "posts last read more than 14 days before as_of"),
    _of_posts("approximate", "posts of which a rounded reading is in use"),
    _of_posts("entered", "posts of which a figure typed by hand is in use"),
    _of_posts("in_part", "posts of which days are missing, so that their figures are at least; see docs/rules.md"),
    *METRIC_MEASURES,
    *ENGAGED,
    Measure("reach_at_least", "no fewer accounts saw it", "accounts"),
    Measure("reach_at_most",
            "no more accounts had seen it by the end of reach_on; null where that cannot be said of these figures",
            "accounts"),
    _beside("reach_on", "the day of the oldest reading in reach_at_most, else in reach_at_most_then", pl.Date),
    Measure("reach_at_most_then",
            "where reach_at_most is null, the last that held: no more accounts had seen it by the end of reach_on",
            "accounts"),
    _of_posts("reach_known", "posts that know their reach"),
    _beside("reach_basis", "on what the bounds rest"),
    _beside("views_basis", "whether views count ads, where the total is over platforms that differ in that; else null"),
    _of_posts(DEFINITION_CHANGES, "changes of a platform's definition of a metric that the total spans", "changes"),
    _beside("definitions",
            "which, each as 'platform metric since day: what counts from then', joined by ; and a space"),
    Measure("visits", "visits of the plan's account_figures, where readings cover exactly their days", "visits",
            label=Label("Visits", "ការចូលមើល"), adds_up=True),
    Measure("visits_known", "account_figures whose visits are known", "figures"),
    *ATTENDANCES,
    _beside("read_from", "oldest reading in use", TIMESTAMP, "UTC"),
    _beside("read_to", "newest reading in use", TIMESTAMP, "UTC"),
    _beside("read_until", "a reading in use was made between its own time and this; else null",
            TIMESTAMP, "UTC"),
    _beside("as_of", "the totals are those at the end of this day of the reporting zone", pl.Date),
)  # fmt: skip
"""What every table of totals has, in the order of its columns."""

OF_STAGES = (
    Measure("assets", "assets that reached it, or went further", "assets"),
    Measure("counted", "the number that the plan enters by hand", "assets"),
)
"""What totals of stages have beside."""

OF_INDICATORS = (
    Measure(
        "baseline",
        "what there was before, as the plan says; null for a period, whose gain begins at 0",
        dtype=pl.Float64,
    ),
    Measure("target", "what is aimed at", dtype=pl.Float64),
    Measure("actual", "what there is; of reach, and where posts are unknown, no less than this", dtype=pl.Float64),
    Measure("actual_at_most", "of reach: no more than this; else null", dtype=pl.Float64),
    Measure("is_at_least", "more than the actual is possible; null where there is none", dtype=pl.Boolean),
    Measure("percent", "the way from baseline (else 0) to target that is done", "percent", pl.Float64),
    Measure("verdict", "reached, not reached, not yet reached or cannot be told; null without a target",
            dtype=pl.String),
    _beside("as_of", "by the end of this day of the reporting zone", pl.Date),
    Measure("is_approximate", "a rounded reading is in use", dtype=pl.Boolean),
    Measure("is_entered", "a figure typed by hand is in use", dtype=pl.Boolean),
)  # fmt: skip
"""What an indicator says."""

OF_GAINS = (
    Measure("posts_first_seen", "posts whose first reading lies in these days", "posts"),
    Measure("assets_first_seen", "assets of which the first reading of a post does", "assets"),
    Measure("accounts_first_seen", "accounts of which the first reading of a post does", "accounts"),
    Measure("baselines_unknown", "posts read in these days of which nothing says from where a metric grew", "posts"),
)
"""What totals over days have beside."""

OF_DAYS = (Measure("days_covered", "days over which the longest of the day's gains goes", "days"),)
"""What a day's gains have beside."""

OF_MONEY = (
    Measure("spend", "money spent, each day's once; null where only parts are told", "the currency", pl.Float64),
    Measure("is_at_least", "days that overlap others are left out", dtype=pl.Boolean),
    Measure("ad_campaigns", "campaigns of ads that were for it", "campaigns of ads"),
    Measure("budget", "what the plan set aside for ads; null where it does not say", "the currency", pl.Float64),
    Measure("per_thousand_views", "spend for a thousand views of the ads; null where not all tell", "the currency",
            pl.Float64),
    Measure("per_engagement", "spend for one engagement with the ads; null where not all tell", "the currency",
            pl.Float64),
    Measure("spend_converted", "spend in the currency of the plan's rate; null without a rate", "converted_to",
            pl.Float64),
)  # fmt: skip
"""What a campaign's ads cost."""

MEASURE = {measure.column: measure for measure in (*TOTALS, *OF_STAGES)}
ZERO_WHERE_EMPTY = tuple(measure.column for measure in TOTALS if measure.is_zero_where_empty)
COMPARED = tuple(
    dict.fromkeys(
        measure.column
        for measure in (*TOTALS, *OF_STAGES, *OF_INDICATORS, *OF_GAINS, *OF_DAYS, *OF_MONEY)
        if not measure.is_beside
    )
)
"""The columns that ``diff`` compares."""

NAMEABLE = (*(measure.column for measure in (*TOTALS, *OF_STAGES) if measure.is_figure), "reach")
"""What an indicator or a printed figure of a plan may name, beside stages; ``reach`` stands for its two bounds."""

UPPER_BOUNDS = ("reach_at_most", "reach_at_most_then")
REACH = ("reach", "reach_at_least", *UPPER_BOUNDS)
"""What a plan may name of reach: an indicator of any of them is judged by both bounds."""

ADD_UP = frozenset(measure.column for measure in TOTALS if measure.adds_up)


LABELS = {metric.name: metric.label for metric in METRICS} | {
    measure.column: measure.label for measure in TOTALS if measure.label
}


def counted_over(metric: str) -> str:
    """The column that says how many could know a metric: events where it is of who took part in them, else posts."""
    return EVENTS.name if metric in OF_EVENTS[1:] else "posts"


def unit_of(column: str) -> str:
    """The unit of a figure that a plan may name; that of a stage, which counts assets, is not known here."""
    measure = MEASURE.get(column)
    return measure.unit if measure else METRIC[column].unit if column in METRIC else "posts"


def label(name: str, language: str) -> str:
    """What a report calls a figure; its column's name where no record says."""
    if name not in LABELS:
        return name
    text = str(LABELS[name]._asdict()[language])
    return corrected(f"figures.{name}", text) if language == "km" else text
