"""The sections of a plan on what is reported."""

import pytest
from pydantic import BaseModel

from tests.warehouse.plan.plans import assert_described
from warehouse.plan import framework


def _sections() -> list[type[BaseModel]]:
    there = vars(framework).values()
    return [
        one
        for one in there
        if isinstance(one, type)
        and issubclass(one, BaseModel)
        and one.__module__ == framework.__name__
        and one.model_fields
    ]


@pytest.mark.parametrize("section", _sections())
def test_a_section_says_what_it_is_and_what_each_key_means_with_an_example_that_holds(section: type[BaseModel]) -> None:
    assert_described(section)
