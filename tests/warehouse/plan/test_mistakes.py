"""What is wrong with a plan is told with its line, in words of the people who write plans."""

import pickle

import pytest

from tests.warehouse.plan.plans import SMALL, assert_told, mistakes, parse, plan, the_mistake
from warehouse.plan.model import PlanError

MISTAKES: dict[str, tuple[str, int | None, str]] = {
    "an unknown key": (
        plan('hashtag = ["a"]'),
        10,
        'campaign "iduai" has "hashtag", which is not known here; the nearest is "',
    ),
    "the Python name of a key": (plan('excluded = ["facebook:1"]'), 10, 'has "excluded", which is not known here'),
    "an unknown key of the project": (
        SMALL.replace("[[act", 'timezon = "UTC"\n[[act', 1),
        3,
        'the nearest is "timezone"',
    ),
    "an unknown key of a rule": (
        plan('match = [\n  { text = ["a"] },\n  { hashtag = ["a"] },\n]'),
        12,
        'rule 2 of campaign "iduai" has "hashtag", which is not known here; the nearest is "hashtags"',
    ),
    "an unknown table": (
        plan("[[campagin]]\nid = 1"),
        10,
        'the plan has "campagin", which is not known here; the nearest is "campaign"',
    ),
    "a campaign without a name": (
        SMALL.replace('name = "IDUAI"\n', ""),
        6,
        'campaign "iduai" has no name: add a line name =',
    ),
    "a campaign without an id": (SMALL.replace('id = "iduai"\n', ""), 6, "campaign number 1 has no id: add"),
    "no project": (
        SMALL.replace('[project]\nname = "Reach"\n', ""),
        None,
        "the plan has no project: add it, with a name",
    ),
    "a project without a name": (SMALL.replace('name = "Reach"\n', ""), 1, "the project has no name: add"),
    "single brackets": (SMALL.replace("[[campaign]]", "[campaign]"), 6, "campaign must be written as [[campaign]]"),
    "double brackets": (SMALL.replace("[project]", "[[project]]"), 1, "project must be written as [project]"),
    "a section that is a value": ("report = 5\n" + SMALL, 1, "report must be written as [[report]]"),
    "a list of no tables": ("report = [\n  5,\n]\n" + SMALL, 2, "report number 1 must be a table"),
    "a text in the list of rules": (plan('match = ["IDUAI2024"]'), 10, 'rule 1 of campaign "iduai" must be a table'),
    "a rule with no kinds": (plan("match = [{}]"), 10, 'rule 1 of campaign "iduai" is empty, and would take nothing'),
    "a rule with an empty kind": (plan('match = { text = ["a"], accounts = [] }'), 10, "has an empty list of accounts"),
    "counts that are a number": (plan("counted = 26"), 10, "counted must be a table, as in { key = value }"),
    "a report of no day": (plan('[[report]]\nname = "f"'), 10, 'report "f" has no as_of: add'),
}


@pytest.mark.parametrize("case", MISTAKES)
def test_a_mistake_is_told_with_its_line_and_what_to_do(case: str) -> None:
    assert_told(*MISTAKES[case])


def test_all_mistakes_are_told_at_once_in_the_order_of_their_lines() -> None:
    text = plan(
        'starts = "2024-09-01"\n',  # 10
        'match = [{ hashtag = ["a"] }, {}]\n',  # 11: two of them
        'posts = "youtube:a"\n',  # 12
        'stages = ["winner"]\n',
        "[[asset]]\n",  # 14: no id
        'campaign = "iduia"\n',  # 15
        'stage = "winner"\n',
        "[[campaign]]\n",  # 17: no name
        'id = "iduai"\n',  # 18
        'activity = "1.1.8"\n',  # 19
        "[[repotr]]\n",  # 20
    )
    assert [line for line, _ in mistakes(text)] == [10, 11, 11, 12, 14, 15, 17, 18, 19, 20]


def test_a_faulty_value_is_not_told_a_second_time_where_it_is_used() -> None:
    text = SMALL.replace('id = "1.1.7"', "id = 1.1").replace('activity = "1.1.7"', 'activity = "1.1"')
    assert [line for line, _ in mistakes(text)] == [4]
    asset = '[[asset]]\nid = "v"\ncampaign = "iduai"\nstage = "winner"\n'
    assert [line for line, _ in mistakes(plan('stages = "winner"\ncounted = { winner = 1 }\n', asset))] == [10]


def test_lines_are_those_of_the_file_with_windows_line_ends_and_a_byte_order_mark() -> None:
    text = "\ufeff" + plan('starts = "2024"\n').replace("\n", "\r\n")
    assert the_mistake(text)[0] == 10
    assert the_mistake(text.encode())[0] == 10


def test_a_mistake_names_the_file_that_it_was_given() -> None:
    with pytest.raises(PlanError, match=r"^old\.toml: the plan has no project"):
        parse("", name="old.toml")


def test_the_error_prints_every_mistake_on_its_line_and_survives_a_process_boundary() -> None:
    with pytest.raises(PlanError) as raised:
        parse(plan("starts = 1\nends = 2\n"))
    error = raised.value
    assert str(error).splitlines() == [m.text for m in error.mistakes]
    assert pickle.loads(pickle.dumps(error)).mistakes == error.mistakes
