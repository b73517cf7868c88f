"""plan.toml: the results framework, its campaigns, and what counts towards them.

:func:`parse` gives a :class:`Plan`, or a :class:`PlanError` with every mistake and its line. Names in Python
are those of the file, but for the plural of lists, and ``excluded`` and ``from_`` where Python needs the word.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Annotated, NamedTuple, Self, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from warehouse.plan.checks import CHECKS
from warehouse.plan.lines import Path, line_of, lines
from warehouse.plan.mistakes import Mistake, PlanError, faults, mistake, shaped, without_faulty_entries
from warehouse.plan.syntax import read
from warehouse.plan.values import (
    LIST,
    ONE_OR_MORE,
    PLATFORMS,
    AccountId,
    AccountMetric,
    Count,
    Day,
    Flag,
    Hashtags,
    Month,
    Number,
    Period,
    Post,
    Posts,
    Scope,
    Size,
    Text,
    Texts,
    Zone,
)

__all__ = ["Mistake", "Plan", "PlanError", "parse"]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Project(_Table):
    """What is reported on; the fiscal year begins on the first of its month."""

    name: Text
    timezone: Zone = "Asia/Phnom_Penh"
    starts: Day | None = None
    ends: Day | None = None
    fiscal_year_starts: Month = 1
    audience_size: Size | None = None


class Objective(_Table):
    """The top line of the results framework."""

    id: Text
    name: Text


class Output(_Table):
    """A line of the results framework, below an objective."""

    id: Text
    name: Text
    objective: Text | None = None


class Activity(_Table):
    """A line of the results framework, below an output; campaigns belong to it."""

    id: Text
    name: Text
    output: Text | None = None


class Rule(_Table):
    """Takes a post for which each kind that is given holds: any of its hashtags, any text, any account."""

    hashtags: Hashtags = ()
    text: Texts = ()
    accounts: Texts = ()

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not self.model_fields_set:
            raise ValueError("is empty, and would take nothing: give it hashtags, text or accounts")
        for kind in sorted(self.model_fields_set):
            if not getattr(self, kind):
                raise ValueError(f"has an empty list of {kind}: fill it in, or take it out")
        return self


class AccountFigure(_Table):
    """A figure of a page or site over whole days that counts towards a campaign.

    ``scope`` says of a reach what it holds of the accounts that the page's posts of the campaign reached: all of them
    (covers), nothing else (inside), or both (equal). Without it the reach is shown and not used.
    """

    account: Post
    metric: AccountMetric
    from_: Day = Field(alias="from")
    to: Day
    scope: Scope | None = None


class Campaign(_Table):
    """What posts are attributed to; a bound that is missing is open."""

    id: Text
    activity: Text
    name: Text
    starts: Day | None = None
    ends: Day | None = None
    match: Annotated[tuple[Rule, ...], ONE_OR_MORE] = ()
    posts: Posts = ()
    excluded: Posts = Field(default=(), alias="except")
    stages: Texts = ()
    counted: Mapping[str, Count] = Field(default_factory=dict)
    account_figures: Annotated[tuple[AccountFigure, ...], LIST] = ()


class Asset(_Table):
    """One piece of content published as several posts."""

    id: Text
    campaign: Text
    stage: Text | None = None
    posts: Posts = ()


class Organisation(_Table):
    """Whose accounts they are, and who is asked about them."""

    name: Text
    contact: Text | None = None


class Account(_Table):
    """A page, channel, profile, site or station, and what else it is called.

    The posts of one that is ``not_ours`` count only where a campaign names them.
    """

    id: AccountId
    organisation: Text | None = None
    also: Texts = ()
    not_ours: Flag = False

    @property
    def platform(self) -> str:
        return self.id.partition(":")[0]

    @property
    def account_id(self) -> str:
        return self.id.partition(":")[2]


class Indicator(_Table):
    """A line of the report: a column of the totals of ``of``, or a figure by hand with its source."""

    id: Text
    name: Text
    of: Text | None = None
    metric: Text | None = None
    baseline: Number | None = None
    target: Number | None = None
    targets: Mapping[Period, Number] = Field(default_factory=dict)
    actual: Number | None = None
    source: Text | None = None


class Same(_Table):
    """Names of one post that was taken for several."""

    posts: Posts


class Report(_Table):
    """A report whose figures are kept for ever."""

    name: Text
    as_of: Day


class Printed(_Table):
    """A figure as it was printed in a report."""

    report: Text
    campaign: Text
    metric: Text
    value: Count


class Line(NamedTuple):
    """An activity with the lines above it; one that is only named by its id is called by it."""

    activity_id: str
    activity_name: str
    output_id: str | None
    output_name: str | None
    objective_id: str | None
    objective_name: str | None


class Plan(_Table):
    """A plan without mistakes, in the order of the file."""

    project: Project
    objectives: tuple[Objective, ...] = Field(default=(), alias="objective")
    outputs: tuple[Output, ...] = Field(default=(), alias="output")
    activities: tuple[Activity, ...] = Field(default=(), alias="activity")
    campaigns: tuple[Campaign, ...] = Field(default=(), alias="campaign")
    assets: tuple[Asset, ...] = Field(default=(), alias="asset")
    organisations: tuple[Organisation, ...] = Field(default=(), alias="organisation")
    accounts: tuple[Account, ...] = Field(default=(), alias="account")
    indicators: tuple[Indicator, ...] = Field(default=(), alias="indicator")
    same: tuple[Same, ...] = ()
    reports: tuple[Report, ...] = Field(default=(), alias="report")
    printed: tuple[Printed, ...] = ()

    def activity_of(self, campaign_id: str) -> Activity:
        """The activity that a campaign belongs to.

        Raises:
            KeyError: the plan has no such campaign.
        """
        campaign = {c.id: c for c in self.campaigns}[campaign_id]
        return {a.id: a for a in self.activities}[campaign.activity]

    def framework(self) -> tuple[Line, ...]:
        """Every activity with its output and objective."""
        outputs = {o.id: o for o in self.outputs}
        objectives = {o.id: o.name for o in self.objectives}
        framework = []
        for activity in self.activities:
            output = outputs.get(activity.output or "")
            objective = output.objective if output else None
            framework.append(
                Line(
                    activity.id,
                    activity.name,
                    activity.output,
                    output.name if output else activity.output,
                    objective,
                    objectives.get(objective, objective) if objective else None,
                )
            )
        return tuple(framework)

    def canonical_account_names(self) -> tuple[tuple[str, str, str | None, tuple[str, ...]], ...]:
        """Platform, account_id, organisation and other names of every account of the plan."""
        return tuple((a.platform, a.account_id, a.organisation, a.also) for a in self.accounts)


def parse(content: str | bytes, platforms: Collection[str], name: str = "plan.toml") -> Plan:
    """The plan that a file holds; ``platforms`` are the names that posts and accounts may begin with.

    Raises:
        PlanError: it holds mistakes; all of them, in the order of their lines.
    """
    text, data = read(content, name)
    data, findings = shaped(data, LISTS)
    errors = []
    try:
        plan = Plan.model_validate(data, context={PLATFORMS: platforms})
    except ValidationError as error:
        errors = error.errors()
        findings += faults(errors, data, KEYS)
    tables = without_faulty_entries(data, (error["loc"] for error in errors), ("project", *LISTS))
    findings += [finding for check in CHECKS for finding in check(tables)]
    if not findings:
        return plan
    line_by_path = lines(text)
    mistakes = {mistake(name, line_of(path, line_by_path), sentence): None for path, sentence in findings}
    raise PlanError(tuple(sorted(mistakes, key=lambda m: m.line or 0)))


def _keys(table: type[BaseModel]) -> tuple[str, ...]:
    return tuple(field.alias or name for name, field in table.model_fields.items())


LISTS = tuple(key for key in _keys(Plan) if key != "project")
KEYS: Mapping[Path, tuple[str, ...]] = {
    (): _keys(Plan),
    ("project",): _keys(Project),
    **{
        (field.alias or name,): _keys(get_args(field.annotation)[0])
        for name, field in Plan.model_fields.items()
        if name != "project"
    },
    ("campaign", "match"): _keys(Rule),
    ("campaign", "account_figures"): _keys(AccountFigure),
}


def account_ids(plan: Plan) -> dict[str, str]:
    """The ``platform:id`` of every account of the plan, by each ``platform:name`` that it goes by."""
    return {f"{a.platform}:{name}": a.id for a in plan.accounts for name in (a.account_id, *a.also)}
