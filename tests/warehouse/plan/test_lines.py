"""Every table, key and list item of a plan has its line."""

import tomllib
from textwrap import dedent

from hypothesis import given
from hypothesis import strategies as st

from tests.warehouse.plan.plans import ROWS
from warehouse.plan.lines import line_of, lines


def test_texts_and_comments_that_look_like_tables_do_not_move_a_line() -> None:
    text = dedent('''\
        a = """
        [[campaign]] # "
        id = \\""" 'x' """
        b = \'\'\'
        [[campaign]]\'\'\'  # [[campaign]] """
        [[ campaign ]] # one
        "quoted.key" = "a # b ] }"
        'it''s' = 1
        ''').replace("'it''s'", "'its'")
    line_by_path = lines(text)
    assert set(line_by_path) == set(_paths(tomllib.loads(text)))
    assert line_by_path[("campaign", 0)] == 6
    assert line_by_path[("campaign", 0, "quoted.key")] == 7
    assert line_by_path[("campaign", 0, "its")] == 8


def test_every_form_of_a_table_and_a_list_has_its_line() -> None:
    text = dedent("""\
        [[campaign]]
        match = [ # a list
          # with a comment ]
          { hashtags = ["a",
          "b"], text = [] }, {},
        ]
        [campaign.counted]
        submitted = 26
        [[campaign.rule]]
        x.y = 1
        x.z = 2
        [[campaign.rule]]
        [[campaign]]
        counted.a = 1.5
        [a.b]
        c = [[1],
        [2024-09-01 08:00:00]]
        [a]
        """)
    line_by_path = lines(text)
    assert set(line_by_path) == set(_paths(tomllib.loads(text)))
    assert {
        path: line_by_path[path] for path in [("campaign", 0, "match", 0), ("campaign", 0, "match", 0, "hashtags", 1)]
    } == {
        ("campaign", 0, "match", 0): 4,
        ("campaign", 0, "match", 0, "hashtags", 1): 5,
    }
    assert line_by_path[("campaign", 0, "match", 1)] == 5
    assert line_by_path[("campaign", 0, "counted", "submitted")] == 8
    assert line_by_path[("campaign", 0, "rule", 0, "x", "z")] == 11
    assert line_by_path[("campaign", 0, "rule", 1)] == 12
    assert line_by_path[("campaign", 1, "counted", "a")] == 14
    assert line_by_path[("a", "b", "c", 1, 0)] == 17
    assert line_by_path[("a",)] == 18


def test_what_has_no_line_takes_that_of_the_nearest_thing_around_it() -> None:
    line_by_path = lines("[[campaign]]\nmatch = {}\n[project]")
    assert line_of(("campaign", 0, "name"), line_by_path) == 1
    assert line_of(("campaign", 0, "match", 0, "text"), line_by_path) == 2
    assert line_of(("project", 0), line_by_path) == 3
    assert line_of(("report", 3), line_by_path) is None


@given(st.lists(ROWS, max_size=8).map("\n".join))
def test_everything_that_toml_reads_has_a_line_that_names_it(text: str) -> None:
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return
    line_by_path, rows = lines(text), text.split("\n")
    assert set(line_by_path) == set(_paths(data))
    for path, line in line_by_path.items():
        assert isinstance(path[-1], int) or str(path[-1]) in rows[line - 1]


def _paths(value: object, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [deeper for step, inner in steps for deeper in [(*path, step), *_paths(inner, (*path, step))]]
