"""What a single value of a plan must be, and how a wrong one is told.

Each sentence goes on from: in campaign "iduai-2024", starts ...
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import date
from typing import Annotated, Literal, cast
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, PlainValidator, ValidationInfo

from connectors.attendance import age_span
from connectors.contract import ACCOUNT_METRICS, zones
from warehouse.plan.mistakes import Unfit, nearest, shown
from warehouse.texts import is_mail_address, match_key


def _fit(value: object) -> None:
    if isinstance(value, Unfit):
        raise ValueError(value.why)


def _text(value: object) -> str:
    _fit(value)
    if isinstance(value, str) and match_key(value):
        return value
    if isinstance(value, str):
        raise ValueError("is empty: fill it in, or take it out")
    if isinstance(value, int | float | date):
        raise ValueError(f"must be in quotation marks: {shown(value)}")
    raise ValueError("must be one text in quotation marks")


def _day(value: object) -> date:
    _fit(value)
    if type(value) is date:  # to isinstance, a time of day is a date too
        return value
    raise ValueError("must be a day alone, written 2024-09-27 without quotation marks")


def _flag(value: object) -> bool:
    _fit(value)
    if isinstance(value, bool):
        return value
    raise ValueError("must be true or false, without quotation marks")


def _count(value: object) -> int:
    _fit(value)
    if type(value) is int and 0 <= value < 2**63:
        return value
    raise ValueError("must be a whole number without dots, commas or quotation marks, such as 46_700")


def _number(value: object) -> int | float:
    _fit(value)
    if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 2**63:
        return value
    raise ValueError("must be a number without commas or quotation marks, such as 46_700 or 12.5")


def _list(value: object) -> object:
    if isinstance(value, list):
        return value
    raise ValueError('must be a list: put it in [ ], as in ["one", "two"]')


def _as_list(value: object) -> object:
    return value if isinstance(value, list) else [value]


def _one_or_more(value: object) -> object:
    if isinstance(value, list):
        return value
    if isinstance(value, dict):
        return [value]
    raise ValueError('must be a rule such as { hashtags = ["IDUAI2024"] }, or a list of rules in [ ]')


def _hashtag(value: str) -> str:
    tag = value.strip().lstrip("#＃")
    if not match_key(tag):
        raise ValueError("is an empty hashtag: fill it in, or take it out")
    if re.search(r"[\s#＃]", tag):
        raise ValueError(f"is {shown(value)}, which can't be one hashtag: write each of them by itself")
    return tag


PLATFORMS = "platforms"
"""The key of the validation's context that holds the names which posts and accounts may begin with."""

_NAMED = re.compile(r"([a-z]+):(?!//)\S")


def _platforms(info: ValidationInfo) -> Collection[str]:
    return cast(Mapping[str, Collection[str]], info.context)[PLATFORMS]


def platform_of(reference: str) -> str | None:
    """The platform of ``platform:post_id``; None of a link."""
    prefix = _NAMED.match(reference)
    return prefix[1] if prefix else None


def _post(value: str, info: ValidationInfo) -> str:
    """Any link or name may be right, and only the loaded posts can tell; ``facebok:1`` can't be."""
    platform, platforms = platform_of(value), _platforms(info)
    if platform and platform not in platforms:
        raise ValueError(f'is {shown(value)}, and "{platform}" is not a platform; {nearest(platform, platforms)}')
    return value


def _account_id(value: str, info: ValidationInfo) -> str:
    platforms = _platforms(info)
    platform, colon, account_id = value.partition(":")
    if "://" in account_id or any(account_id.startswith(f"{name}:") for name in platforms):
        raise ValueError(f"is {shown(value)}: write the platform once, and behind it the account's id, not its address")
    if platform in platforms and match_key(account_id):
        return value
    hint = f"; {nearest(platform, platforms)}" if colon and platform not in platforms else ""
    raise ValueError(f"is {shown(value)}: write it as platform:id, such as facebook:100064512345678{hint}")


def _account_metric(value: str) -> str:
    if value not in ACCOUNT_METRICS:
        raise ValueError(f"is {shown(value)}, which is not a figure of accounts; {nearest(value, ACCOUNT_METRICS)}")
    return value


def _scope(value: str) -> str:
    if value not in SCOPES:
        raise ValueError(f"is {shown(value)}, which is no scope; {nearest(value, SCOPES)}")
    return value


def _zone(value: str) -> str:
    if value not in zones():
        hint = nearest(value, zones(), "write it as Asia/Phnom_Penh")
        raise ValueError(f"is {shown(value)}, which is not a time zone; {hint}")
    return value


_RECIPIENT = re.compile(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)*")


def _recipient(value: str) -> str:
    if _RECIPIENT.fullmatch(value) or is_mail_address(value):
        return value
    if "@" in value:
        raise ValueError(f"is {shown(value)}: write an address as name@server.example, in Latin letters, and it alone")
    raise ValueError(
        f"is {shown(value)}: write a name in small letters a to z, digits and single _, such as programme_officer, "
        "whose address stands in .env as REACH_MAIL_TO__PROGRAMME_OFFICER"
    )


def _month(value: int) -> int:
    if 1 <= value <= 12:
        return value
    raise ValueError("must be the number of a month, 1 to 12, such as 10 for October")


def _some(value: int) -> int:
    if value:
        return value
    raise ValueError("must be more than 0, or be left out")


def _period(value: str) -> str:
    if re.fullmatch(r"FY[0-9]{4}(-Q[1-4])?", value):
        return value
    raise ValueError("is not a period: write a fiscal year as FY2024, a quarter of it as FY2024-Q4")


def _age_band(value: str) -> str:
    if not age_span(value):
        raise ValueError("must be a band of ages, such as 15-24 or 25+")
    return value


def _each_once(bands: tuple[str, ...]) -> tuple[str, ...]:
    if len({age_span(band) for band in bands}) < len(bands):
        raise ValueError("names a band of ages twice; take one out")
    return bands


def _link(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme in ("http", "https") and parts.hostname:
        return value
    raise ValueError("is no link: write it whole, such as https://example.org/page")


def _currency(value: str) -> str:
    if re.fullmatch(r"[A-Z]{3}", value.upper()):
        return value.upper()
    raise ValueError("is no currency: write its three letters, such as USD or KHR")


SCOPES = ("covers", "inside", "equal")

Text = Annotated[str, PlainValidator(_text)]
Texts = Annotated[tuple[Text, ...], BeforeValidator(_list)]
OneOrMoreTexts = Annotated[tuple[Text, ...], BeforeValidator(_as_list)]
Recipients = Annotated[tuple[Annotated[Text, AfterValidator(_recipient)], ...], BeforeValidator(_as_list)]
AgeBands = Annotated[
    tuple[Annotated[Text, AfterValidator(_age_band)], ...], BeforeValidator(_list), AfterValidator(_each_once)
]
Link = Annotated[Text, AfterValidator(_link)]
Currency = Annotated[Text, AfterValidator(_currency)]
Day = Annotated[date, PlainValidator(_day)]
Flag = Annotated[bool, PlainValidator(_flag)]
Count = Annotated[int, PlainValidator(_count)]
Number = Annotated[int | float, PlainValidator(_number)]
Hashtags = Annotated[tuple[Annotated[Text, AfterValidator(_hashtag)], ...], BeforeValidator(_list)]
Post = Annotated[Text, AfterValidator(_post)]
Posts = Annotated[tuple[Post, ...], BeforeValidator(_list)]
AccountId = Annotated[Text, AfterValidator(_account_id)]
AccountMetric = Annotated[Text, AfterValidator(_account_metric)]
Scope = Annotated[Literal["covers", "inside", "equal"], BeforeValidator(_scope), BeforeValidator(_text)]
Zone = Annotated[Text, AfterValidator(_zone)]
Month = Annotated[Count, AfterValidator(_month)]
Size = Annotated[Count, AfterValidator(_some)]
Period = Annotated[str, AfterValidator(_period)]
ONE_OR_MORE = BeforeValidator(_one_or_more)
LIST = BeforeValidator(_list)
