"""Posts and accounts are found again under other names. docs/rules.md: Identity survives spreadsheets."""

from __future__ import annotations

import polars as pl

from tests.conftest import CAMPAIGN, PAGE, World, meta, post, sheet


def test_an_id_that_a_spreadsheet_damaged_is_found_again_through_the_link(world: World) -> None:
    world.drop("2024-10-01/a.csv", meta(post(1, Views=10), post(2, Views=20)))
    damaged = [{**post(n, Views=v), "Post ID": "1.22158E+17"} for n, v in ((1, 11), (2, 22))]
    world.drop("2024-10-02/b.csv", meta(*damaged))
    total = world.campaign()
    assert (total["posts"], total["views"]) == (2, 33)


def test_the_number_of_a_reel_in_a_link_is_learnt_from_rows_with_an_intact_id(world: World) -> None:
    reel = post(1, Permalink="https://www.facebook.com/reel/861001", Views=10)
    world.drop("2024-10-02/b.csv", meta({**reel, "Post ID": "1.22158E+17", "Views": 12}))
    assert world.tables()["post_totals"]["post_id"].to_list() == [f"{PAGE}_861001"]
    world.drop("2024-10-01/a.csv", meta(reel))
    assert world.tables()["post_totals"].select("post_id", "views").rows() == [(f"{PAGE}_122158000000000001", 12)]


def test_a_damaged_text_matches_the_text_it_could_have_been(world: World) -> None:
    khmer = "សិទ្ធិទទួលបានព័ត៌មាន #forum"
    world.drop("2024-10-01/a.csv", meta(post(1, Views=10, Description=khmer), post(2, Views=1)))
    broken = "".join("?" if ord(c) > 127 else c for c in khmer)
    row = post(1, Views=12, Description=broken, Permalink="https://www.facebook.com/share/p/abc")
    world.drop("2024-10-02/b.csv", meta({**row, "Post ID": "1.22158E+17"}))
    posts = world.tables()["post_totals"].sort("post_id")
    assert posts.select("views", "text").rows() == [(12, khmer), (1, "Post 2 #forum")]


def test_an_export_in_a_folder_named_like_an_account_is_that_accounts(world: World) -> None:
    world.plan(CAMPAIGN + '[[account]]\nid = "youtube:UC123"\nalso = ["Our channel"]\n')
    world.drop(
        "2024-10-01/Our channel/Table data.csv",
        'Content,Video title,Video publish time,Views\ndQw4w9WgXcQ,#forum,"Sep 2, 2024",3\n',
    )
    world.drop(
        "2024-10-01/Table data.csv",
        'Content,Video title,Video publish time,Views\naaaaaaaaaaa,#forum,"Sep 2, 2024",4\n',
    )
    tables = world.tables()
    assert set(tables["post_totals"]["account_id"].to_list()) == {"UC123", None}
    assert tables["source_files"].filter(pl.col("whose") == "whose is it?").height == 1


def test_an_account_typed_by_name_is_the_page_of_that_name(world: World) -> None:
    world.drop("2024-10-01/a.csv", meta(post(1, Views=10)))
    link = f"https://www.facebook.com/{PAGE}/posts/122158000000000001"
    world.drop(
        "2024-10-05/s.csv", sheet({"no": 1, "platform": "facebook", "account": "PAGE 1", "link": link, "views": 12})
    )
    tables = world.tables()
    assert tables["account_totals"].select("account_id", "posts", "views").rows() == [(PAGE, 1, 12)]
