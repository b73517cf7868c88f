"""Accounts renamed, posts edited and posts deleted, as an API and an export of one day tell: the later instant stands."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

import pytest

from connectors.contract import Answer
from flows.steps import night
from tests.conftest import PAGE, PLAN, World, meta, post
from warehouse.archive.pulls import End, Pull

OLD_NAME = (
    '[[campaign]]\nid = "forum"\nactivity = "1.1"\nname = "By the old name"\nmatch = { accounts = ["Old name"] }\n'
)
GRAPH = f"GET https://graph.example/v26.0/{PAGE}"
FIELDS = "fields=id,created_time,permalink_url,message,status_type"


def pulled(world: World, at: datetime, name: str, posts: dict[int, str]) -> None:
    """A pull of the page that came to its end: its name, and its posts by number with their texts."""
    pull = Pull("facebook", PAGE, at)
    listed = [
        {"id": f"{PAGE}_12215800000000{number:04}", "created_time": "2024-09-02T15:00:00+0000", "message": text,
         "permalink_url": f"https://www.facebook.com/{PAGE}/posts/12215800000000{number:04}"}
        for number, text in posts.items()
    ]  # fmt: skip
    bodies: dict[str, Any] = {f"{GRAPH}?fields=id,name": {"id": PAGE, "name": name},
                              f"{GRAPH}/published_posts?{FIELDS}": {"data": listed}}  # fmt: skip
    for endpoint, body in bodies.items():
        world.workspace.archive.keep_answer(pull, Answer(endpoint, at, json.dumps(body).encode()))
    world.workspace.archive.end_pull(pull, End(at, is_done=True))


def exported(name: str, posts: dict[int, str]) -> str:
    return meta(*(post(number, Page_name=name, Description=text, Views=9) for number, text in posts.items()))


def told(text: str, *without: int) -> dict[int, str]:
    return {number: text for number in range(1, 6) if number not in without}


IN_FOLDER, LOOSE = "2024-10-02/Sep-01-2024_Oct-01-2024_1.csv", "Sep-01-2024_Oct-01-2024_1.csv"
NEXT_DAY = "2024-10-03T03:00"


HERE, ELSEWHERE = "Asia/Phnom_Penh", "America/Los_Angeles"


@pytest.mark.parametrize(
    ("zone", "asked_at", "path", "file_time", "received_at", "export_seen_at"),
    [
        # The day of the folder is over when the file comes: its figures are those of its end, 17:00 UTC.
        (HERE, "2024-10-02T16:59", IN_FOLDER, NEXT_DAY, NEXT_DAY, "2024-10-02T16:59:59"),
        (HERE, "2024-10-02T17:30", IN_FOLDER, NEXT_DAY, NEXT_DAY, "2024-10-02T16:59:59"),
        # In another zone it is not, and nothing is seen after it came.
        (ELSEWHERE, "2024-10-02T17:30", IN_FOLDER, NEXT_DAY, NEXT_DAY, NEXT_DAY),
        # It came on that day, before the pull and after it.
        (HERE, "2024-10-02T04:00", IN_FOLDER, "2024-10-02T03:00", "2024-10-02T05:00", "2024-10-02T05:00"),
        (HERE, "2024-10-02T06:00", IN_FOLDER, "2024-10-02T03:00", "2024-10-02T05:00", "2024-10-02T05:00"),
        # Only the file's time says when, whichever came first.
        (HERE, "2024-10-02T04:00", LOOSE, "2024-10-02T03:00", "2024-10-02T05:00", "2024-10-02T03:00"),
        (ELSEWHERE, "2024-10-02T04:00", LOOSE, "2024-10-02T04:30", NEXT_DAY, "2024-10-02T04:30"),
    ],
)
def test_of_an_api_and_an_export_of_one_day_the_later_tells_name_text_and_what_is_there(
    world: World, monkeypatch: pytest.MonkeyPatch, zone: str, asked_at: str, path: str, file_time: str,
    received_at: str, export_seen_at: str,
) -> None:  # fmt: skip
    """The API's list lacks post 2, the export's post 3; both listed all of them the day before."""
    world.workspace.plan_file.write_text(PLAN.replace(HERE, zone) + OLD_NAME)
    before = datetime(2024, 10, 1, 3)
    monkeypatch.setattr(night, "now", lambda: before + timedelta(hours=1))
    pulled(world, before, "Old name", told("Old text"))
    world.drop("2024-10-01/Aug-01-2024_Sep-30-2024_1.csv", exported("Old name", told("Old text")), "2024-10-01T03:00")
    world.load()
    monkeypatch.setattr(night, "now", lambda: datetime.fromisoformat(received_at))
    pulled(world, datetime.fromisoformat(asked_at), "By API", told("By API", 2))
    world.drop(path, exported("By export", told("By export", 3)), file_time)

    tables = world.tables("2024-10-05")
    newer, gone = ("By API", 2) if asked_at > export_seen_at else ("By export", 3)
    posts = tables["post_totals"].sort("post_id")
    assert posts["account_name"].unique().to_list() == [newer]
    assert set(tables["source_freshness"]["account_name"]) == {newer}
    texts = dict(enumerate(posts["text"], 1))
    assert {texts[1], texts[4], texts[5]} == {newer}
    is_gone = posts["gone_since"].is_not_null().to_list()
    assert [number for number, one in enumerate(is_gone, 1) if one] == [gone]
    assert posts["campaign_ids"].to_list() == ["forum"] * 5  # the rule names the account as it was called


def test_a_post_that_comes_back_is_there_again_whoever_tells(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The API left it out on one day; an export, and then the API, have it later."""
    world.plan(OLD_NAME)
    monkeypatch.setattr(night, "now", lambda: datetime(2024, 10, 9))
    for day, without in ((1, ()), (2, (2,))):
        pulled(world, datetime(2024, 10, day, 3), "Old name", told("Old text", *without))

    def gone() -> list[bool]:
        return world.tables("2024-10-09")["post_totals"].sort("post_id")["gone_since"].is_not_null().to_list()

    assert gone() == [False, True, False, False, False]
    world.drop("Sep-01-2024_Oct-03-2024_1.csv", exported("Old name", told("Old text")), "2024-10-03T03:00")
    assert gone() == [False] * 5
    pulled(world, datetime(2024, 10, 4, 3), "Old name", told("Old text", 2))
    assert gone() == [False, True, False, False, False]
    pulled(world, datetime(2024, 10, 5, 3), "Old name", told("Old text"))
    assert gone() == [False] * 5
