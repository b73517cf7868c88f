"""What a workspace may set for every platform."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from connectors.contract import zones


class ConnectorSettings(BaseModel):
    """What every connector lets a workspace set in its section of ``reach.toml``.

    ``zone`` is the zone in which the platform writes times without one; empty means the reporting zone.
    ``columns`` are further names of its columns, by ours, for exports in a language that Reach does not know.
    """

    model_config = ConfigDict(extra="forbid")

    zone: str = ""
    date_order: Literal["month first", "day first"] = "month first"
    reporting_zone: str = "Asia/Phnom_Penh"
    columns: dict[str, list[str]] = Field(default_factory=dict)

    @field_validator("columns", mode="before")
    @classmethod
    def _takes_one_name_alone(cls, value: object) -> object:
        if isinstance(value, dict):
            return {key: [words] if isinstance(words, str) else words for key, words in value.items()}
        return value

    @field_validator("zone", "reporting_zone")
    @classmethod
    def _is_a_zone(cls, value: str) -> str:
        if value and value not in zones():
            raise ValueError(f"{value!r} is not a time zone, such as Asia/Phnom_Penh")
        return value

    @property
    def source_zone(self) -> str:
        return self.zone or self.reporting_zone
