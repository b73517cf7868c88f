"""The sections of a plan on what is reported, and the meaning of each key with an example of it.

The reference of the plan and the headers of plan.xlsx are made from these descriptions.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from warehouse.plan.values import (
    AgeBands,
    Count,
    Currency,
    Day,
    Month,
    Number,
    OneOrMoreTexts,
    Period,
    Recipients,
    Size,
    Text,
    Texts,
    Zone,
)  # fmt: skip

REPORT_AFTER = timedelta(days=90)
"""A report is written this long after a project's last day, where the plan does not say by when."""


class Table(BaseModel):
    """What every section has in common: no other keys than those declared, and no change after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Project(Table):
    """What is reported on. The plan has one."""

    name: Text = Field(
        description="The project's name, as reports print it.",
        examples=["Women and Youth Empowerment in Leadership"],
    )
    name_km: Text | None = Field(
        default=None,
        description="The project's name in Khmer, for documents in Khmer. Without it they have the name.",
        examples=["ការពង្រឹងភាពអង់អាចស្ត្រី និងយុវជន"],
    )
    donor: Text | None = Field(
        default=None,
        description="Whom the project reports to, as the document for the donor names it.",
        examples=["Norwegian Agency for Development Cooperation"],
    )
    organisation: Text | None = Field(
        default=None,
        description="Who reports: the organisation's name, as what goes to the donor prints it.",
        examples=["Open Budget Circle"],
    )
    timezone: Zone = Field(
        default="Asia/Phnom_Penh",
        description="The time zone in which days begin and end.",
        examples=["Asia/Phnom_Penh"],
    )
    starts: Day | None = Field(
        default=None,
        description="The project's first day.",
        examples=[date(2022, 7, 1)],
    )
    ends: Day | None = Field(
        default=None,
        description="The project's last day; it belongs to the project.",
        examples=[date(2024, 12, 30)],
    )
    report_by: Day | None = Field(
        default=None,
        description="The day from which on figures are those of the project's last day, and nobody is asked for newer "
        "ones. Without it, 90 days after the last day.",
        examples=[date(2025, 3, 30)],
    )
    fiscal_year_starts: Month = Field(
        default=1,
        description="The number of the month in which the donor's fiscal year begins. With 10, FY2024 begins in "
        "October 2023 and ends in September 2024.",
        examples=[10],
    )
    audience_size: Size | None = Field(
        default=None,
        description="How many people can see the posts at all, where that is a closed list such as the members of a "
        "private group. Reach is then at most so many. Leave it out where anybody can see the posts.",
        examples=[40_000],
    )
    youth: Text | None = Field(
        default=None,
        description="Whom the project calls young, as pages print it beside young people who took part in events.",
        examples=["15 to 35 years"],
    )
    youth_km: Text | None = Field(
        default=None,
        description="The same in Khmer, for pages in Khmer. Without it they have the youth.",
        examples=["អាយុ 15 ដល់ 35 ឆ្នាំ"],
    )

    age_bands: AgeBands = Field(
        default=(),
        description="The bands of ages by which people who took part in events are told, beside young people. A log "
        "has a column for each, or a list of people has the age of everybody. Bands may overlap, and are never added "
        "up.",
        examples=[["15-24", "25+"]],
    )

    @property
    def report_day(self) -> date | None:
        """The day of the project's report: ``report_by``, else 90 days after its last day; None without a last day."""
        return None if self.ends is None else self.report_by or self.ends + REPORT_AFTER

    def is_reported(self, today: date, as_of: date) -> bool:
        """Whether nobody is asked for newer figures than a day's: the report is due, and the project was over."""
        if self.ends is None or self.report_day is None:
            return False
        return as_of >= self.ends and today >= self.report_day

    def default_day(self, today: date) -> date:
        """The day of figures where nobody names one: today, and the project's last day from its report on."""
        return self.ends if self.ends is not None and self.is_reported(today, today) else today


class Objective(Table):
    """The top line of the results framework."""

    id: Text = Field(description="The objective's number in the donor's framework.", examples=["1"])
    name: Text = Field(description="The objective in words.", examples=["Increase civic participation"])


class Output(Table):
    """A line of the results framework, below an objective."""

    id: Text = Field(description="The output's number in the donor's framework.", examples=["1.1"])
    name: Text = Field(description="The output in words.", examples=["Enhance coordinated advocacy"])
    objective: Text | None = Field(
        default=None,
        description="The id of the objective above it. An objective that has no line of its own is called by this id.",
        examples=["1"],
    )


class Activity(Table):
    """A line of the results framework, below an output. Campaigns belong to it."""

    id: Text = Field(description="The activity's number in the donor's framework.", examples=["1.1.7"])
    name: Text = Field(
        description="The activity in words.",
        examples=["National forum on access to information"],
    )
    name_km: Text | None = Field(
        default=None,
        description="The activity in Khmer, for pages in Khmer. Without it they show the name.",
        examples=["វេទិកាជាតិ"],
    )
    output: Text | None = Field(
        default=None,
        description="The id of the output above it. An output that has no line of its own is called by this id.",
        examples=["1.1"],
    )


class Indicator(Table):
    """A line of the report to the donor: a figure that Reach computes, or one that is entered by hand."""

    id: Text = Field(description="The indicator's number in the donor's plan.", examples=["1.1.7-a"])
    name: Text = Field(
        description="The indicator in words.",
        examples=["Views of content on the access to information law"],
    )
    name_km: Text | None = Field(
        default=None,
        description="The indicator in Khmer, for pages in Khmer. Without it they show the name.",
        examples=["ការទស្សនា"],
    )
    of: Text | None = Field(
        default=None,
        description="What is counted: project, activity: with an activity's id, or campaign: with a campaign's id.",
        examples=["activity:1.1.7"],
    )
    metric: Text | None = Field(
        default=None,
        description="Which figure of it: views, reach, engagements, another column of the totals, or a stage. Leave "
        "it out where the figure is entered by hand.",
        examples=["views"],
    )
    definition: Text | None = Field(
        default=None,
        description="The id of the donor's definition that it follows: a section definition of the plan, or one that "
        "comes with Reach. A metric that the definition excludes is a mistake.",
        examples=["donor-views"],
    )
    baseline: Number | None = Field(
        default=None,
        description="The figure before the project.",
        examples=[0],
    )
    target: Number | None = Field(
        default=None,
        description="The figure that the whole project is to reach.",
        examples=[40_000],
    )
    targets: Mapping[Period, Number] = Field(
        default_factory=dict,
        description="What single fiscal years or quarters are to reach.",
        examples=[{"FY2024-Q4": 15_000, "FY2025": 25_000}],
    )
    actual: Number | None = Field(
        default=None,
        description="The figure, where it is entered by hand.",
        examples=[87.5],
    )
    source: Text | None = Field(
        default=None,
        description="Where the figure by hand comes from.",
        examples=["Attendance list, 27 September 2024"],
    )
    documents: OneOrMoreTexts = Field(
        default=(),
        description="Documents that prove it, by their paths below the folder documents of the inbox. One that lies in "
        "documents/ and the indicator's id need not be named.",
        examples=[["forum/attendance.pdf"]],
    )


class IndicatorDefinition(Table):
    """What a donor counts as one of its indicators, and what it does not. Indicators name it."""

    id: Text = Field(description="A short name by which indicators name it.", examples=["donor-views"])
    name: Text = Field(description="What the donor calls it.", examples=["Content that was watched"])
    donor: Text | None = Field(default=None, description="Whose definition it is.", examples=["EEA and Norway Grants"])
    counts: Text = Field(
        description="What counts, to go on a sentence that begins with: it counts.",
        examples=["plays of our videos on any page"],
    )
    excludes: Texts = Field(
        default=(),
        description="The figures that must not be reported by it: columns of the totals.",
        examples=[["impressions", "reach"]],
    )
    clause: Text | None = Field(
        default=None,
        description="What the donor says of these, in a sentence without its full stop.",
        examples=["what was only displayed was not watched"],
    )
    parts: Texts = Field(
        default=(),
        description="The parts of the figure that the donor wants beside it: columns of the totals.",
        examples=[["saves", "shares"]],
    )
    evidence: Text | None = Field(
        default=None,
        description="What the donor wants as proof. An indicator that has no document is asked for it.",
        examples=["screenshots of the pages' own figures"],
    )
    source: Text | None = Field(
        default=None,
        description="Where the donor says so.",
        examples=["Grant agreement, annex 2"],
    )


class Rate(Table):
    """What money of a currency is worth in another one. Money is told in another currency by these rates alone."""

    currency: Currency = Field(description="The currency of the money, by its three letters.", examples=["KHR"])
    to: Currency = Field(description="The currency in which it is told, too.", examples=["USD"])
    rate: Number = Field(description="How much of it one unit of the currency is.", examples=[0.000245])
    source: Text = Field(description="Whose rate it is, and of when.", examples=["InforEuro, October 2024"])

    @model_validator(mode="after")
    def _changes_money(self) -> Self:
        if self.currency == self.to:
            raise ValueError(f"is of {self.to} to {self.to}: name two currencies")
        if self.rate <= 0:
            raise ValueError("must be more than 0: how much one unit of the currency is in the other one")
        return self


class Report(Table):
    """A report whose figures are kept for ever."""

    name: Text = Field(
        description="The name under which its figures were frozen.",
        examples=["final-2024"],
    )
    as_of: Day = Field(description="The day whose figures it has.", examples=[date(2024, 12, 30)])
    mail_to: Recipients = Field(
        default=(),
        description="Who gets its document by mail once it is frozen: names whose addresses stand in .env, such as "
        "REACH_MAIL_TO__PROGRAMME_OFFICER, or addresses.",
        examples=[["programme_officer"]],
    )


class Printed(Table):
    """A figure as it was printed in a report, to be held against what is known now."""

    report: Text = Field(description="The name of the report.", examples=["final-2024"])
    campaign: Text = Field(description="The id of the campaign.", examples=["iduai-2024"])
    metric: Text = Field(description="Which figure: a column of the totals, or a stage.", examples=["views"])
    value: Count = Field(description="The number as it was printed.", examples=[46_700])
