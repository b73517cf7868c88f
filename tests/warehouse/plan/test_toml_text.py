"""A plan written as TOML is the same plan when it is read."""

from hypothesis import given, settings

from tests.warehouse.plan.any_plans import plans
from tests.warehouse.plan.plans import parse
from warehouse.plan.model import Plan
from warehouse.plan.toml_text import toml_text


@given(plans())
@settings(deadline=None)
def test_a_plan_goes_to_toml_and_back_without_loss(plan: Plan) -> None:
    assert parse(toml_text(plan)) == plan
