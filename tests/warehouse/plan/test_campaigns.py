"""The sections of a plan on campaigns and accounts."""

import pytest
from pydantic import BaseModel

from tests.warehouse.plan.plans import assert_described, sections_in
from warehouse.plan import campaigns


@pytest.mark.parametrize("section", sections_in(campaigns))
def test_a_section_says_what_it_is_and_what_each_key_means_with_an_example_that_holds(section: type[BaseModel]) -> None:
    assert_described(section)
