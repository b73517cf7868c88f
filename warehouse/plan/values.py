"""What a single value of plan.toml must be, and how a wrong one is told.

Each sentence goes on from: in campaign "iduai-2024", starts ...
"""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, PlainValidator

from connectors.contract import ACCOUNT_METRICS, PLATFORMS, zones
from warehouse.plan.mistakes import nearest, shown
from warehouse.texts import match_key


def _text(value: object) -> str:
    if isinstance(value, str) and match_key(value):
        return value
    if isinstance(value, str):
        raise ValueError("is empty: fill it in, or take it out")
    if isinstance(value, int | float | date):
        raise ValueError(f"must be in quotation marks: {shown(value)}")
    raise ValueError("must be one text in quotation marks")


def _day(value: object) -> date:
    if type(value) is date:  # to isinstance, a time of day is a date too
        return value
    raise ValueError("must be a day alone, written 2024-09-27 without quotation marks")


def _count(value: object) -> int:
    if type(value) is int and 0 <= value < 2**63:
        return value
    raise ValueError("must be a whole number without dots, commas or quotation marks, such as 46_700")


def _number(value: object) -> int | float:
    if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 2**63:
        return value
    raise ValueError("must be a number without commas or quotation marks, such as 46_700 or 12.5")


def _list(value: object) -> object:
    if isinstance(value, list):
        return value
    raise ValueError('must be a list: put it in [ ], as in ["one", "two"]')


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
        raise ValueError(f"is {shown(value)}, which can't be one hashtag: write each in quotation marks of its own")
    return tag


def _post(value: str) -> str:
    """Any link or name may be right, and only the loaded posts can tell; ``facebok:1`` can't be."""
    prefix = re.match(r"([a-z]+):(?!//)\S", value)
    if prefix and prefix[1] not in PLATFORMS:
        raise ValueError(f'is {shown(value)}, and "{prefix[1]}" is not a platform; {nearest(prefix[1], PLATFORMS)}')
    return value


def _account_id(value: str) -> str:
    platform, colon, account_id = value.partition(":")
    if platform in PLATFORMS and match_key(account_id):
        return value
    hint = f"; {nearest(platform, PLATFORMS)}" if colon and platform not in PLATFORMS else ""
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


SCOPES = ("covers", "inside", "equal")

Text = Annotated[str, PlainValidator(_text)]
Texts = Annotated[tuple[Text, ...], BeforeValidator(_list)]
Day = Annotated[date, PlainValidator(_day)]
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
