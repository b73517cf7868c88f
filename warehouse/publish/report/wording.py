"""The report page's own words in a language, and texts from the internet made fit to stand on it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from markupsafe import Markup

from connectors.platform import Platforms
from warehouse.corrected_texts import corrected
from warehouse.measures import LABELS, label
from warehouse.publish.report.data_texts import DataTexts, counts_key
from warehouse.publish.report.language import Writer, day, number, plain, platform_label, what_to_click, words
from warehouse.texts import cut

_PLAIN_LINK = re.compile(r"https?://[a-z0-9.-]+(/[\w/.~%-]*)?(\?[\w=.~%&-]+)?", re.ASCII)


class Texts:
    """A language's words for the page, its days, and the reporting zone's clock."""

    def __init__(
        self,
        language: str,
        zone: str,
        platforms: Platforms,
        accounts: Mapping[str, str] | None = None,
        campaigns: Mapping[str, str] | None = None,
    ) -> None:
        """``accounts`` and ``campaigns`` say what those in sentences about data are called, by their ids."""
        self.language, self._zone, self._platforms = language, ZoneInfo(zone), platforms
        self.words: Mapping[str, Any] = words(language)["page"]
        self._sentence: Mapping[str, Any] = words(language)["sentence"]
        self._writer = Writer(language)
        account_names, campaign_names = accounts or {}, campaigns or {}
        in_words = {
            "number": lambda text: number(int(text.replace(",", ""))),
            "day": lambda text: self.day(date.fromisoformat(text)),
            "metric": lambda text: self.metric(text) if text in LABELS else None,
            "metrics": lambda text: ", ".join(map(self.metric, re.split(", | and ", text))),
            "platform": lambda text: self.platform(text) if text in platforms.names else None,
            "platforms": lambda text: ", ".join(map(self.platform, text.split(", "))),
            "account": lambda text: account_names.get(text, text),
            "account_metric": lambda text: self.words["account_metrics"].get(text.partition(" ")[2]),
            "campaign": lambda text: campaign_names.get(text, text),
            "campaigns": lambda text: ", ".join(campaign_names.get(one, one) for one in text.split(", ")),
        }
        definitions = [one for platform in platforms for one in platform.definitions if one.km]
        counts = {one.counts: corrected(counts_key(one), one.km) for one in definitions}
        clicks = {one.right_file["en"]: what_to_click(one, "km") or "" for one in platforms if one.right_file}
        self._data_texts = DataTexts(language, in_words, counts | clicks, str(self.words["only_in_english"]))

    def __call__(self, key: str, **parts: str) -> str:
        """A text, filled in."""
        return str(self.words[key]).format(**parts)

    def metric(self, name: str) -> str:
        """What a column of the totals is called."""
        return label(name, self.language)

    def platform(self, name: str) -> str:
        """What a platform is called."""
        return platform_label(self._platforms, name, self.language)

    def account(self, row: Mapping[str, Any]) -> str:
        """What an account is called, with its platform; the platform alone where its source names no account."""
        name, platform = row["account_name"] or row["account_id"], self.platform(row["platform"])
        return f"{plain(name)} ({platform})" if name else platform

    def kind(self, name: str | None) -> str:
        """What a kind of post is called."""
        return str(self.words["kinds"].get(name or "", name or ""))

    def stage(self, name: str) -> str:
        """What a stage is called: where Reach has no word for it, as the plan has it."""
        stage = self._writer.stage(name)
        return str(stage["label"]) if stage else plain(name)

    def connector(self, name: str | None) -> str | None:
        """What a source is called: its platform, or the sheet that people fill in."""
        return None if name is None else str(self.words["connectors"].get(name) or self.platform(name))

    def told(self, text: str | None) -> str | None:
        """A sentence about data, which a published table has in English."""
        return None if text is None else self._data_texts(text)

    def day(self, value: date) -> str:
        """A day as a text names it."""
        return day(value, self._sentence["date"], self._sentence["locale"])

    def date_of(self, instant: datetime) -> date:
        """The day of the reporting zone that an instant in UTC falls on."""
        return self._here(instant).date()

    def day_of(self, instant: datetime) -> str:
        """The same day as a text names it."""
        return self.day(self.date_of(instant))

    def at(self, instant: datetime) -> str:
        """An instant in UTC, on the reporting zone's clock."""
        here = self._here(instant)
        return f"{self.day(here.date())} {here:%H:%M}"

    def local(self, instant: datetime | None) -> str | None:
        """An instant in UTC, on the reporting zone's clock, as it sorts: 2024-12-30 16:59."""
        return None if instant is None else f"{self._here(instant):%Y-%m-%d %H:%M}"

    def _here(self, instant: datetime) -> datetime:
        return instant.replace(tzinfo=UTC).astimezone(self._zone)


def one_line(text: str | None) -> str:
    """A text on one line."""
    return " ".join(re.sub(r"[\x00-\x1f\x7f\u2028\u2029]", " ", text or "").split())


def short(text: str | None, most: int) -> str:
    """A text on one line, cut where it is longer than ``most`` characters (:func:`warehouse.texts.cut`)."""
    return cut(one_line(text), most)


def link(url: str | None) -> str | None:
    """A link that may be followed: http and https only."""
    if url and _PLAIN_LINK.fullmatch(url):  # nearly every one is, and a list has thousands
        return url
    try:
        parts = urlsplit((url or "").strip())
    except ValueError:
        return None
    return parts.geturl() if parts.scheme in ("http", "https") and parts.netloc else None


def marks(row: Mapping[str, Any], metric: str) -> str:
    """What stands before a figure of a row: ≥ where some of its posts or days are not known, ≈ where it is rounded.

    A row is one of totals, or one of ``post_totals``, whose figure is whole.
    """
    if "rounded" in row:
        return "≈ " if metric in (row["rounded"] or "").split(";") else ""
    least = "≥ " if row[f"{metric}_known"] < row["posts"] or row.get("in_part") else ""
    return least + ("≈ " if metric == "views" and row.get("approximate") else "")


def as_json(value: Any) -> Markup:
    """A value as JSON that may stand inside a script element: nothing in it can end that, or begin another."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return Markup(text)
