"""What a person may call a campaign or an activity."""

from __future__ import annotations

import pytest

from tests.warehouse.plans_and_posts import plan_of
from warehouse.figure_words import NoSuchFigure
from warehouse.plan.named_lines import campaigns_named, lines, lines_of

LINES = lines(
    [("iduai-2024", "IDUAI 2024", "1.1"), ("vlogs", "Vlog competition", "1.1"), ("tv", "Radio and TV", "1.2"),
     ("twin-a", "Twins", "1.2"), ("twin-b", "Twins", "1.2")],
    [("1.1", "Forum"), ("1.2", "Debates"), ("1.3", "Nothing yet"), ("vlogs", "An activity of a campaign's id")],
)  # fmt: skip


@pytest.mark.parametrize(
    ("word", "campaigns"),
    [
        ("iduai-2024", ("iduai-2024",)),
        ("IDUAI 2024", ("iduai-2024",)),
        ("iduai 2024", ("iduai-2024",)),
        ("IDUAI-2024", ("iduai-2024",)),
        ("1.1", ("iduai-2024", "vlogs")),
        ("forum", ("iduai-2024", "vlogs")),
        ("Debates", ("tv", "twin-a", "twin-b")),
        ("vlogs", ("vlogs",)),
    ],
)
def test_a_campaign_or_an_activity_goes_by_its_id_and_by_its_name(word: str, campaigns: tuple[str, ...]) -> None:
    assert campaigns_named(word, LINES) == campaigns


@pytest.mark.parametrize(
    ("word", "sentence"),
    [
        ("idua1 2024", 'There is no campaign or activity "idua1 2024"; the nearest is iduai-2024 (IDUAI 2024).'),
        ("Twins", '"Twins" is the name of several: write the id of the one you mean (twin-a, twin-b).'),
        ("1.3", "The activity 1.3 has no campaign in the plan."),
        ("zzz", 'There is no campaign or activity "zzz"; there are: iduai-2024, vlogs, tv, twin-a, twin-b, 1.1, 1.2, 1.3, vlogs.'),
    ],
)  # fmt: skip
def test_a_word_that_names_no_campaign_says_what_does(word: str, sentence: str) -> None:
    with pytest.raises(NoSuchFigure) as error:
        campaigns_named(word, LINES)
    assert str(error.value) == sentence


def test_an_id_in_the_very_letters_goes_before_one_in_others() -> None:
    letters = lines([("a", "First", "1"), ("A", "Second", "1")], [("1", "Activity")])
    assert (campaigns_named("a", letters), campaigns_named("A", letters)) == (("a",), ("A",))


def test_a_plan_is_named_by_its_campaigns_and_activities() -> None:
    plan = plan_of('[[campaign]]\nid = "forum"\nactivity = "1"\nname = "The forum"\n')
    assert campaigns_named("the forum", lines_of(plan)) == campaigns_named("1", lines_of(plan)) == ("forum",)


def test_an_id_of_before_and_a_name_in_khmer_name_a_campaign_too() -> None:
    plan = plan_of(
        '[[campaign]]\nid = "forum-24"\nactivity = "1"\nname = "The forum"\nname_km = "វេទិកា"\nrenamed = "forum"\n'
        '[[campaign]]\nid = "other"\nactivity = "1"\nname = "Other"\n'
    )
    for word in ("forum", "វេទិកា", "the forum"):
        assert campaigns_named(word, lines_of(plan)) == ("forum-24",)
