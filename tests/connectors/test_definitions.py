from __future__ import annotations

import re
from datetime import date

import pytest

from connectors import definitions
from connectors.contract import METRIC, PLATFORMS, POST_KINDS, REPORTED
from connectors.definitions import Definition

EVERY = pytest.mark.parametrize(
    "own", definitions.registry(), ids=lambda own: f"{own.platform}-{own.metric}-{own.since}"
)


def of(platform: str, metric: str) -> list[Definition]:
    return [own for own in definitions.registry() if (own.platform, own.metric) == (platform, metric)]


@pytest.mark.parametrize(("platform", "metric"), [(p, m) for p, metrics in REPORTED.items() for m in metrics])
def test_every_metric_that_a_platform_reports_is_defined_from_the_beginning_on(platform: str, metric: str) -> None:
    first, *later = of(platform, metric)
    assert first.since is None
    assert first.kinds == ()
    days = [own.since for own in later if own.since is not None]
    assert len(days) == len(later)
    assert days == sorted(set(days))


@EVERY
def test_a_definition_is_of_our_words_and_says_what_counts_and_who_says_so(own: Definition) -> None:
    assert own.platform in PLATFORMS
    assert own.metric in METRIC
    assert set(own.kinds) <= set(POST_KINDS)
    assert own.counts
    assert re.search(r"https?://\S+|export", own.source.split("unverified:")[0])


@EVERY
def test_what_counts_can_stand_in_a_list_and_in_a_sentence(own: Definition) -> None:
    assert ";" not in own.counts
    assert not own.counts.endswith(".")
    assert not own.counts[0].isupper()


def test_the_days_on_which_platforms_began_to_count_otherwise() -> None:
    assert [(own.platform, own.metric, own.since) for own in definitions.changes()] == [
        ("facebook", "impressions", date(2025, 11, 15)),
        ("facebook", "reach", date(2026, 6, 15)),
        ("facebook", "views", date(2024, 11, 14)),
        ("instagram", "impressions", date(2025, 4, 21)),
        ("instagram", "views", date(2024, 8, 8)),
        ("youtube", "views", date(2025, 3, 31)),
        ("youtube", "views", date(2026, 8, 24)),
    ]


def test_a_change_says_what_counted_before_of_every_kind() -> None:
    shorts, all_formats = (own for own in definitions.changes() if own.platform == "youtube")
    assert shorts.kinds == ("short", "video")
    long, short, unified = of("youtube", "views")
    assert shorts.before == long.counts
    assert all_formats.before == f"{long.counts}; since 2025-03-31 {short.counts}"
    assert all_formats.now == unified.counts


def test_new_names_alone_are_no_change() -> None:
    assert not [own for own in definitions.changes() if own.platform == "x"]


def test_as_many_changes_as_a_total_can_name() -> None:
    assert len(definitions.changes()) < 63  # a bit each of a whole number with a sign
