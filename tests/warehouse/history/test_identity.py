"""Posts and accounts are found again under other names. docs/rules.md: Identity survives spreadsheets."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import polars as pl
import pytest

from tests.conftest import CAMPAIGN, PAGE, World, meta, post, sheet
from warehouse.history import identity

AT = datetime(2024, 9, 2, 8)


def texts(columns: str, *rows: tuple[str | None, ...]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=dict.fromkeys(columns.split(), pl.String), orient="row")


def test_an_id_that_a_spreadsheet_damaged_is_found_again_through_the_link(world: World) -> None:
    world.drop("2024-10-01/a.csv", meta(post(1, Views=10), post(2, Views=20)))
    damaged = [{**post(n, Views=v), "Post ID": "1.22158E+17"} for n, v in ((1, 11), (2, 22))]
    world.drop("2024-10-02/b.csv", meta(*damaged))
    total = world.campaign()
    assert (total["posts"], total["views"]) == (2, 33)


def test_the_number_of_a_reel_in_a_link_is_learnt_from_rows_with_an_intact_id(world: World) -> None:
    reel = post(1, Permalink="https://www.facebook.com/reel/861001", Views=10)
    world.drop("2024-10-02/b.csv", meta({**reel, "Post ID": "1.22158E+17", "Views": 12}))
    assert world.table("post_totals")["post_id"].to_list() == [f"{PAGE}_861001"]
    world.drop("2024-10-01/a.csv", meta(reel))
    assert world.table("post_totals").select("post_id", "views").rows() == [(f"{PAGE}_122158000000000001", 12)]


def test_a_damaged_text_matches_the_text_it_could_have_been(world: World) -> None:
    khmer = "សិទ្ធិទទួលបានព័ត៌មាន #forum"
    world.drop("2024-10-01/a.csv", meta(post(1, Views=10, Description=khmer), post(2, Views=1)))
    broken = "".join("?" if ord(c) > 127 else c for c in khmer)
    row = post(1, Views=12, Description=broken, Permalink="https://www.facebook.com/share/p/abc")
    world.drop("2024-10-02/b.csv", meta({**row, "Post ID": "1.22158E+17"}))
    posts = world.table("post_totals").sort("post_id")
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


ACCOUNT = "platform account_id name username"
NAME = "platform account_id alias"


def names_of(*accounts: tuple[str, str, str | None, str | None], plan: Any = ()) -> list[tuple[str, ...]]:
    result = identity.account_names(texts(ACCOUNT, *accounts), plan)
    assert result.columns == NAME.split()
    return [row[1:] for row in result.rows()]


def test_an_account_is_called_by_its_ids_its_names_and_what_the_plan_adds() -> None:
    plan = [("facebook", "7", "An organisation", ("Our  Page",))]
    assert names_of(("facebook", "42", "Page ONE", "page.one"), ("facebook", "42", "page one", None), plan=plan) == [
        ("42", "42"), ("42", "facebook:42"), ("42", "page one"), ("42", "page.one"),
        ("7", "7"), ("7", "facebook:7"), ("7", "our page"),
    ]  # fmt: skip


def test_names_of_accounts_are_told_by_platform_account_and_name() -> None:
    result = identity.account_names(texts(ACCOUNT, ("y", "1", "n", "m"), ("x", "2", None, None)), ())
    assert result.rows() == [
        ("x", "2", "2"), ("x", "2", "x:2"), ("y", "1", "1"), ("y", "1", "m"), ("y", "1", "n"), ("y", "1", "y:1")
    ]  # fmt: skip


def test_an_account_that_was_only_a_name_is_no_second_one_of_that_name() -> None:
    only_a_name = ("facebook", "Page One", "page one", None)
    assert names_of(("facebook", "42", "Page One", None), only_a_name) == [
        ("42", "42"), ("42", "facebook:42"), ("42", "page one"), ("Page One", "facebook:page one")
    ]  # fmt: skip
    assert names_of(only_a_name) == [("Page One", "facebook:page one"), ("Page One", "page one")]
    assert ("Page One", "page one") in names_of(("x", "42", "Page One", None), only_a_name)
    with_username = ("facebook", "Page One", "Page One", "one")
    assert ("Page One", "page one") in names_of(("facebook", "42", "Page One", None), with_username)
    in_the_plan = [("facebook", "Page One", None, ())]
    assert ("Page One", "page one") in names_of(("facebook", "42", "Page One", None), only_a_name, plan=in_the_plan)


def test_an_export_that_knows_an_account_by_its_handle_alone_is_that_accounts() -> None:
    by_api, by_export = ("x", "12", "Mekong Radio", "MekongRadio"), ("x", "mekongradio", None, "mekongradio")
    assert names_of(by_export) == [("mekongradio", "mekongradio"), ("mekongradio", "x:mekongradio")]
    both = names_of(by_api, by_export)
    assert [account for account, alias in both if alias == "mekongradio"] == ["12"]
    named = ("x", "mekongradio", "Mekong Radio", "mekongradio")
    assert names_of(by_api, named)[:4] == [("12", "12"), ("12", "mekong radio"), ("12", "mekongradio"), ("12", "x:12")]
    other = ("x", "radio2", "Mekong Radio", "radio2")
    assert {account for account, alias in names_of(by_api, other) if alias == "mekong radio"} == {"12", "radio2"}
    other = ("facebook", "9", "Mekong Radio", "mekongradio")
    assert ("mekongradio", "mekongradio") in names_of(other, by_export)


@pytest.mark.parametrize("planned", ["mekongradio", "@MekongRadio"])
def test_a_plan_may_name_an_account_by_its_handle(planned: str) -> None:
    by_api, by_export = ("x", "12", "Mekong Radio", "MekongRadio"), ("x", "mekongradio", None, "mekongradio")
    plan = [("x", planned, "Radio", ("The station",))]
    names = names_of(by_api, by_export, plan=plan)
    means = {alias: account for account, alias in names}
    assert {means[alias] for alias in ("12", "mekong radio", "mekongradio", "the station", "x:12")} == {planned}
    two = names_of(by_api, ("x", "13", "Another", "mekongradio"), plan=plan)
    assert {account for account, alias in two if alias == "12"} == {"12"}


def test_a_handle_is_of_one_account_of_its_platform() -> None:
    accounts = texts(
        "platform account_id name username", ("x", "12", "a", "Radio"), ("x", "radio", "a", "radio"), ("y", "7", "b", "radio"),
        ("y", "radio", "b", "radio"), ("x", "13", "c", "other"), ("x", "other", "c", "other"), ("x", "5", "d", None),
        ("z", "1", "e", "two"), ("z", "2", "e", "two"), ("z", "two", "e", "two"),
    )  # fmt: skip
    planned = texts("platform account_id alias", ("x", "@Radio", "@Radio"), ("y", "9", "9"))
    result = identity._by_handle(accounts, planned)
    assert sorted(result.rows()) == [("x", "12", "@Radio"), ("x", "other", "13"), ("x", "radio", "@Radio"), ("y", "radio", "7")]  # fmt: skip


@pytest.mark.parametrize(
    ("planned", "also", "usernames", "account_id"),
    [
        ((), (), ("RadioA", "radioa"), "RadioA"),
        ("radioa", (), ("RadioA",), "radioa"),
        ("@RadioA", (), ("radioa", "RADIOA"), "@RadioA"),
        ("12", ("radioa",), ("RadioA",), "12"),
        ("12", ("@RadioA",), ("radioa",), "12"),
        ("radiob", ("radioa",), ("RadioA", "RadioB"), "radiob"),
    ],
)
def test_handles_of_exports_are_one_account_in_any_capitals_and_as_the_plan_calls_it(
    planned: str, also: tuple[str, ...], usernames: tuple[str, ...], account_id: str
) -> None:
    exports = [("x", username, None, username) for username in usernames]
    names = names_of(*exports, plan=[("x", planned, "Radio", also)] if planned else [])
    assert {account for account, _ in names} == {account_id}


def test_an_account_that_was_renamed_is_the_plans_by_either_handle_and_one_that_two_call_so_is_nobodys() -> None:
    renamed = [("x", "12", "Radio", "RadioA"), ("x", "12", "Radio", "RadioB")]
    exports = [("x", "RadioA", None, "RadioA"), ("x", "RadioB", None, "RadioB")]
    assert {account for account, _ in names_of(*renamed, *exports, plan=[("x", "radioa", "Radio", ())])} == {"radioa"}
    two = [("x", "12", None, ("RadioA",)), ("x", "13", None, ("RadioA",))]
    assert ("RadioA", "x:radioa") in names_of(exports[0], plan=two)
    moved = [("x", "12", "Radio", "RadioA"), ("x", "13", "Other", "RadioA")]
    assert {account for account, alias in names_of(*moved, exports[0]) if alias == "x:radioa"} == {"RadioA"}
    others = [("x", "12", "Radio", "RadioA"), ("x", "13", None, None)]
    plan = [("x", "13", None, ("RadioA",))]
    assert {account for account, alias in names_of(*others, exports[0], plan=plan) if alias == "x:radioa"} == {"12"}


def test_a_name_means_an_account_where_just_one_of_its_platform_has_it() -> None:
    names = texts(NAME, ("x", "2", "both"), ("x", "1", "both"), ("x", "1", "one"), ("x", "1", "one"), ("y", "3", "both"), ("a", "4", "z"), *(("b", "5", name) for name in "edacb"))  # fmt: skip
    result = identity.account_aliases(names)
    assert result.select("platform", "alias", "account_id").rows() == [
        ("a", "z", "4"), *(("b", name, "5") for name in "abcde"), ("x", "one", "1"), ("y", "both", "3")
    ]  # fmt: skip


def test_rows_get_the_id_of_the_account_that_they_call_by_a_name() -> None:
    aliases = texts(
        "platform alias account_id", ("x", "one", "1"), ("x", "1", "1"), ("y", "one", "9"), ("x", "two", "2")
    )
    frame = texts("load_id platform account_id", ("a", "x", " ONE"), ("a", "x", "1"), ("b", "y", "One"), ("b", "y", "two"), ("c", "x", None), ("c", "x", " ONE"))  # fmt: skip
    result = identity.resolve_accounts(frame, aliases)
    assert result.columns == frame.columns
    assert result["account_id"].to_list() == ["1", "1", "9", "two", None, "1"]
    handles = texts("platform alias account_id", ("x", "radio", "1"), ("y", "radio", "2"), ("y", "@radio", "3"))
    asked_for = texts("platform account_id", ("x", "@Radio"), ("x", "radio@"), ("y", "@Radio"), ("y", "RADIO"))
    assert identity.resolve_accounts(asked_for, handles)["account_id"].to_list() == ["1", "radio@", "3", "2"]
    untouched = texts("platform account_id", ("x", "1"))
    assert identity.resolve_accounts(untouched, aliases) is untouched


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("2024/One/export.csv", "1"),
        ("One/Two/export.csv", "2"),
        ("Two/One/sub/export.csv", "1"),
        ("One/two", "1"),
        ("export/one", None),
        ("An  ORGANISATION/a.csv", "7"),
        ("Several/a.csv", None),
        ("Nobody's/a.csv", None),
        ("twice/a.csv", "8"),
        ("of another/a.csv", None),
    ],
)
def test_the_nearest_folder_that_is_named_like_an_account_or_its_organisation_says_whose_it_is(
    path: str, expected: str | None
) -> None:
    aliases = texts("alias platform account_id", ("one", "x", "1"), ("two", "x", "2"), ("twice", "x", "8"))
    plan = [
        ("x", "7", "An organisation", ()), ("x", "5", "Several", ()), ("x", "6", "Several", ()), ("x", "9", None, ()),
        ("x", "9", "Twice", ()), ("y", "3", "Of another", ()), ("y", "3", "An organisation", ()),
    ]  # fmt: skip
    posts = texts("load_id platform account_id post_id", ("l", "x", None, "a"), ("l", "x", "4", "b"), ("m", "x", "5", "c"), ("l", "z", None, "d"))  # fmt: skip
    paths = texts("load_id path", ("l", path), ("m", "one/b.csv"))
    result = identity.accounts_of_folders(posts, paths, aliases, plan)
    assert result.columns == posts.columns
    assert result["account_id"].to_list() == [expected, "4", "5", None]
    named = posts.drop_nulls("account_id")
    assert identity.accounts_of_folders(named, paths, aliases, plan) is named


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("of x/a.csv", ("x", None, "1")),
        ("of y/a.csv", ("y", None, "2")),
        ("of both/a.csv", ("x", "y", "3")),
        ("nobody's/a.csv", ("x", "y", None)),
        ("of y/of x/a.csv", ("x", None, "1")),
        ("of x/of y/nobody's/a.csv", ("y", None, "2")),
        ("Several of x/a.csv", ("x", "y", None)),
        ("Several of x, one of y/a.csv", ("x", "y", None)),
        ("One of x, several of y/a.csv", ("x", "y", "5")),
        ("Several of y, and an account of x/a.csv", ("x", None, "8")),
        ("of z/a.csv", ("x", "y", None)),
    ],
)
def test_figures_of_one_of_two_platforms_are_of_the_one_that_has_an_account_in_the_innermost_folder_of_a_name(
    path: str, expected: tuple[str, str | None, str | None]
) -> None:
    aliases = texts(
        "alias platform account_id", ("of x", "x", "1"), ("of y", "y", "2"), ("of both", "x", "3"), ("of both", "y", "4"),
        ("several of y, and an account of x", "x", "8"), ("of z", "z", "9"),
    )  # fmt: skip
    plan = [
        ("x", "5", "One of x, several of y", ()), ("y", "6", "One of x, several of y", ()), ("y", "7", "One of x, several of y", ()),
        ("x", "6", "Several of x, one of y", ()), ("x", "7", "Several of x, one of y", ()), ("y", "5", "Several of x, one of y", ()),
        ("x", "6", "Several of x", ()), ("x", "7", "Several of x", ()),
        ("x", "6", "Several of y, and an account of x", ()), ("x", "7", "Several of y, and an account of x", ()),
    ]  # fmt: skip
    rows = texts("load_id platform or_platform account_id", ("l", "x", "y", None), ("l", "x", "y", "0"), ("m", "x", "y", None), ("l", "x", None, None))  # fmt: skip
    paths = texts("load_id path", ("l", path), ("m", "of y/b.csv"))
    result = identity.accounts_of_folders(rows, paths, aliases, plan)
    assert result.columns == rows.columns
    assert result.rows()[:3] == [("l", *expected), ("l", "x", "y", "0"), ("m", "y", None, "2")]
    assert result.row(3)[:3] == ("l", "x", None)


def test_a_posts_own_number_has_no_account_in_front_of_it() -> None:
    frame = texts("post account", ("42_7", "42"), ("7", "42"), ("42_7", None), ("42_7", "4"))
    assert frame.select(identity.native_id(pl.col("post"), pl.col("account")))["post"].to_list() == ["7", "7", "42_7", "42_7"]  # fmt: skip


def rows_of(*rows: dict[str, Any]) -> pl.DataFrame:
    """Posts as loads described them: of page 42, with an intact id, published at eight."""
    given = {"platform": "facebook", "account_id": "42", "identified_by": "id", "published_at": AT, "is_damaged": False}
    names = ("platform", "post_id", "account_id", "alias", "kind", "text", "identified_by")
    schema = dict.fromkeys(names, pl.String) | {"published_at": pl.Datetime("us"), "is_damaged": pl.Boolean}
    return pl.DataFrame([dict.fromkeys(schema) | given | row for row in rows], schema=schema, orient="row")


def aliases_of(*rows: dict[str, Any]) -> list[tuple[str, str]]:
    """What other names mean, whatever the order of the rows."""
    result = identity.post_aliases(rows_of(*rows))
    assert result.columns == ["platform", "alias", "post_id"]
    assert result.schema == dict.fromkeys(result.columns, pl.String)
    assert identity.post_aliases(rows_of(*rows[::-1])).equals(result)
    return [row[1:] for row in result.rows()]


def linked(number: str, **columns: Any) -> dict[str, Any]:
    return {"post_id": f"42_{number}", "identified_by": "link"} | columns


def video(number: str, **columns: Any) -> dict[str, Any]:
    return {"post_id": number, "identified_by": "video"} | columns


def moment(post_id: str, **columns: Any) -> dict[str, Any]:
    return {"post_id": post_id, "identified_by": "moment"} | columns


def test_where_every_row_has_an_intact_id_no_name_means_another() -> None:
    assert aliases_of() == []
    assert (
        aliases_of({"post_id": "42_1"}, {"post_id": "42_2", "text": "same"}, {"post_id": "42_3", "text": "same"}) == []
    )


@pytest.mark.parametrize(
    ("intact", "expected"),
    [
        ({"post_id": "42_1", "alias": "861"}, [("42_861", "42_1")]),
        ({"post_id": "1", "account_id": None, "alias": "861"}, [("42_861", "1")]),
        ({"post_id": "861", "account_id": None}, [("42_861", "861")]),
        ({"post_id": "9_1", "account_id": "9", "alias": "861"}, []),
        ({"post_id": "42_1", "platform": "instagram", "alias": "861"}, []),
        ({"post_id": "42_1", "alias": "862"}, []),
        ({"post_id": "42_861"}, []),
    ],
)
def test_a_number_in_a_link_means_the_post_of_its_account_whose_link_has_it(
    intact: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    assert aliases_of(linked("861"), intact) == expected


def test_a_number_that_two_posts_have_means_neither() -> None:
    two = [{"post_id": f"42_{n}", "alias": "861"} for n in (1, 2)]
    assert aliases_of(linked("861"), *two) == []
    assert aliases_of(linked("861"), two[0], two[0] | {"text": "again"}) == [("42_861", "42_1")]
    other_page = {"post_id": "861_9", "account_id": "9", "alias": "5"}
    assert aliases_of(linked("861"), two[0], other_page, linked("5", account_id="9", post_id="9_5")) == [
        ("42_861", "42_1"), ("9_5", "861_9")
    ]  # fmt: skip


def test_a_posts_own_number_goes_before_what_links_hold() -> None:
    rows = [{"post_id": "861", "account_id": None}, {"post_id": "42_1", "alias": "861"}]
    assert aliases_of(linked("861"), *rows) == [("42_861", "861")]


def test_a_number_without_its_account_means_the_link_that_has_both() -> None:
    plain = {"post_id": "861", "account_id": None, "identified_by": "link"}
    assert aliases_of(linked("861"), plain) == [("861", "42_861")]
    assert aliases_of(linked("861"), linked("861", post_id="9_861", account_id="9"), plain) == []
    assert aliases_of(linked("861"), plain | {"account_id": "9"}) == []
    assert aliases_of(linked("861"), plain | {"platform": "x"}) == []


def test_a_video_is_the_post_whose_link_holds_its_number() -> None:
    reel = {"post_id": "42_1", "alias": "777", "published_at": AT + timedelta(days=1)}
    assert aliases_of(video("777"), reel, {"post_id": "42_2"}) == [("777", "42_1")]


@pytest.mark.parametrize(
    ("others", "expected"),
    [
        ([{}], [("777", "42_0")]),
        ([{"published_at": AT + timedelta(seconds=59)}], [("777", "42_0")]),
        ([{"published_at": AT + timedelta(seconds=60)}], []),
        ([{"account_id": "9"}], []),
        ([{"account_id": None}], []),
        ([{"platform": "x"}], []),
        ([{}, {}], []),
        ([{}, {"kind": "photo"}], []),
        ([{}, {"kind": "video"}], [("777", "42_1")]),
        ([{"kind": "reel"}, {"kind": "short"}], [("777", "42_1")]),
        ([{"kind": "photo"}, {"kind": "live"}], [("777", "42_1")]),
        ([{"kind": "video"}, {"kind": "video"}], []),
        ([{"kind": "photo"}, {"post_id": "42_0", "kind": "video"}, {}], [("777", "42_0")]),
        ([{"identified_by": "link"}], [("777", "42_0")]),
        ([{"identified_by": "moment"}], []),
        ([{"identified_by": "video", "post_id": "778"}], []),
        ([{"identified_by": "link", "post_id": "42_861"}, {"alias": "861", "published_at": AT + timedelta(days=1)}], [("42_861", "42_1"), ("777", "42_1")]),
    ],
)  # fmt: skip
def test_a_video_that_no_link_holds_is_the_one_post_of_its_account_and_minute(
    others: list[dict[str, Any]], expected: list[tuple[str, str]]
) -> None:
    rows = [{"post_id": f"42_{n}", "text": f"text {n}"} | columns for n, columns in enumerate(others)]
    assert aliases_of(video("777"), *rows) == expected


def test_a_video_of_unknown_account_or_time_is_no_post_of_a_minute() -> None:
    assert aliases_of(video("777", account_id=None), {"post_id": "42_0", "account_id": None}) == []
    assert aliases_of(video("777", published_at=None), {"post_id": "42_0", "published_at": None}) == []


def test_a_video_that_was_published_in_two_minutes_is_the_video_of_either() -> None:
    later = AT + timedelta(minutes=5)
    rows = [
        video("777"),
        video("777", published_at=later),
        {"post_id": "42_0"},
        {"post_id": "42_1", "published_at": later},
    ]
    assert aliases_of(*rows) == []
    assert aliases_of(*rows[:3]) == [("777", "42_0")]
    assert aliases_of(*rows[:2], rows[2] | {"kind": "video"}, rows[3]) == []


def test_what_other_names_mean_is_told_by_platform_and_name() -> None:
    names = [(platform, n) for platform in ("y", "x") for n in (3, 1, 2)]
    links = [linked(f"86{n}", platform=platform) for platform, n in names]
    intact = [{"post_id": f"42_{n}", "alias": f"86{n}", "platform": platform} for platform, n in names]
    result = identity.post_aliases(rows_of(*links, *intact))
    assert result.rows() == [(platform, f"42_86{n}", f"42_{n}") for platform, n in sorted(names)]


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        ({}, [("m", "42_0")]),
        ({"text": "A  TEXT"}, [("m", "42_0")]),
        ({"text": "another"}, []),
        ({"text": None}, []),
        ({"account_id": "9"}, []),
        ({"platform": "x"}, []),
        ({"published_at": AT + timedelta(seconds=60)}, []),
        ({"published_at": AT + timedelta(seconds=59)}, [("m", "42_0")]),
        ({"identified_by": "link"}, [("m", "42_0")]),
        ({"identified_by": "moment"}, []),
        ({"text": "a ????", "is_damaged": True}, [("m", "42_0")]),
        ({"text": "a ????"}, []),
        ({"identified_by": "moment", "text": "a ????", "is_damaged": True}, [("42_0", "m")]),
    ],
)
def test_a_row_without_an_id_is_the_post_of_its_account_minute_and_text(
    other: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    assert aliases_of(moment("m", text="a text"), {"post_id": "42_0", "text": "a text"} | other) == expected


def test_a_damaged_text_without_an_id_is_the_whole_one_that_it_could_have_been() -> None:
    broken = moment("m", text="????", is_damaged=True)
    assert aliases_of(broken, {"post_id": "42_0", "text": "text"}) == [("m", "42_0")]
    assert aliases_of(broken, {"post_id": "42_0", "text": "a text"}) == []
    assert aliases_of(broken, {"post_id": "42_0", "text": "text"}, {"post_id": "42_1", "text": "tent"}) == []
    assert aliases_of(broken, moment("whole", text="text"), {"post_id": "42_1", "text": "text"}) == [
        ("m", "42_1"), ("whole", "42_1")
    ]  # fmt: skip
    assert aliases_of(broken, moment("other", text="t???", is_damaged=True)) == []
    assert aliases_of(moment("m", text=None), {"post_id": "42_0", "text": None}) == [("m", "42_0")]
    assert aliases_of(moment("m", text="XXXX"), {"post_id": "42_0", "text": None}) == []


def test_a_row_without_an_id_means_what_the_link_of_its_minute_means() -> None:
    later = AT + timedelta(days=1)
    rows = [
        moment("m", text="a"),
        linked("861", text="a"),
        {"post_id": "42_1", "alias": "861", "text": "z", "published_at": later},
    ]
    assert aliases_of(*rows) == [("42_861", "42_1"), ("m", "42_1")]


def test_rows_of_posts_get_the_id_of_the_post_that_they_mean() -> None:
    frame = texts("platform post_id text", ("x", "a", "1"), ("y", "a", "2"), ("x", "b", "3")).lazy()
    result = identity.resolve_posts(frame, texts("platform alias post_id", ("x", "a", "p"))).collect().sort("text")
    assert result.rows() == [("x", "p", "1"), ("y", "a", "2"), ("x", "b", "3")]
    assert result.columns == ["platform", "post_id", "text"]
    assert identity.resolve_posts(frame, texts("platform alias post_id")) is frame


def test_what_described_the_other_name_of_a_post_is_trusted_like_a_damaged_row() -> None:
    frame = texts("platform post_id text", ("x", "a", "1"), ("y", "a", "2"), ("x", "b", "3")).lazy()
    same = texts("platform post_id is_platform is_post_id", ("x", "a", "y", "p"))
    result = identity.join_same(frame, same).collect().sort("text")
    assert result.rows() == [("y", "p", "1"), ("y", "a", "2"), ("x", "b", "3")]
    described = frame.with_columns(is_damaged=pl.Series([False, False, True]))
    marked = identity.join_same(described, same, is_description=True).collect().sort("text")
    assert marked.columns == ["platform", "post_id", "text", "is_damaged"]
    assert marked["is_damaged"].to_list() == [True, False, True]
    assert identity.join_same(described, same).collect().sort("text")["is_damaged"].to_list() == [False, False, True]
    assert identity.join_same(frame, same.clear()) is frame
