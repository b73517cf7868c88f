"""A pull is what the log tells of it: its answers, how it ended, and for how long it goes on or may be kept."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from connectors.contract import Answer
from warehouse.archive.archive import Archive
from warehouse.archive.pulls import End, Pull, Pulls, of_event, states

STARTED = datetime(2024, 10, 1, 19)
PULL = Pull("facebook", "1", STARTED)


def ended(**changes: Any) -> End:
    return End(**{"ended_at": STARTED, "is_done": True, "requests": 2, "units": 3} | changes)


def kept(archive: Archive) -> Pull:
    (pull,) = archive.pulls()
    return pull


def test_a_pull_is_told_step_by_step(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    for number in range(2):
        archive.keep_answer(PULL, Answer(f"/{number}", STARTED, b"%d" % number))
        assert [answer.endpoint for answer in kept(archive).answers] == [f"/{n}" for n in range(number + 1)]
    assert kept(archive).end is None
    archive.end_pull(PULL, ended())
    assert kept(archive).is_good
    assert kept(Archive(tmp_path)) == kept(archive)


def test_what_older_versions_kept_of_pulls_is_read() -> None:
    """Their answers say no cost, their ends neither which posts refused nor which permission is missing."""
    key = {"connector": "x", "account": "1", "started_at": STARTED.isoformat(), "is_backfill": False}
    answered = {"event": "answered", **key, "endpoint": "/", "asked_at": STARTED.isoformat(), "sha256": "a", "size": 1}
    views = {"why": "no", "since": "2024-09-01T00:00:00", "tried_at": "2024-09-01T00:00:00", "is_for_a_person": True}
    pulled = {"event": "pulled", **key, "ended_at": STARTED.isoformat(), "is_done": True, "requests": 1, "units": 5,
              "who": "", "failure": "", "withheld": {"views": views}, "since": None, "keep_days": None}  # fmt: skip
    pulls = Pulls()
    pulls.add([answered, pulled])
    (pull,) = pulls.all()
    assert (pull.is_good, pull.spent, pull.answers[0].units) == (True, ((STARTED, 5),), 0)
    (row,) = states([pull]).to_dicts()
    assert (row["lacking"], row["refused_posts"]) == ("no", None)


def test_what_a_killed_removal_left_is_deleted_by_the_next_run(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    archive.keep_answer(PULL, Answer("/gone", STARTED, b"gone"))
    archive.keep_answer(Pull("facebook", "2", STARTED), Answer("/stays", STARTED, b"stays"))
    archive.finish_removals()
    assert len(list(archive.blobs.hashes())) == 2
    archive.remove_pulls([pull for pull in archive.pulls() if pull.account == "1"], "terms", STARTED)
    left = archive.keep(b"gone")  # as if the process had been killed before it deleted the bytes
    archive.finish_removals()
    assert left not in set(archive.blobs.hashes())
    (stays,) = (pull for pull in archive.pulls() if pull.account == "2")
    assert [answer.content for answer in archive.answers(stays)] == [b"stays"]


def test_what_a_pull_asked_before_it_was_cut_off_counts_with_the_rest(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    archive.end_pull(PULL, ended(is_done=False, failure="cut off"))
    archive.end_pull(PULL, ended(withheld={"views": {"why": "no"}}))
    end = kept(archive).end
    assert end == ended(requests=4, units=6, withheld={"views": {"why": "no"}})


def test_a_pull_that_came_to_its_end_says_since_when_it_asked_for_posts() -> None:
    since = STARTED - timedelta(days=14)
    assert [Pull("x", "1", STARTED, end=end).since for end in (
        None, ended(is_done=False, failure="cut off", since=since), ended(since=since), ended(),
    )] == [None, None, since, datetime.min]  # fmt: skip


def test_a_pull_that_was_removed_has_no_answers_and_its_bytes_are_gone(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    archive.keep_answer(PULL, Answer("/", STARTED, b"{}"))
    archive.remove_pulls(archive.pulls(), "terms", STARTED)
    assert kept(archive).answers == ()
    assert not list(tmp_path.rglob("*.zst"))


def test_an_answer_of_which_something_was_forgotten_has_what_is_left(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    for endpoint in ("/a", "/b"):
        archive.keep_answer(PULL, Answer(endpoint, STARTED, b"all"))
    archive.forget(kept(archive), {"/a": b"left"}, "gone", STARTED)
    assert [answer.content for answer in archive.answers(kept(archive))] == [b"left", b"all"]


def test_events_in_one_go_or_one_by_one_tell_the_same() -> None:
    key = {"connector": "x", "account": "1", "started_at": STARTED.isoformat(), "is_backfill": False}
    answered = {"event": "answered", **key, "asked_at": STARTED.isoformat(), "size": 1}
    events = [
        {**answered, "endpoint": "/a", "sha256": "a"},
        {**answered, "endpoint": "/b", "sha256": "b"},
        {**answered, "event": "forgotten", "endpoint": "/a", "sha256": "c"},
        {"event": "removed", **key, "pull_id": of_event(key).pull_id},
        {**answered, "endpoint": "/c", "sha256": "d"},
    ]
    for count in range(1, len(events) + 1):
        whole, parts = Pulls(), Pulls()
        whole.add(events[:count])
        for event in events[:count]:
            parts.add([event])
        assert whole.all() == parts.all()
    assert parts.all()[0].answers == ()


@pytest.mark.parametrize(("hours", "goes_on"), [(19.99, True), (20, False)])
def test_a_nights_pull_that_was_cut_off_goes_on_for_twenty_hours(hours: float, goes_on: bool) -> None:
    assert PULL.goes_on(STARTED + timedelta(hours=hours)) == goes_on


def test_a_backfill_goes_on_until_it_is_done() -> None:
    backfill = Pull("facebook", "1", STARTED, is_backfill=True)
    assert backfill.goes_on(STARTED + timedelta(days=100))
    assert not Pull("facebook", "1", STARTED, is_backfill=True, end=ended()).goes_on(STARTED)


@pytest.mark.parametrize(("days", "is_past"), [(30, False), (30.01, True)])
def test_answers_may_be_kept_for_so_many_days_and_no_longer(tmp_path: Path, days: float, is_past: bool) -> None:
    archive = Archive(tmp_path)
    archive.keep_answer(PULL, Answer("/", STARTED, b"{}"))
    assert kept(archive).is_past(STARTED + timedelta(days=days), 30) == is_past
    assert not kept(archive).is_past(STARTED + timedelta(days=days), None)


def test_the_days_of_its_end_go_before_those_of_the_settings(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    archive.keep_answer(PULL, Answer("/", STARTED, b"{}"))
    archive.end_pull(PULL, ended(keep_days=2))
    assert kept(archive).is_past(STARTED + timedelta(days=3), 30)


def test_an_account_is_failing_since_the_first_pull_after_its_last_good_one() -> None:
    ends = [ended(), ended(failure="no", who="person"), ended(failure="no", who="again")]
    pulls = [Pull("x", "1", STARTED + timedelta(days=n), end=end) for n, end in enumerate(ends)]
    (row,) = states(pulls[::-1]).to_dicts()
    assert (row["last_good_at"], row["failing_since"], row["who"]) == (STARTED, pulls[1].started_at, "again")


def test_what_is_withheld_is_named_with_its_first_day_and_the_permission_that_is_missing() -> None:
    views = {"since": "2024-09-01T00:00:00", "why": "ask for read_insights", "is_for_a_person": True}
    likes = {"since": "2024-09-02T00:00:00", "why": "gone", "is_for_a_person": False}
    (row,) = states([Pull("x", "1", STARTED, end=ended(withheld={"views": views, "likes": likes}))]).to_dicts()
    assert row["withheld"] == [
        {"metric": "likes", "since": date(2024, 9, 2), "is_for_a_person": False},
        {"metric": "views", "since": date(2024, 9, 1), "is_for_a_person": True},
    ]
    assert row["lacking"] == "ask for read_insights"


def test_posts_that_refuse_metrics_are_counted_with_why(tmp_path: Path) -> None:
    one = {"why": "no insights (code 7)", "metrics": ["views"], "posts": ["1"], "since": "2024-09-01T00:00:00"}
    more = {**one, "metrics": ["reach", "saves", "views"], "posts": ["2", "3"], "tried_at": "2024-09-03T00:00:00"}
    archive = Archive(tmp_path)
    archive.keep_answer(PULL, Answer("/", STARTED, b"{}"))
    archive.end_pull(PULL, ended(refused_posts=[one, more]))
    (row,) = states([kept(archive)]).to_dicts()
    assert row["refused_posts"] == (
        "1 post refuses views since 2024-09-01: no insights (code 7). "
        "2 posts refuse reach, saves and views since 2024-09-01: no insights (code 7)."
    )
