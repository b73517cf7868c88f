"""A plan without mistakes, and how it is read; its sections stand in ``framework`` and ``campaigns``.

:func:`parse` gives a :class:`Plan`, or a :class:`PlanError` with every mistake and its line.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, NamedTuple, get_args

from pydantic import BaseModel, Field, ValidationError

from warehouse.plan.campaigns import Account, AccountFigure, Asset, Campaign, Organisation, Rule, Same
from warehouse.plan.checks import CHECKS
from warehouse.plan.donor_definitions import shipped
from warehouse.plan.framework import (
    Activity,
    Indicator,
    IndicatorDefinition,
    Objective,
    Output,
    Printed,
    Project,
    Rate,
    Report,
    Table,
)  # fmt: skip
from warehouse.plan.lines import Path, line_of, lines
from warehouse.plan.mistakes import Finding, Mistake, PlanError, faults, mistake, shaped, without_faulty_entries
from warehouse.plan.synonyms import replaced
from warehouse.plan.syntax import read
from warehouse.plan.values import PLATFORMS

__all__ = ["Campaign", "Indicator", "Mistake", "Plan", "PlanError", "Rule", "parse"]


class Line(NamedTuple):
    """An activity with the lines above it; one that is only named by its id is called by it."""

    activity_id: str
    activity_name: str
    output_id: str | None
    output_name: str | None
    objective_id: str | None
    objective_name: str | None


class Plan(Table):
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
    definitions: tuple[IndicatorDefinition, ...] = Field(default=(), alias="definition")
    rates: tuple[Rate, ...] = Field(default=(), alias="rate")
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

    def definition_of(self, indicator_id: str) -> IndicatorDefinition | None:
        """The donor's definition that an indicator follows, the plan's or one that comes with Reach; None without."""
        named = next((one.definition for one in self.indicators if one.id == indicator_id), None) or ""
        of_plan = {definition.id: definition for definition in self.definitions}
        if named in of_plan or named not in shipped():  # a frozen plan may name one that came with an older version
            return of_plan.get(named)
        return IndicatorDefinition.model_validate(shipped()[named])

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
    data, misshapen = shaped(data, LISTS)
    plan, findings = judged(data, platforms, "add a line {key} = … below it")
    if plan and not misshapen:
        return plan
    line_by_path = lines(text)
    found_in = [*misshapen, *findings]
    mistakes = {mistake(name, line_of(path, line_by_path), sentence): None for path, sentence in found_in}
    raise PlanError(tuple(sorted(mistakes, key=lambda m: m.line or 0)))


def judged(data: Mapping[str, Any], platforms: Collection[str], fill_in: str) -> tuple[Plan | None, list[Finding]]:
    """The plan of tables as a file of any form has them, or what is wrong with it and where.

    ``fill_in`` says how a ``{key}`` that is missing is filled in.
    """
    data = replaced(data)
    errors, plan = [], None
    try:
        plan = Plan.model_validate(data, context={PLATFORMS: platforms})
    except ValidationError as error:
        errors = error.errors()
    tables = without_faulty_entries(data, (error["loc"] for error in errors), ("project", *LISTS))
    findings = [*faults(errors, data, KEYS, fill_in), *(finding for check in CHECKS for finding in check(tables))]
    return (None if findings else plan), findings


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
