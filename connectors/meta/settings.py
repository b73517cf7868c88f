"""The settings that Facebook and Instagram share: both are asked by Meta's Graph API and write Meta's exports."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from connectors.asking.versions import VersionedSettings


class GraphSettings(VersionedSettings):
    """``version`` is the Graph API's; ``zone`` the one in which Meta's exports write times."""

    has_one_date_order: ClassVar[bool] = True  # Meta's: month first
    zone: str = "America/Los_Angeles"
    base_url: str = "https://graph.facebook.com"
    version: str = Field(default="v26.0", pattern=r"^v\d+\.\d+$")
