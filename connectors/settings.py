"""What a workspace may set for every platform."""

from __future__ import annotations

from typing import ClassVar, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, field_validator

from connectors.contract import zones

Order = Literal["month first", "day first"]


class DateOrder(NamedTuple):
    """In which order dates such as 02/03/2026 are taken, and what says so.

    ``order`` is None where nothing says it. Where it ``is_of_platform``, nothing but a date that can be read in one way
    only says otherwise. What nobody has said ``is_assumed``.
    """

    order: Order | None
    source: str = ""
    is_of_platform: bool = False
    is_assumed: bool = False


class ConnectorSettings(BaseModel):
    """What every connector lets a workspace set in its section of ``reach.toml``.

    ``zone`` is the zone in which the platform writes times without one; empty means the reporting zone.
    ``date_order`` has no default where people write the dates; platforms' own files have one.
    ``decimal_mark`` stands before the fractions of figures whose file does not tell it.
    ``columns`` are further names of its columns, by ours, for exports in a language that Reach does not know.
    """

    model_config = ConfigDict(extra="forbid")
    has_one_date_order: ClassVar[bool] = False
    """Whether the platform writes its dates in one order, whatever the language."""

    zone: str = ""
    date_order: Order | None = None
    decimal_mark: Literal["", ".", ","] = ""
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

    @property
    def dates(self) -> DateOrder:
        """The order of the platform's dates, as the settings say, or as the platform has it."""
        source = "as the settings say" if "date_order" in self.model_fields_set else "as the platform mostly writes"
        return DateOrder(self.date_order, source if self.date_order else "", self.has_one_date_order)
