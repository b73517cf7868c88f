"""The published table of participants by age."""

from warehouse.figures.age_table import AGE_TABLE
from warehouse.figures.tables import MART


def test_a_band_of_a_scope_is_one_row_of_the_published_table() -> None:
    assert MART["participants_by_age"] is AGE_TABLE
    assert AGE_TABLE.key == ("scope", "id", "age_band")
    assert {"participants", "participants_known", "events"} <= {column.name for column in AGE_TABLE.columns}
