"""Versions of platforms' APIs: until when each is answered, as far as the platform has said so.

What is known is data beside each platform, ``versions.toml``: a table ``last_days`` from version to the last day, and
the ``source`` that says so.
"""

from __future__ import annotations

import inspect
import tomllib
from datetime import date
from functools import cache
from pathlib import Path

from connectors.asking.settings import ApiSettings


class VersionedSettings(ApiSettings):
    """An API whose ``version`` is a setting; its ``versions.toml`` is beside the module of the settings."""

    version: str = ""

    def version_until(self) -> tuple[str, date] | None:
        last_day = last_days(self._file()).get(self.version)
        return (self.version, last_day) if last_day else None

    @classmethod
    def _file(cls) -> Path:
        """The list beside the class that stands nearest."""
        folders = (Path(inspect.getfile(each)).parent for each in cls.__mro__ if issubclass(each, VersionedSettings))
        return next(file for folder in folders if (file := folder / "versions.toml").exists())


class MonthlySettings(VersionedSettings):
    """An API whose ``version`` is a month, ``YYYYMM``, which is answered for a year at least."""

    def version_until(self) -> tuple[str, date]:
        a_year_later = date(int(self.version[:4]) + 1, int(self.version[4:]), 15)
        return super().version_until() or (self.version, a_year_later)


@cache
def last_days(file: Path) -> dict[str, date]:
    """The last day of each version that a ``versions.toml`` knows of."""
    return dict(tomllib.loads(file.read_text(encoding="utf-8"))["last_days"])
