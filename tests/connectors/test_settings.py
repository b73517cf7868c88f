"""What a workspace may set for every platform."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from connectors.settings import ConnectorSettings


def test_times_are_of_the_platforms_zone_or_else_of_the_reporting_zone() -> None:
    assert ConnectorSettings().source_zone == "Asia/Phnom_Penh"
    assert ConnectorSettings(reporting_zone="Africa/Lagos").source_zone == "Africa/Lagos"
    assert ConnectorSettings(zone="UTC", reporting_zone="Africa/Lagos").source_zone == "UTC"


@pytest.mark.parametrize("key", ["zone", "reporting_zone"])
@pytest.mark.parametrize("zone", ["Mars", "Asia", "localtime", "asia/phnom_penh"])
def test_what_is_no_time_zone_is_refused(key: str, zone: str) -> None:
    with pytest.raises(ValidationError, match="is not a time zone, such as Asia/Phnom_Penh"):
        ConnectorSettings.model_validate({key: zone})


def test_one_name_of_a_column_needs_no_list() -> None:
    settings = ConnectorSettings.model_validate({"columns": {"views": "Gucker", "likes": ["Daumen", "Herzen"]}})
    assert settings.columns == {"views": ["Gucker"], "likes": ["Daumen", "Herzen"]}


@pytest.mark.parametrize("setting", [{"zne": "UTC"}, {"columns": 5}, {"columns": {"views": 5}}, {"date_order": "ymd"}])
def test_anything_else_is_refused(setting: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        ConnectorSettings.model_validate(setting)
