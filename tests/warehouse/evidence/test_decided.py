"""Whoever asks where a figure comes from is told what people decided on its posts, in which file, when and why."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from connectors.contract import schema
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
