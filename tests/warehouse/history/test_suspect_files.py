"""A file is in doubt where more than half of five or more posts fell by over 2 %, and just there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

import duckdb
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.steps.withdrawal import withdraw
from tests.conftest import World, meta, post
from tests.warehouse.history.conftest import SEEN, Rows
from warehouse.history import suspect_files

LATER = SEEN + timedelta(days=1)


def doubted(rows: Rows) -> list[str]:
    return suspect_files.find(rows.store.connection, rows.loads())["load_id"].to_list()


def two_files(
    rows: Rows, before: list[int | None], after: list[int | None], metric: str = "views", **columns: object
) -> None:
    """The same posts in two files, a day apart."""
    rows.load("old")
    rows.load("new", LATER, **columns)
    for number, (one, other) in enumerate(zip(before, after, strict=True)):
        rows.reading("old", str(number), **{metric: one})
        rows.reading("new", str(number), LATER, **{metric: other})


@pytest.mark.parametrize(("after", "is_doubted"), [(980, False), (979, True), (1000, False), (0, True)])
def test_two_percent_is_the_least_that_a_post_may_not_fall_by(rows: Rows, after: int, is_doubted: bool) -> None:
    two_files(rows, [1000] * 5, [after] * 5)
    assert doubted(rows) == ["new"] * is_doubted


@pytest.mark.parametrize(
    ("fell", "shared", "is_doubted"), [(2, 5, False), (3, 5, True), (3, 6, False), (4, 6, True), (4, 4, False)]
)
def test_more_than_half_of_five_posts_or_more(rows: Rows, fell: int, shared: int, is_doubted: bool) -> None:
    two_files(rows, [1000] * shared, [1] * fell + [1000] * (shared - fell))
    assert doubted(rows) == ["new"] * is_doubted


def test_a_post_that_only_one_file_knows_says_nothing(rows: Rows) -> None:
    two_files(rows, [1000] * 4 + [None], [1] * 5)
    assert doubted(rows) == []


def test_the_first_metric_that_both_know_decides(rows: Rows) -> None:
    rows.load("old")
    rows.load("new", LATER)
    for number in range(5):
        rows.reading("old", str(number), views=10, likes=1000)
        rows.reading("new", str(number), LATER, views=10, likes=1)
    assert doubted(rows) == []


@pytest.mark.parametrize("metric", ["views", "impressions", "reach", "likes"])
def test_each_of_the_main_metrics_can_tell(rows: Rows, metric: str) -> None:
    two_files(rows, [1000] * 5, [1] * 5, metric)
    assert doubted(rows) == ["new"]


def test_a_metric_that_is_no_main_one_tells_nothing(rows: Rows) -> None:
    two_files(rows, [1000] * 5, [1] * 5, "comments")
    assert doubted(rows) == []


@pytest.mark.parametrize(
    "columns", [{"grade": "api"}, {"grade": "entered"}, {"is_document": True}, {"refused": "x"}, {"withdrawn": "x"}]
)
def test_what_an_api_said_what_people_typed_and_what_does_not_count_is_not_judged(
    rows: Rows, columns: dict[str, object]
) -> None:
    two_files(rows, [1000] * 5, [1] * 5, **columns)
    assert doubted(rows) == []


def test_readings_of_one_instant_are_not_earlier_than_each_other(rows: Rows) -> None:
    rows.load("old")
    rows.load("new")
    for number in range(5):
        rows.reading("old", str(number), views=1000)
        rows.reading("new", str(number), views=1)
    assert doubted(rows) == []


def test_without_the_file_that_is_doubted_the_next_one_is_judged_anew(rows: Rows) -> None:
    two_files(rows, [1000] * 5, [1] * 5)
    rows.load("last", LATER + timedelta(days=1))
    for number in range(5):
        rows.reading("last", str(number), LATER + timedelta(days=1), views=1000)
    assert doubted(rows) == ["new"]


def test_gains_of_a_period_are_no_lifetime_readings(rows: Rows) -> None:
    rows.load("old")
    rows.load("new", LATER)
    for number in range(5):
        rows.reading("old", str(number), views=1000)
        rows.reading("new", str(number), LATER, views=1, period_start=SEEN.date(), period_end=SEEN.date())
    assert doubted(rows) == []


def test_a_file_dated_wrong_is_kept_and_not_used(world: World) -> None:
    world.drop("2024-10-01/a.csv", meta(*(post(n, Views=1000) for n in range(1, 7))))
    world.drop("2024-10-02/b.csv", meta(*(post(n, Views=100) for n in range(1, 7))))
    assert "dated wrong" in world.load().problems[0]
    assert world.campaign()["views"] == 6000


def test_a_withdrawn_file_doubts_no_other(world: World) -> None:
    rows = [post(n, Views=1000) for n in range(1, 7)]
    world.drop("2024-10-01/wrong.csv", meta(*rows))
    world.drop("2024-10-02/right.csv", meta(*(r | {"Views": 10} for r in rows)))
    assert world.campaign()["views"] == 6000
    withdraw(world.workspace, "wrong.csv", "another page's", "Dara")
    assert world.campaign()["views"] == 60


def test_the_sentence_says_how_many_posts_fell_and_what_helps(rows: Rows) -> None:
    two_files(rows, [1000] * 6, [1] * 5 + [1000])
    assert suspect_files.find(rows.store.connection, rows.loads()).rows() == [
        (
            "new",
            "5 of its 6 posts known before lie over 2 % below an earlier reading: the file is dated wrong or covers a "
            "period. Put it into a folder named by the day it was downloaded, such as 2024-12-30, or say the day: reach "
            "date.",
        )
    ]


def test_judging_leaves_nothing_behind_in_the_warehouse(rows: Rows) -> None:
    two_files(rows, [1000] * 5, [1] * 5)
    assert doubted(rows) == ["new"]
    assert not rows.store.connection.execute("select 1 from duckdb_views() where view_name = 'judged'").fetchall()


@pytest.mark.parametrize(("until", "is_doubted"), [(LATER - timedelta(microseconds=1), True), (LATER, False)])
def test_a_file_of_which_the_day_is_not_known_is_earlier_only_once_it_must_have_been_read(
    rows: Rows, until: datetime, is_doubted: bool
) -> None:
    rows.load("old", observed_until=until)
    rows.load("new", LATER)
    for number in range(5):
        rows.reading("old", str(number), views=1000)
        rows.reading("new", str(number), LATER, views=10)
    assert doubted(rows) == ["new"] * is_doubted


def test_a_file_of_which_the_day_is_not_known_is_judged_from_the_first_instant_on(rows: Rows) -> None:
    two_files(rows, [1000] * 5, [10] * 5, observed_until=LATER + timedelta(days=9))
    assert doubted(rows) == ["new"]


POSTS = "abcdefg"
MAIN = ("views", "impressions", "reach", "likes")


@dataclass(frozen=True)
class File:
    """A load as a history has it: a post's readings, each with the day and its main metrics."""

    load_id: str
    grade: str
    day: int
    until: int | None
    is_document: bool
    readings: tuple[tuple[str, int, tuple[int | None, ...]], ...]


@dataclass
class Oracle:
    """Judges by the words of the rule, one file after the other."""

    files: dict[str, File]
    doubted: list[str] = field(default_factory=list)

    def judge(self) -> list[str]:
        exports = [file for file in self.files.values() if file.grade == "export"]
        while len(exports) - len(self.doubted) >= 2:
            worst = [file for file in exports if file.load_id not in self.doubted and self._falls(file)]
            if not worst:
                break
            self.doubted.append(min(worst, key=lambda file: (file.day, file.load_id)).load_id)
        return sorted(self.doubted)

    def _falls(self, file: File) -> bool:
        told = [self._fell(file, post) for post in POSTS]
        shared = [one for one in told if one is not None]
        return len(shared) >= 5 and 2 * sum(shared) > len(shared)

    def _fell(self, file: File, post: str) -> bool | None:
        told = [
            self._is_below(values, list(self._before(post, day)))
            for of_post, day, values in file.readings
            if of_post == post and not file.is_document
        ]
        verdicts = [one for one in told if one is not None]
        return any(verdicts) if verdicts else None

    def _before(self, post: str, day: int) -> Iterator[tuple[int | None, ...]]:
        for other in self.files.values():
            for of_post, on, values in other.readings:
                at = on if other.until is None else other.until
                if of_post == post and at < day and not other.is_document and other.load_id not in self.doubted:
                    yield values

    def _is_below(self, values: tuple[int | None, ...], before: list[tuple[int | None, ...]]) -> bool | None:
        for at, value in enumerate(values):
            earlier = [largest for one in before if (largest := one[at]) is not None]
            if value is not None and earlier:
                return 100 * value < 98 * max(earlier)
        return None


def any_file(chance: Random, load_id: str) -> File:
    """A file of some posts, whose figures lie on one level: most of them exports of one day."""
    day, level = chance.randrange(6), chance.choice((100, 50, 97, 98))
    grade, posts = chance.choice(("export",) * 7 + ("api", "entered")), POSTS[: chance.choice((7, 7, 6, 5, 4))]
    if chance.random() < 0.7:
        return File(
            load_id, grade, day, None, False, tuple((post_id, day, (level, None, 60, None)) for post_id in posts)
        )
    days, figures = (day, day, 0, 3), ((level, None, None, None), (None, level, None, level), (None,) * 4)
    readings = tuple((post_id, chance.choice(days), chance.choice(figures)) for post_id in posts)
    return File(load_id, grade, day, chance.choice((None, day, 4)), chance.random() < 0.2, readings)


def any_changes(chance: Random) -> Iterator[list[tuple[str, File]]]:
    """What happens between judgements: loads come, are withdrawn, put back, and dropped."""
    names = iter("zyxwvutsrqponmlkjihgfedcba")
    there = [any_file(chance, next(names)) for _ in range(chance.randint(1, 7))]
    yield [("come", file) for file in there]
    for _ in range(chance.randint(1, 4)):
        step = []
        for _ in range(chance.choice((1, 1, 2))):
            what = chance.choice(("come", "come", "turn", "drop")) if there else "come"
            if what == "come":
                there.append(any_file(chance, next(names)))
            step.append((what, there[-1] if what == "come" else chance.choice(there)))
            if what == "drop":
                there.remove(step[-1][1])
        yield step


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_judging_what_may_have_changed_says_what_judging_everything_says(
    connection: duckdb.DuckDBPyConnection, seed: int
) -> None:
    """Also where older files come late, and loads are withdrawn, put back in, and dropped."""
    rows, there, withdrawn, doubted = Rows(connection), dict[str, File](), set[str](), dict[str, str]()
    for step in any_changes(Random(seed)):
        moved = set[str]()
        for what, file in step:
            moved.add(file.load_id)
            if what == "drop":
                moved |= suspect_files.resting_on(rows.store.connection, [file.load_id])
                there.pop(file.load_id)
                rows.store.drop_loads([file.load_id])
            elif what == "turn":
                withdrawn ^= {file.load_id}
                why = "'x'" if file.load_id in withdrawn else "null"
                rows.store.connection.execute(f"update loads set withdrawn = {why} where load_id = '{file.load_id}'")
            else:
                there[file.load_id] = file
                put(rows, file)
        resting = suspect_files.resting_on(rows.store.connection, moved)
        before = [doubted.get(load_id) for load_id in rows.loads()["load_id"]]
        loads = rows.loads().with_columns(pl.Series("doubted", before, pl.String))
        judged_anew = dict(suspect_files.find(connection, loads, resting).iter_rows())
        assert judged_anew == dict(suspect_files.find(connection, loads).iter_rows())
        counting = {load_id: file for load_id, file in there.items() if load_id not in withdrawn}
        assert sorted(judged_anew) == Oracle(counting).judge()
        doubted = judged_anew


def put(rows: Rows, file: File) -> None:
    day = [SEEN + timedelta(days=number) for number in range(6)]
    until = None if file.until is None else day[file.until]
    rows.load(file.load_id, day[file.day], grade=file.grade, observed_until=until, is_document=file.is_document)
    for post_id, on, values in file.readings:
        rows.reading(file.load_id, post_id, day[on], **dict(zip(MAIN, values, strict=True)))


def test_a_file_that_was_the_last_one_left_is_judged_again_when_another_comes(rows: Rows) -> None:
    """Nothing is held to an API alone: the last export that is left is believed, until a further one is there."""
    rows.load("asked", grade="api")
    for number, load_id in enumerate(("first", "second", "third"), 1):
        rows.load(load_id, SEEN + timedelta(days=number))
        for post_id in POSTS:
            rows.reading(load_id, post_id, SEEN + timedelta(days=number), views=10)
    for post_id in POSTS:
        rows.reading("asked", post_id, views=1000)
    connection, all_loads = rows.store.connection, rows.loads()
    of_two = suspect_files.find(connection, all_loads.filter(pl.col("load_id") != "third"))
    assert of_two["load_id"].to_list() == ["first"]
    loads = all_loads.drop("doubted").join(of_two, on="load_id", how="left")
    assert suspect_files.find(connection, loads, ["third"])["load_id"].to_list() == ["first", "second"]


@pytest.mark.parametrize(("days", "resting"), [(1, {"old", "new"}), (0, {"old"})])
def test_a_files_doubt_rests_on_those_with_an_earlier_reading_of_its_posts(
    rows: Rows, days: int, resting: set[str]
) -> None:
    rows.load("old")
    rows.load("new", SEEN + timedelta(days=days))
    rows.load("other", LATER)
    rows.reading("old", "1", views=1)
    rows.reading("new", "1", SEEN + timedelta(days=days), views=1)
    rows.reading("other", "2", LATER, views=1)
    assert suspect_files.resting_on(rows.store.connection, ["old"]) == resting
