"""One post under two names: what joins them, and what is only shown to a person."""

from __future__ import annotations

from typing import Any

import polars as pl

from flows.steps.settings import Workspace
from tests.conftest import CAMPAIGN, PAGE, World, meta, post, sheet, table

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
    return world.tables()["post_totals"]["post_id"].to_list()


def test_a_video_is_the_post_whose_link_holds_its_number(world: World) -> None:
    reel = post(1, Views=50, Permalink=f"https://www.facebook.com/reel/{LINKED}/", Publish_time="09/01/2024 10:00")
    world.drop("2024-10-01/posts.csv", meta(reel, post(2, Views=5)))
    world.drop("2024-10-02/videos.csv", videos(video(LINKED) | {"Seconds viewed": 90}))
    row = world.tables()["post_totals"].row(by_predicate=pl.col("post_id") == f"{PAGE}_122158000000000001", named=True)
    assert (row["views"], row["watch_seconds"], row["account_id"]) == (50, 90.0, PAGE)
    assert len(ids(world)) == 2


def test_a_video_that_no_link_names_is_the_post_of_its_page_and_minute(world: World) -> None:
    world.drop("2024-10-02/videos.csv", videos(video(LINKED)))
    world.drop("2024-10-01/posts.csv", meta(post(1, Views=50), post(2, Publish_time="09/02/2024 08:01")))
    assert ids(world) == [f"{PAGE}_122158000000000001", f"{PAGE}_122158000000000002"]
    assert world.tables()["possible_doubles"].height == 0


def test_of_two_posts_of_one_minute_the_one_that_is_a_video_is_meant(world: World) -> None:
    world.drop("2024-10-02/videos.csv", videos(video(LINKED)))
    world.drop("2024-10-01/posts.csv", meta(post(1), post(2, Post_type="Videos")))
    row = world.tables()["post_totals"].row(by_predicate=pl.col("post_id") == f"{PAGE}_122158000000000002", named=True)
    assert row["reach"] == 40


def test_a_video_that_joins_no_post_is_a_possible_double_of_the_posts_of_its_day(world: World) -> None:
    world.drop("2024-10-02/videos.csv", videos(video(LINKED, "09/02/2024 08:30")))
    world.drop("2024-10-01/posts.csv", meta(post(1), post(2, Publish_time="09/05/2024 08:00")))
    doubles = world.tables()["possible_doubles"]
    assert doubles.select("post_id", "other_post_id").rows() == [(LINKED, f"{PAGE}_122158000000000001")]
    assert doubles["why"].to_list() == ["known by its video only, and a post of the same account and day"]


def test_a_video_of_a_page_without_an_export_of_posts_says_that_it_may_be_one(world: World) -> None:
    world.drop("2024-10-02/videos.csv", videos(video(LINKED)))
    doubles = world.tables()["possible_doubles"]
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
    doubles = world.tables()["possible_doubles"]
    assert doubles.select("post_id", "other_post_id").rows() == [("facebook-no-1-page-1", f"{PAGE}_122158000000000001")]


def test_two_of_linkedins_names_of_one_post_are_a_possible_double_and_never_joined_by_a_guess(world: World) -> None:
    made = 1_727_000_000_000 << 22
    row = {"account": "Mekong", "published": "2024-09-22", "read_on": "2024-10-01", "views": 5}
    links = [f"https://www.linkedin.com/feed/update/urn:li:{kind}:{made + later}"
             for kind, later in (("activity", 900 << 22), ("share", 0), ("ugcPost", 7_200_000 << 22))]  # fmt: skip
    world.drop("sheet.csv", sheet(*({"link": link, "title": "#forum", **row} for link in links)))
    doubles = world.tables()["possible_doubles"]
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
        texts.append(place.tables()["possible_doubles"]["text"].to_list())
    assert texts == [["A new title"], ["A new title"]]


def test_a_possible_double_is_described_as_its_post_is_everywhere_else(world: World) -> None:
    world.drop("2024-10-01/videos.csv", videos(video(LINKED, Title="A title #forum")))
    world.drop("2024-10-02/videos.csv", videos(video(LINKED, Title="A ????? #forum")))
    tables = world.tables()
    post_text = tables["post_totals"].filter(pl.col("post_id") == LINKED)["text"].to_list()
    assert tables["possible_doubles"]["text"].to_list() == post_text == ["A title #forum"]
