"""A row of a pull says what the pull says, and few pulls of an account say all that its next one goes by."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.contract import Answer
from warehouse.archive import pull_table, pulls
from warehouse.archive.archive import Archive
from warehouse.archive.log_lines import sealed
from warehouse.archive.pulls import End, Pull

BEGAN = datetime(2024, 10, 1, 19)
SHA256 = "ab" * 32


def events_of(
    number: int, account: str, *, is_backfill: bool, answers: int, ends: Sequence[str]
) -> list[dict[str, Any]]:
    """The events of the pull of one night: its answers, how it ended each time, and whether it was removed."""
    began = BEGAN + timedelta(days=number, seconds=len(account))
    key = {"connector": "x", "account": account, "started_at": began, "is_backfill": is_backfill}
    events: list[dict[str, Any]] = [
        {"event": "answered", **key, "endpoint": f"/{at}", "asked_at": began, "sha256": SHA256, "size": 1, "units": 2}
        for at in range(answers)
    ]
    for end in ends:
        if end == "removed":
            events.append({"event": "removed", **key, "pull_id": "", "reason": "terms", "removed_at": began})
            continue
        since = None if end == "whole" else began - timedelta(days=90 - number)
        failure, is_done = ("no", False) if end in ("again", "person") else ("", True)
        events.append(
            {"event": "pulled", **key, "ended_at": began, "is_done": is_done, "requests": 1, "units": 9, "failure": failure,
             "who": end if failure else "", "withheld": {}, "since": since, "keep_days": None, "refused_posts": []}
        )  # fmt: skip
    return events


@st.composite
def histories(draw: st.DrawFn) -> list[dict[str, Any]]:
    """The events of some nights of two accounts."""
    events = []
    for number in range(draw(st.integers(0, 6))):
        for account in draw(st.sampled_from((["a"], ["bb"], ["a", "bb"]))):
            ends = draw(st.lists(st.sampled_from(("good", "whole", "again", "person", "removed")), max_size=2))
            events += events_of(
                number, account, is_backfill=draw(st.booleans()), answers=draw(st.integers(0, 2)), ends=ends
            )
    return events


def archive_with(folder: Path, events: Sequence[dict[str, Any]]) -> Archive:
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "events.jsonl").open("ab") as log:
        log.writelines(sealed(event) + b"\n" for event in events)
    return Archive(folder)


@given(events=histories(), at=st.integers(0, 30))
def test_rows_are_the_same_whether_a_log_is_read_at_once_or_goes_on(
    tmp_path_factory: pytest.TempPathFactory, events: list[dict[str, Any]], at: int
) -> None:
    folder = tmp_path_factory.mktemp("log")
    archive = archive_with(folder, events[:at])
    archive.pull_table()
    archive_with(folder, events[at:])
    table, whole = archive.pull_table(), Archive(folder)
    assert table.equals(whole.pull_table())
    assert archive.pulls_of(table) == whole.pulls()
    assert table.select("place_id", "is_good", "since", "spent").rows() == [
        (
            pull.file_version.place_id if pull.answers else None, pull.is_good, pull.end and pull.end.since,
            [{"hour": hour, "units": units} for hour, units in pull.spent],
        )
        for pull in whole.pulls()
    ]  # fmt: skip


def described(told: Sequence[Pull]) -> list[object]:
    """All that the next pull of an account goes by, of its earlier pulls."""
    good = [pull for pull in told if pull.is_good]
    last_good = max((pull.started_at for pull in good), default=datetime.min)
    kept = [pull for pull in good if pull.answers]
    failing = [pull for pull in told if pull.end and pull.started_at > last_good]
    ended = [pull for pull in told if pull.end]
    return [
        told[-1:], ended[-1:], last_good,
        max((pull.started_at for pull in good if pull.end and pull.end.since is None), default=None),
        min((pull.since or datetime.min for pull in kept), default=None),
        max((pull.started_at for pull in kept), default=None),
        min((pull.started_at for pull in told if pull.started_at > last_good), default=None),
        *(min((p.started_at for p in failing if p.end and p.end.who == who), default=None) for who in ("again", "person")),
    ]  # fmt: skip


@given(events=histories(), days=st.integers(0, 8))
def test_the_pulls_that_tell_say_all_that_the_next_one_goes_by(
    tmp_path_factory: pytest.TempPathFactory, events: list[dict[str, Any]], days: int
) -> None:
    archive = archive_with(tmp_path_factory.mktemp("log"), events)
    since = BEGAN + timedelta(days=days)
    telling = archive.pulls_of(pull_table.telling(archive.pull_table(), since))
    every = archive.pulls()
    assert pulls.states(telling).equals(pulls.states(every))
    assert [pull for pull in telling if pull.started_at >= since] == [
        pull for pull in every if pull.started_at >= since
    ]
    of_account: Callable[[Pull, str, bool], bool]
    of_account = lambda pull, account, is_backfill: (pull.account, pull.is_backfill) == (account, is_backfill)  # noqa: E731
    for account in ("a", "bb"):
        for is_backfill in (False, True):
            mine = [[pull for pull in some if of_account(pull, account, is_backfill)] for some in (telling, every)]
            assert described(mine[0]) == described(mine[1])


def test_of_many_good_nights_few_are_told(tmp_path: Path) -> None:
    events = [event for n in range(90) for event in events_of(n, "a", is_backfill=False, answers=1, ends=["good"])]
    archive = archive_with(tmp_path, events)
    table = archive.pull_table()
    assert table.height == 90
    assert pull_table.telling(table, datetime.max)["started_at"].to_list() == [
        BEGAN + timedelta(days=number, seconds=1) for number in (0, 89)
    ]


def test_a_path_names_the_rows_of_its_account_alone(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    for account in ("a", "ab", "https://a.example"):
        archive.keep_answer(Pull("x", account, BEGAN), Answer("/", BEGAN, b"{}"))
        archive.end_pull(Pull("x", account, BEGAN), End(BEGAN, is_done=True))
    for pull in archive.pulls():
        assert archive.pulls_of(pull_table.at(archive.pull_table(), pull.path)) == [pull]
    assert pull_table.at(archive.pull_table(), "inbox.csv").is_empty()


def test_an_archive_without_pulls_has_no_rows(tmp_path: Path) -> None:
    assert Archive(tmp_path).pull_table().equals(pl.DataFrame(schema=pull_table.EMPTY.schema))
    assert Archive(tmp_path).telling_pulls(BEGAN) == []
