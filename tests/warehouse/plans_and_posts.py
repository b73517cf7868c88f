"""Small plans and frames of loaded posts, for tests of who takes which post."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import polars as pl

from connectors import PLATFORMS
from warehouse.plan import model

PLAN = '[project]\nname = "p"\ntimezone = "Asia/Phnom_Penh"\n[[activity]]\nid = "1"\nname = "a"\n'
NOON = datetime(2024, 9, 2, 5)
"""Noon in Phnom Penh."""
ALIASES = pl.DataFrame({"platform": ["facebook"], "account_id": ["42"], "alias": ["our page"]})


def plan_of(text: str) -> model.Plan:
    return model.parse(PLAN + text, PLATFORMS.names)


def campaign(campaign_id: str, more: str) -> str:
    return f'[[campaign]]\nid = "{campaign_id}"\nactivity = "1"\nname = "c"\n{more}\n'


def posts_of(*posts: dict[str, Any]) -> pl.DataFrame:
    """Rows of loaded posts: a post of a page, published at noon, with a hashtag."""
    given = {"platform": "facebook", "account_id": "42", "text": "#forum", "published_at": NOON}
    names = ("platform", "post_id", "account_id", "alias", "video_id", "url", "text", "kind")
    schema = dict.fromkeys(names, pl.String) | {"published_at": pl.Datetime("us")}
    return pl.DataFrame([dict.fromkeys(schema) | given | row for row in posts], schema=schema, orient="row")


LINKS = posts_of(
    {"post_id": "42_1001", "url": "https://example.org/a/"},
    {"post_id": "1002", "alias": "pfbid02abc", "video_id": "777001", "url": "https://x.org/b"},
    {"post_id": "1003", "video_id": "777002"},
    {"post_id": "9_1004", "account_id": "9", "video_id": "777002"},
    {"post_id": "1005", "account_id": None, "url": ""},
    {"post_id": "55_7", "platform": "x", "account_id": "55"},
    {"post_id": "55_7", "account_id": "55"},
    {"post_id": "abc", "url": "https://short.ly/X/"},
)
