"""One post under two names: what joins them, and what is only shown to a person."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import polars as pl
import pytest

from connectors import PLATFORMS
from connectors.contract import TIMESTAMP
from flows.steps.settings import Workspace
from tests.conftest import CAMPAIGN, PAGE, World, meta, post, sheet, table
from warehouse.readings import doubles

VIDEOS = ("Video asset ID", "Page ID", "Page name", "Title", "Publish time", "Date", "Reach", "Reactions", "Shares",
          "Seconds viewed")  # fmt: skip
LINKED = "777000111222333"


def video(number: str, published: str = "09/02/2024 08:00", **cells: Any) -> dict[str, Any]:
    """A row of Meta's export of videos: another id of the page, no id and no link of the post."""
    return {"Video asset ID": number, "Page ID": "606604395858804", "Page name": "Page 1", "Title": "A video #forum",
            "Publish time": published, "Date": "Lifetime", "Reach": 40, "Reactions": 4} | cells  # fmt: skip


def videos(*rows: dict[str, Any]) -> str:
    return table(VIDEOS, rows)


def ids(world: World) -> list[str]:
    return world.table("post_totals")["post_id"].to_list()


def test_a_video_is_the_post_whose_link_holds_its_number(world: World) -> None:
    reel = post(1, Views=50, Permalink=f"https://www.facebook.com/reel/{LINKED}/", Publish_time="09/01/2024 10:00")
    world.drop("2024-10-01/posts.csv", meta(reel, post(2, Views=5)))
    world.drop("2024-10-02/videos.csv", videos(video(LINKED) | {"Seconds viewed": 90}))
    row = world.table("post_totals").row(by_predicate=pl.col("post_id") == f"{PAGE}_122158000000000001", named=True)
    assert (row["views"], row["watch_seconds"], row["account_id"]) == (50, 90.0, PAGE)
    assert len(ids(world)) == 2


def test_a_video_that_no_link_names_is_the_post_of_its_page_and_minute(world: World) -> None:
    world.drop("2024-10-02/videos.csv", videos(video(LINKED)))
    world.drop("2024-10-01/posts.csv", meta(post(1, Views=50), post(2, Publish_time="09/02/2024 08:01")))
    assert ids(world) == [f"{PAGE}_122158000000000001", f"{PAGE}_122158000000000002"]
    assert world.table("possible_doubles").height == 0


def test_of_two_posts_of_one_minute_the_one_that_is_a_video_is_meant(world: World) -> None:
    world.drop("2024-10-02/videos.csv", videos(video(LINKED)))
    world.drop("2024-10-01/posts.csv", meta(post(1), post(2, Post_type="Videos")))
    row = world.table("post_totals").row(by_predicate=pl.col("post_id") == f"{PAGE}_122158000000000002", named=True)
    assert row["reach"] == 40


def test_a_video_that_joins_no_post_is_a_possible_double_of_the_posts_of_its_day(world: World) -> None:
    world.drop("2024-10-02/videos.csv", videos(video(LINKED, "09/02/2024 08:30")))
    world.drop("2024-10-01/posts.csv", meta(post(1), post(2, Publish_time="09/05/2024 08:00")))
    doubles = world.table("possible_doubles")
    assert doubles.select("post_id", "other_post_id").rows() == [(LINKED, f"{PAGE}_122158000000000001")]
    assert doubles["why"].to_list() == ["known by its video only, and a post of the same account and day"]


def test_a_video_of_a_page_without_an_export_of_posts_says_that_it_may_be_one(world: World) -> None:
    world.drop("2024-10-02/videos.csv", videos(video(LINKED)))
    doubles = world.table("possible_doubles")
    assert doubles.select("post_id", "other_post_id").rows() == [(LINKED, None)]
    assert world.campaign()["posts"] == 1


def test_the_plan_joins_a_video_and_a_post_and_they_are_no_double_any_more(world: World) -> None:
    world.plan(CAMPAIGN + f'[[same]]\nposts = ["facebook:{PAGE}_122158000000000001", "facebook:{LINKED}"]\n')
    world.drop("2024-10-02/videos.csv", videos(video(LINKED, "09/02/2024 08:30")))
    world.drop("2024-10-01/posts.csv", meta(post(1)))
    tables = world.tables()
    assert tables["possible_doubles"].height == 0
    assert tables["post_totals"]["post_id"].to_list() == [f"{PAGE}_122158000000000001"]


def test_a_row_typed_without_a_link_and_a_post_of_its_account_and_day_are_a_possible_double(world: World) -> None:
    typed = {"no": 1, "platform": "facebook", "account": "Page 1", "title": "Our post", "published": "2024-09-02",
             "views": 40}  # fmt: skip
    world.drop("2024-10-01/posts.csv", meta(post(1)))
    world.drop("2024-10-01/sheet.csv", sheet(typed, typed | {"no": 2, "published": "2024-09-09"}))
    doubles = world.table("possible_doubles")
    assert doubles.select("post_id", "other_post_id").rows() == [
        ("facebook-no-1-page-1-on-2024-09-02", f"{PAGE}_122158000000000001")
    ]


def test_two_of_linkedins_names_of_one_post_are_a_possible_double_and_never_joined_by_a_guess(world: World) -> None:
    made = 1_727_000_000_000 << 22
    row = {"account": "Mekong", "published": "2024-09-22", "read_on": "2024-10-01", "views": 5}
    links = [f"https://www.linkedin.com/feed/update/urn:li:{kind}:{made + later}"
             for kind, later in (("activity", 900 << 22), ("share", 0), ("ugcPost", 7_200_000 << 22))]  # fmt: skip
    world.drop("sheet.csv", sheet(*({"link": link, "title": "#forum", **row} for link in links)))
    doubles = world.table("possible_doubles")
    assert doubles.select("post_id", "other_post_id").rows() == [
        (f"urn:li:activity:{made + (900 << 22)}", f"urn:li:share:{made}")]  # fmt: skip
    assert "two names of different kinds" in doubles["why"][0]
    assert len(ids(world)) == 3


def test_what_a_possible_double_says_is_its_newest_description_whatever_came_first(world: World, tmp_path: Any) -> None:
    other = World(Workspace(tmp_path / "other"))
    older, newer = videos(video(LINKED, Title="An old title")), videos(video(LINKED, Title="A new title"))
    texts = []
    for place, files in (
        (world, (("2024-10-01", older), ("2024-10-02", newer))),
        (other, (("2024-10-02", newer), ("2024-10-01", older))),
    ):
        place.workspace.inbox.mkdir(parents=True, exist_ok=True)
        place.workspace.plan_file.write_text(world.workspace.plan_file.read_text())
        for day, text in files:
            place.drop(f"{day}/videos.csv", text)
            place.load()
        texts.append(place.table("possible_doubles")["text"].to_list())
    assert texts == [["A new title"], ["A new title"]]


def test_a_possible_double_is_described_as_its_post_is_everywhere_else(world: World) -> None:
    world.drop("2024-10-01/videos.csv", videos(video(LINKED, Title="A title #forum")))
    world.drop("2024-10-02/videos.csv", videos(video(LINKED, Title="A ????? #forum")))
    tables = world.tables()
    post_text = tables["post_totals"].filter(pl.col("post_id") == LINKED)["text"].to_list()
    assert tables["possible_doubles"]["text"].to_list() == post_text == ["A title #forum"]


AT = datetime(2024, 9, 2, 5)
LATER = datetime(2024, 10, 5)
MOMENT = timedelta(microseconds=1)
VIDEO = "known by its video only, and a post of the same account and day"
VIDEO_ALONE = "known by its video only: no export of posts has it, or none that says so"
TYPED = "typed by hand without a link, and a post of the same account and day"
OTHER_NAME = "two names of different kinds, made within a minute, as this platform gives one post"


def row(post_id: str, **columns: Any) -> dict[str, Any]:
    """A row of an export of posts: of account 42, with an intact id and a link, published at noon."""
    given = {"platform": "facebook", "account_id": "42", "identified_by": "id", "grade": "export", "url": "u",
             "published_at": AT, "observed_at": datetime(2024, 10, 1), "load_id": "l", "row": 1}  # fmt: skip
    return {"post_id": post_id, **given, **columns}


def a_video(post_id: str = "v", **columns: Any) -> dict[str, Any]:
    return row(post_id, **{"identified_by": "video", "url": None, **columns})


def typed(post_id: str = "t", **columns: Any) -> dict[str, Any]:
    return row(post_id, **{"grade": "entered", "url": None, **columns})


def possible(*rows: dict[str, Any]) -> pl.DataFrame:
    names = ("platform", "post_id", "account_id", "identified_by", "grade", "url", "text", "load_id")
    schema = dict.fromkeys(names, pl.String) | {"published_at": TIMESTAMP, "observed_at": TIMESTAMP, "row": pl.Int64}
    described = pl.DataFrame([dict.fromkeys(schema) | one for one in rows], schema=schema)
    accounts = pl.DataFrame({"platform": ["facebook", "x"], "account_id": ["42", "42"], "account_name": ["Page", "no"]})
    posts = described.select(*schema).unique(["platform", "post_id"], keep="first", maintain_order=True)
    result = doubles.possible(described.lazy(), posts, accounts, LATER, "Asia/Phnom_Penh", PLATFORMS)
    assert result.columns == [
        "platform", "post_id", "other_post_id", "account_id", "published_at", "text", "why", "account_name"
    ]  # fmt: skip
    return result


def pairs(*rows: dict[str, Any]) -> list[tuple[str, str | None, str]]:
    return sorted(possible(*rows).select("post_id", "other_post_id", "why").rows(), key=str)


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([a_video(), row("p")], [("v", "p", VIDEO)]),
        ([a_video(), row("p", published_at=datetime(2024, 9, 1, 17))], [("v", "p", VIDEO)]),
        ([a_video(), row("p", published_at=datetime(2024, 9, 1, 17) - MOMENT)], [("v", None, VIDEO_ALONE)]),
        ([a_video(), row("p", account_id="9")], [("v", None, VIDEO_ALONE)]),
        ([a_video(), row("p", platform="instagram")], [("v", None, VIDEO_ALONE)]),
        ([a_video(), row("p", observed_at=LATER)], [("v", None, VIDEO_ALONE)]),
        ([a_video(), row("p", observed_at=LATER - MOMENT)], [("v", "p", VIDEO)]),
        ([a_video(observed_at=LATER), row("p")], []),
        ([a_video(), row("p"), row("q")], [("v", "p", VIDEO), ("v", "q", VIDEO)]),
        ([a_video(), a_video("w")], [("v", None, VIDEO_ALONE), ("w", None, VIDEO_ALONE)]),
        ([a_video(), row("v"), row("p")], []),
        ([a_video(), a_video(grade="entered", url="u"), row("p")], [("v", "p", VIDEO)]),
        ([typed(), row("p")], [("t", "p", TYPED)]),
        ([typed()], []),
        ([typed(), row("p", published_at=AT + timedelta(days=1))], []),
        ([typed(), typed("s")], []),
        ([typed(), a_video()], [("v", None, VIDEO_ALONE)]),
        ([typed(url="u"), row("p")], []),
        ([typed(), typed(url="u"), row("p")], []),
        ([typed(), row("t"), row("p")], []),
        ([typed(grade="export"), row("p")], []),
        ([typed(platform="outreach"), row("p", platform="outreach")], []),
        ([row("p"), row("q")], []),
    ],
)
def test_a_typed_row_or_a_video_may_be_any_post_of_its_account_and_day(
    rows: list[dict[str, Any]], expected: list[tuple[str, str | None, str]]
) -> None:
    assert pairs(*rows) == expected


def test_rows_that_name_no_account_are_not_of_one_account() -> None:
    assert pairs(a_video(account_id=None), row("p", account_id=None)) == [("v", None, VIDEO_ALONE)]


def test_a_possible_double_is_told_as_the_post_is_described_in_the_order_of_posts() -> None:
    rows = [a_video("w", text="second"), row("q"), row("p"), a_video("v", text="first")]
    assert possible(*rows).rows() == [
        ("facebook", video, other, "42", AT, text, VIDEO, "Page")
        for video, text in (("v", "first"), ("w", "second")) for other in "pq"
    ]  # fmt: skip


MADE = 1_727_000_000_000
"""Milliseconds, the beginning of no minute: 33 seconds after one."""


def named(kind: str, made: int, low: int = 0, **columns: Any) -> dict[str, Any]:
    number = (made << 22) + low
    return row(f"urn:li:{kind}:{number}", **{"platform": "linkedin", "text": kind, **columns})


@pytest.mark.parametrize(
    ("other", "is_double"),
    [
        (named("share", MADE), True),
        (named("ugcPost", MADE), True),
        (named("activity", MADE, 1), False),
        (named("share", MADE + 59_999), True),
        (named("share", MADE + 60_000), False),
        (named("share", MADE - 59_999), True),
        (named("share", MADE - 60_000), False),
        (named("share", MADE, 2**22 - 1), True),
        (named("share", MADE + 59_999, 2**22 - 1), True),
        (named("share", MADE, account_id="9"), True),
        (named("share", MADE, observed_at=LATER), False),
        (named("share", MADE, platform="facebook"), False),
        (row("urn:li:share:x", platform="linkedin"), False),
        (row(f"urn:li:share:{10**20}", platform="linkedin"), False),
        (named("share", MADE, text=None, published_at=None), True),
    ],
)
def test_two_names_of_different_kinds_made_within_a_minute_may_be_one_post(
    other: dict[str, Any], is_double: bool
) -> None:
    first = named("activity", MADE)
    assert pairs(first, other) == [(first["post_id"], other["post_id"], OTHER_NAME)] * is_double
    assert pairs(other, first) == [(first["post_id"], other["post_id"], OTHER_NAME)] * is_double


def test_of_two_reasons_the_first_is_told() -> None:
    first, other = named("activity", MADE), named("share", MADE)
    assert possible(first, other)["account_name"].to_list() == [None]
    both = pairs(first | {"grade": "entered", "url": None}, other)
    assert both == [(first["post_id"], other["post_id"], TYPED)]
