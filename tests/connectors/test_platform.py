"""What a platform's record says, and what is asked of several of them at once."""

from __future__ import annotations

from datetime import date

import pytest

import connectors
from connectors.platform import Definition, Platform, Platforms
from connectors.settings import ConnectorSettings

PIGEONS = Platform(
    name="pigeons",
    label={"en": "Pigeons", "km": "ព្រាប"},
    stands_for={"owls": {"en": "Owls"}},
    settings=ConnectorSettings,
    reported=("views",),
    likes="likes",
    is_list_whole=False,
)
LETTERS = Platform(name="letters", settings=ConnectorSettings, is_views_with_ads=False, is_deletion_followed=True)
BOTH = Platforms((PIGEONS, LETTERS))


def test_posts_are_published_under_every_name_that_has_a_label() -> None:
    assert BOTH.names == ("owls", "pigeons")
    assert [BOTH.label("pigeons", "km"), BOTH.label("owls", "en")] == ["ព្រាប", "Owls"]


@pytest.mark.parametrize(("name", "language"), [("letters", "en"), ("owls", "km"), ("no platform", "en")])
def test_what_has_no_label_is_called_by_its_name(name: str, language: str) -> None:
    assert BOTH.label(name, language) == name


def test_a_platform_is_asked_for_by_its_own_name_alone() -> None:
    assert BOTH.named("letters") is LETTERS
    assert BOTH.named("owls") is None


def test_lists_of_platforms_name_those_that_say_so() -> None:
    assert (BOTH.with_only_likes, BOTH.without_whole_lists) == (("pigeons",), ("pigeons",))
    assert BOTH.following_deletions == ("letters",)
    assert BOTH.reported == {"pigeons": ("views",)}
    assert BOTH.ads_in_views == {"letters": False}
    assert BOTH.counting_every_display == BOTH.with_account_reach_of_posts == ()


def definition(since: date | None, counts: str, *kinds: str) -> Definition:
    return Definition("letters", "views", since, kinds, counts, "a source", True)


@pytest.mark.parametrize(
    ("definitions", "befores"),
    [
        ([definition(None, "plays")], []),
        ([definition(None, "plays"), definition(date(2024, 1, 1), "starts")], ["plays"]),
        (
            [definition(None, "plays"), definition(date(2024, 1, 1), "starts"), definition(date(2025, 1, 1), "looks")],
            ["plays", "since 2024-01-01 starts"],
        ),
        ([definition(None, "plays", "video"), definition(date(2024, 1, 1), "looks", "story")], []),
        (
            [
                definition(None, "looks", "story"),
                definition(date(2024, 1, 1), "plays", "video"),
                definition(date(2025, 1, 1), "views"),
            ],
            ["looks; since 2024-01-01 plays"],
        ),
    ],
    ids=["alone", "one after another", "each after the one before", "of other kinds", "of two kinds at once"],
)
def test_a_change_is_a_definition_that_took_the_place_of_those_of_its_kinds(
    definitions: list[Definition], befores: list[str]
) -> None:
    platform = Platform(name="letters", settings=ConnectorSettings)
    platform.__dict__["definitions"] = tuple(definitions)  # as its file would say
    assert [change.before for change in platform.changes] == befores


def test_every_platform_stands_once_in_the_tuple() -> None:
    names = [platform.name for platform in connectors.PLATFORMS]
    assert len(set(names)) == len(names)
