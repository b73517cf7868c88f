from __future__ import annotations

import re
from datetime import date

import pytest

from connectors import PLATFORMS
from connectors.contract import METRIC, POST_KINDS
from connectors.platform import Definition

DEFINITIONS = [definition for platform in PLATFORMS for definition in platform.definitions]
EVERY = pytest.mark.parametrize(
    "definition", DEFINITIONS, ids=lambda given: f"{given.platform}-{given.metric}-{given.since}"
)


def definitions_of(platform: str, metric: str) -> list[Definition]:
    return [given for given in DEFINITIONS if (given.platform, given.metric) == (platform, metric)]


@pytest.mark.parametrize(("platform", "metric"), [(p.name, metric) for p in PLATFORMS for metric in p.reported])
def test_every_metric_that_a_platform_reports_is_defined_from_the_beginning_on(platform: str, metric: str) -> None:
    first, *later = definitions_of(platform, metric)
    assert first.since is None
    assert first.kinds == ()
    days = [definition.since for definition in later if definition.since is not None]
    assert len(days) == len(later)
    assert days == sorted(set(days))


@EVERY
def test_a_definition_is_of_our_words_and_says_what_counts_and_who_says_so(definition: Definition) -> None:
    assert definition.metric in METRIC
    assert set(definition.kinds) <= set(POST_KINDS)
    assert definition.counts
    assert re.search(r"https?://\S+|export", definition.source.split("unverified:")[0])


@EVERY
def test_what_counts_can_stand_in_a_list_and_in_a_sentence(definition: Definition) -> None:
    assert ";" not in definition.counts
    assert not definition.counts.endswith(".")
    assert not definition.counts[0].isupper()


def test_a_platform_defines_what_it_reports_and_nothing_else() -> None:
    assert {p.name: {given.metric for given in p.definitions} for p in PLATFORMS} == {
        p.name: set(p.reported) for p in PLATFORMS
    }


def test_the_days_on_which_platforms_began_to_count_otherwise() -> None:
    assert [(change.platform, change.metric, change.since) for change in PLATFORMS.changes] == [
        ("facebook", "impressions", date(2025, 11, 15)),
        ("facebook", "reach", date(2026, 6, 15)),
        ("facebook", "views", date(2024, 11, 14)),
        ("instagram", "impressions", date(2025, 4, 21)),
        ("instagram", "views", date(2024, 8, 8)),
        ("youtube", "views", date(2025, 3, 31)),
        ("youtube", "views", date(2026, 8, 24)),
    ]


def test_a_change_says_what_counted_before_of_every_kind() -> None:
    shorts, all_formats = (change for change in PLATFORMS.changes if change.platform == "youtube")
    assert shorts.kinds == ("short", "video")
    long, short, unified = definitions_of("youtube", "views")
    assert shorts.before == long.counts
    assert all_formats.before == f"{long.counts}; since 2025-03-31 {short.counts}"
    assert all_formats.now == unified.counts


def test_new_names_alone_are_no_change() -> None:
    assert not [change for change in PLATFORMS.changes if change.platform == "x"]


def test_as_many_changes_as_a_total_can_name() -> None:
    assert len(PLATFORMS.changes) < 63  # a bit each of a whole number with a sign
