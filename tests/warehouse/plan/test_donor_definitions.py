"""Donors' definitions of indicators: those that come with Reach, a plan's own, and what they exclude."""

from __future__ import annotations

import pytest

from connectors import PLATFORMS
from warehouse.measures import NAMEABLE
from warehouse.plan.donor_definitions import shipped
from warehouse.plan.framework import IndicatorDefinition
from warehouse.plan.model import PlanError, parse

HEAD = """
[project]
name = "P"
timezone = "Asia/Phnom_Penh"

[[activity]]
id = "1"
name = "A"

[[campaign]]
id = "forum"
activity = "1"
name = "Forum"
"""
OWN = """
[[definition]]
id = "donor-engaged"
name = "People engaged"
counts = "people who wrote to us"
excludes = ["likes", "Views"]
"""


def indicator(metric: str, definition: str) -> str:
    return f"""
[[indicator]]
id = "1-a"
name = "People"
of = "campaign:forum"
metric = "{metric}"
definition = "{definition}"
"""


def sentences(text: str) -> str:
    with pytest.raises(PlanError) as wrong:
        parse(HEAD + text, PLATFORMS.names)
    return " ".join(mistake.text for mistake in wrong.value.mistakes)


@pytest.mark.parametrize("name", shipped())
def test_a_definition_that_comes_with_reach_is_one_and_excludes_figures_that_there_are(name: str) -> None:
    definition = IndicatorDefinition.model_validate(shipped()[name])
    assert definition.id == name
    assert definition.excludes
    assert definition.clause
    assert definition.source
    assert set(definition.excludes) <= {*NAMEABLE, "views_paid", "reach_at_most_then"}


@pytest.mark.parametrize("metric", ["views", "reach", "impressions", "reach_at_least", "Views"])
def test_a_metric_that_its_definition_excludes_is_refused_with_the_clause(metric: str) -> None:
    told = sentences(indicator(metric, "eea-all-013"))
    assert 'which its definition "eea-all-013" excludes: how often content was displayed, and who watched it' in told
    assert "https://core-indicators.eeagrants.org/indicators/ALL-013" in told
    assert "line 19" in told


def test_a_metric_that_it_does_not_exclude_and_a_figure_by_hand_are_taken() -> None:
    plan = parse(HEAD + indicator("comments", "eea-all-013"), PLATFORMS.names)
    assert plan.indicators[0].definition == "eea-all-013"
    by_hand = '[[indicator]]\nid = "b"\nname = "B"\nactual = 4\nsource = "A list"\ndefinition = "eea-all-013"\n'
    assert parse(HEAD + by_hand, PLATFORMS.names).indicators[0].actual == 4


def test_a_plan_has_definitions_of_its_own_whose_figures_may_have_the_words_of_screens() -> None:
    told = sentences(OWN + indicator("views", "donor-engaged"))
    assert 'which its definition "donor-engaged" excludes: it counts people who wrote to us' in told
    assert (
        parse(HEAD + OWN + indicator("comments", "donor-engaged"), PLATFORMS.names).definitions[0].name
        == "People engaged"
    )


def test_a_definition_that_is_not_there_and_a_figure_that_is_none_are_named_with_the_nearest() -> None:
    assert 'names the definition "eea-all-13", which is not in the plan' in sentences(
        indicator("comments", "eea-all-13")
    )
    assert 'excludes "viewz", which is no column; the nearest is "views"' in sentences(OWN.replace("likes", "viewz"))


@pytest.mark.parametrize(
    ("parts", "told"), [('["participant_women"]', "the nearest is"), ('["reach"]', "which is no column that adds up")]
)
def test_a_part_that_does_not_add_up_is_a_mistake(parts: str, told: str) -> None:
    assert told in sentences(OWN + f"parts = {parts}\n")
