"""Which file versions count does not depend on what came first, and a folder's day is that of its name."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import World, at_noon_of, known_on, meta, post
from warehouse.archive.file_versions import FileVersion, ToldDay, superseded_at, versions

NOW, DAY = datetime(2024, 12, 1), timedelta(days=1)


def in_force(file_versions: list[FileVersion]) -> list[FileVersion]:
    """Those that count today."""
    return sorted(
        (version for version, until in superseded_at(file_versions).items() if until is None),
        key=lambda version: version.place_id,
    )


FOUND = st.lists(
    st.builds(
        FileVersion,
        path=st.sampled_from(["a.csv", "2024-10-01/a.csv", "2024-10-01/b/a.csv", "x/2024-10-02/a.csv", "2024-99-01/a.csv", "2030-01-01/a.csv"]),
        sha256=st.sampled_from("xy"),
        size=st.just(1),
        modified_at=st.datetimes(datetime(2024, 1, 1), datetime(2024, 11, 1)),
        received_at=st.just(NOW),
    ),
    max_size=8,
)  # fmt: skip


@given(FOUND, st.randoms())
def test_which_versions_count_does_not_depend_on_their_order(file_versions: list[FileVersion], chance: object) -> None:
    shuffled = list(file_versions)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert in_force(file_versions) == in_force(shuffled)


@given(FOUND)
def test_of_the_same_bytes_each_dated_day_counts_once_and_undated_ones_only_without_one(
    file_versions: list[FileVersion],
) -> None:
    for content in {p.sha256 for p in file_versions}:
        same = [p for p in file_versions if p.sha256 == content]
        days = {p.folder_day for p in same} - {None}
        chosen = [p for p in in_force(file_versions) if p.sha256 == content]
        assert {p.folder_day for p in chosen} == (days or {None})
        assert len(chosen) == max(len(days), 1)
        if not days:
            assert chosen[0].modified_at == min(p.modified_at for p in same)


def test_a_folder_dated_in_the_future_is_not_a_day() -> None:
    assert FileVersion("2030-01-01/a.csv", "x", 1, NOW, NOW).folder_day is None
    assert str(FileVersion("2024-10-01/b/a.csv", "x", 1, NOW, NOW).folder_day) == "2024-10-01"


@pytest.mark.parametrize(
    ("received", "day"),
    [
        ("2024-11-30T09:59", None),
        ("2024-11-30T10:00", "2024-12-01"),
        ("2024-11-30T23:59", "2024-12-01"),
        ("2024-12-01T00:00", "2024-12-01"),
    ],
)
def test_a_folder_may_be_dated_by_a_day_that_has_begun_fourteen_hours_further_east(
    received: str, day: str | None
) -> None:
    version = FileVersion("2024-12-01/a.csv", "x", 1, NOW, datetime.fromisoformat(received))
    assert version.folder_day == (date.fromisoformat(day) if day else None)


def _version(path: str, sha256: str, modified: int, received: int) -> FileVersion:
    return FileVersion(path, sha256, 1, NOW + timedelta(days=modified), NOW + timedelta(days=received))


def test_a_copy_in_a_dated_folder_supersedes_the_file_from_the_instant_at_which_it_came() -> None:
    first, copy = _version("a.csv", "x", 0, 0), _version("2024-10-01/a.csv", "x", 0, 5)
    assert superseded_at([first, copy]) == {first: copy.received_at, copy: None}


def test_a_file_that_was_only_touched_is_no_other_one() -> None:
    first, touched = _version("a.csv", "x", 0, 0), _version("a.csv", "x", 3, 4)
    assert superseded_at([touched, first]) == {first: None}


def test_the_same_bytes_under_names_of_other_days_are_other_figures() -> None:
    one, other = (FileVersion(f"2024-{month}-01_2024-{month}-30.csv", "x", 1, NOW, NOW) for month in ("09", "10"))
    assert superseded_at([one, other]) == {one: None, other: None}


def test_a_documents_bytes_that_come_back_after_others_are_a_version_of_their_own() -> None:
    first, between, again = _version("s.csv", "x", 0, 0), _version("s.csv", "y", 1, 1), _version("s.csv", "x", 2, 2)
    file_versions = versions([first, between, again], {"x", "y"})
    assert [(version.sha256, version.is_return) for version in file_versions] == [
        ("x", False),
        ("y", False),
        ("x", True),
    ]


def test_a_document_is_a_version_of_each_path_and_an_export_of_none() -> None:
    one, copy = _version("s.csv", "x", 0, 0), _version("copy of s.csv", "x", 0, 0)
    assert set(versions([one, copy], {"x"})) == {one, copy}
    assert versions([one, copy], set()) == {}


def test_a_document_that_was_put_into_a_dated_folder_has_left_its_undated_place() -> None:
    first, dated = _version("s.csv", "x", 0, 0), _version("2024-10-01/s.csv", "x", 0, 2)
    assert versions([first, dated], {"x"}) == {first: dated.received_at, dated: None}


def test_the_same_bytes_in_a_folder_of_a_later_day_are_read_again_on_that_day(world: World) -> None:
    export = meta(post(1, Views=10))
    world.drop("2024-10-01/a.csv", export)
    world.drop("2024-12-20/a.csv", export)
    total = world.campaign()
    assert (total["views"], total["stale"], str(total["read_to"].date())) == (10, 0, "2024-12-20")


def test_a_dated_folder_wins_over_an_undated_place_that_came_first(world: World) -> None:
    export = meta(post(1, Views=10))
    world.drop("a.csv", export, "2024-09-05T00:00")
    world.load()
    world.drop("2024-10-01/a.csv", export)
    assert world.campaign("2024-09-30")["posts"] == 0
    assert world.campaign("2024-10-01")["posts"] == 1


def test_a_file_that_was_put_into_a_dated_folder_since_is_known_where_it_was(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = meta(post(1, Views=10))
    world.drop("a.csv", content, modified="2024-10-01T12:00")
    at_noon_of(world, monkeypatch, "2024-10-02")
    world.drop("2024-09-15/a.csv", content)
    at_noon_of(world, monkeypatch, "2024-11-02")
    read = {day: known_on(world, day)["read_to"].date() for day in ("2024-11-01", "2024-11-02")}
    assert read == {"2024-11-01": date(2024, 10, 1), "2024-11-02": date(2024, 9, 15)}
    assert world.campaign()["read_to"].date() == date(2024, 9, 15)


def test_a_file_of_which_somebody_told_the_day_is_dated_from_then_on_and_as_before_when_that_is_taken_back() -> None:
    file = FileVersion("a.csv", "x", 1, NOW - 9 * DAY, NOW)
    told = [ToldDay("a.csv", "x", date(2024, 10, 1), NOW + DAY), ToldDay("a.csv", "x", None, NOW + 2 * DAY)]
    until = superseded_at([file], told)
    assert [(one.day, one.known_from, at) for one, at in until.items()] == [
        (None, NOW, NOW + DAY), (date(2024, 10, 1), NOW + DAY, NOW + 2 * DAY), (None, NOW + 2 * DAY, None)
    ]  # fmt: skip
    assert len({one.place_id for one in until}) == 3
    assert versions([file], {"x"}, told) == until


def test_a_day_that_somebody_told_wins_over_undated_copies_as_a_dated_folder_does() -> None:
    copies = [FileVersion(path, "x", 1, NOW - 9 * DAY, NOW) for path in ("a.csv", "b.csv", "2024-11-01/a.csv")]
    until = superseded_at(copies, [ToldDay("b.csv", "x", date(2024, 10, 1), NOW + DAY)])
    assert {one.day for one, at in until.items() if at is None} == {date(2024, 10, 1), date(2024, 11, 1)}


def test_other_bytes_at_the_path_were_not_meant() -> None:
    file = FileVersion("a.csv", "y", 1, NOW, NOW)
    assert superseded_at([file], [ToldDay("a.csv", "x", date(2024, 10, 1), NOW + DAY)]) == {file: None}
