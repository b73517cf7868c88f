"""Whoever asks where a figure comes from is told what people decided on its posts, in which file, when and why."""

from __future__ import annotations

import tomllib
from typing import Any

import polars as pl
import pytest

from connectors.columns import schema
from tests.warehouse.plans_and_posts import campaign, plan_of
from warehouse import decisions
from warehouse.evidence import decided

FROM = "decided in reach.xlsx, S!B2, which came on 2026-12-01 UTC"


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ({"decided": "in a campaign", "campaign_ids": "forum"}, [f"x:1 counts in forum: {FROM}"]),
        ({"decided": "in a campaign", "campaign_ids": "a;b", "asset_id": "v"}, [f"x:1 counts in a;b as v: {FROM}"]),
        ({"decided": "same", "other_post": "x:2"}, [f"x:1 is the same as x:2: {FROM}"]),
        ({"decided": "not the same", "other_post": "x:2"}, [f"x:1 is not the same as x:2: {FROM}"]),
        ({"decided": "not ours", "remark": "Lunch"}, [f"x:1 not ours: {FROM}, since “Lunch”"]),
        ({"decided": "same", "post": "x:3", "other_post": "x:1"}, [f"x:3 is the same as x:1: {FROM}"]),
        ({"decided": "not ours", "post": "x:3"}, []),
        ({"decided": "not ours", "why_not": "the plan names it"}, []),
    ],
)
def test_decisions_that_count_on_a_post_are_told_with_their_file_cell_and_day(
    row: dict[str, Any], told: list[str]
) -> None:
    made = {"post": "x:1", "path": "reach.xlsx", "cells": "S!B2"} | row
    table = pl.DataFrame([made], schema=schema(decisions.COLUMNS)).with_columns(decided_at=pl.datetime(2026, 12, 1, 3))
    assert decided.sentences(table, ["x:1", "x:9"]) == told


def test_decisions_that_count_are_lines_of_a_plan() -> None:
    rows = [
        {"post": "x:1", "decided": "in a campaign", "campaign_ids": "one;two"},
        {"post": "x:2", "decided": "in a campaign", "campaign_ids": "one;two", "asset_id": "v"},
        {"post": "x:3", "decided": "not ours"},
        {"post": "x:4", "decided": "same", "other_post": 'website:a "b"'},
        {"post": "x:8", "decided": "same", "other_post": "x:9"},  # in the same cell of another day's file
        {"post": "x:5", "decided": "not the same", "other_post": "x:6"},
        {"post": "x:7", "decided": "in a campaign", "campaign_ids": "gone", "why_not": "There is no campaign"},
    ]
    made = [{"path": "reach.xlsx", "cells": "S!B2"} | row for row in rows]
    plan = plan_of(campaign("one", "") + campaign("two", "") + '[[asset]]\nid = "v"\ncampaign = "one"\n')
    told = decided.as_plan(pl.DataFrame(made, schema=schema(decisions.COLUMNS)), plan)
    assert [line for line in told if line.startswith("#")] == [
        "# to posts of the campaign one:",
        "# to posts of the campaign two:",
        "# to posts of the asset v of one:",
        "# to except of each campaign whose rules take them:",
    ]
    numbered = (f"n{at}_{line}" if line.startswith(("posts", "except")) else line for at, line in enumerate(told))
    lists = tomllib.loads("\n".join(numbered))
    assert [[*one.values()] for one in lists.pop("same")] == [[['website:a "b"', "x:4"]], [["x:9", "x:8"]]]
    assert list(lists.values()) == [["x:1"], ["x:1", "x:2"], ["x:2"], ["x:3"]]
    assert decided.as_plan(pl.DataFrame(schema=schema(decisions.COLUMNS)), plan) == []
