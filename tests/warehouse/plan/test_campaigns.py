"""The sections of a plan on campaigns and accounts."""

import pytest
from pydantic import BaseModel

from tests.conftest import CAMPAIGN
from tests.warehouse.plan.plans import assert_described, parse, sections_in
from warehouse.plan import campaigns
from warehouse.plan.mistakes import PlanError


@pytest.mark.parametrize("section", sections_in(campaigns))
def test_a_section_says_what_it_is_and_what_each_key_means_with_an_example_that_holds(section: type[BaseModel]) -> None:
    assert_described(section)


def test_a_plural_without_its_word_is_a_mistake() -> None:
    with pytest.raises(PlanError, match="has asset_word_plural and no asset_word"):
        parse(
            '[project]\nname = "P"\n[[activity]]\nid = "1.1"\nname = "Forum"\n'
            + CAMPAIGN
            + 'asset_word_plural = "vlogs"\n'
        )
