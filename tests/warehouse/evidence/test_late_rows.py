"""Rows that count from a later day than a report's are told of, with what to write."""

from __future__ import annotations

from datetime import date, datetime

import polars as pl
import pytest

from warehouse.evidence import late_rows

BEFORE, AS_OF = datetime(2024, 12, 30, 17), date(2024, 12, 30)
SEEN = datetime(2025, 1, 5, 9)


def sentences_of(
    observed: list[datetime], published: datetime | None = None, platform: str = "telegram", among: tuple[str, ...] | None = None
) -> list[str]:  # fmt: skip
    """What is said of a document with one row, and of its versions that were seen at these instants."""
    names = [f"load {n}" for n in range(len(observed))]
    observations = pl.LazyFrame(
        {"load_id": names, "platform": [platform] * len(names), "post_id": ["a"] * len(names),
         "period_start": [None] * len(names), "observed_at": observed},
        schema_overrides={"period_start": pl.Date},
    )  # fmt: skip
    posts = pl.DataFrame(
        {"platform": [platform], "post_id": ["a"], "published_at": [published]},
        schema_overrides={"published_at": pl.Datetime("us")},
    )
    loads = pl.DataFrame(
        {"load_id": names, "path": ["partner.csv"] * len(names), "connector": ["sheet"] * len(names),
         "is_document": [True] * len(names), "observed_at": [SEEN] * len(names)}
    )  # fmt: skip
    return late_rows.sentences(observations, posts, loads, BEFORE, AS_OF, "Asia/Phnom_Penh", among)


def test_a_row_without_a_day_in_a_document_that_came_late_is_told_of_with_what_to_write() -> None:
    (sentence,) = sentences_of([SEEN])
    assert sentence.startswith("partner.csv: 1 row counts from 2025-01-05 on only, after 2024-12-30")
    assert "read_on" in sentence
    assert sentence.endswith("reach date partner.csv 2024-12-30.")


@pytest.mark.parametrize("observed", [[datetime(2025, 1, 2)], [SEEN, datetime(2024, 12, 28)]])
def test_a_row_that_names_its_day_or_was_seen_in_time_is_not(observed: list[datetime]) -> None:
    assert sentences_of(observed) == []


def test_a_post_that_came_out_after_the_day_and_a_programme_are_not() -> None:
    assert sentences_of([SEEN], published=BEFORE) == []
    assert sentences_of([SEEN], platform="outreach") == []


def test_only_documents_that_were_loaded_now_are_told_of_where_loads_are_given() -> None:
    assert len(sentences_of([SEEN], among=("load 0",))) == 1
    assert sentences_of([SEEN], among=("another load",)) == []
