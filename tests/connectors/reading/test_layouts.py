from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

import connectors
from connectors.contract import Raw, Refused
from connectors.reading import files, layouts
from connectors.reading.layouts import Layout, match, matched_table, matched_tables, needed_tables
from connectors.settings import ConnectorSettings

Make = Callable[..., Raw]
SETTINGS = ConnectorSettings()
TABLE = "Post ID,Page ID,Publish time,Views\n122158000000000001,100064500000001,09/27/2024 17:05,10\n"
WIDE = Layout("content", "the wide one", ("post_id", "published_at"))
NARROW = Layout("content", "the narrow one", ("post_id",), ("published_at",))


def test_a_layout_needs_its_columns_and_lacks_others(raw: Make) -> None:
    (table,) = files.tables(raw(TABLE))
    one = matched_table(table, "facebook", (NARROW, WIDE), SETTINGS)
    assert one is not None
    assert (one.layout, one.top.at) == (WIDE, 0)
    assert matched_table(table, "facebook", (NARROW,), SETTINGS) is None


def test_a_file_without_a_table_that_is_needed_is_refused_by_the_sentence(raw: Make) -> None:
    (one,) = needed_tables(raw(TABLE), "facebook", (WIDE,), SETTINGS, "It is none.")
    assert one.layout == WIDE
    with pytest.raises(Refused, match=r"^It is none\.$"):
        needed_tables(raw("A,B\n1,2\n"), "facebook", (WIDE,), SETTINGS, "It is none.")


def test_of_two_layouts_that_know_as_many_columns_the_first_holds(raw: Make) -> None:
    (table,) = files.tables(raw(TABLE))
    twin = replace(WIDE, what="another")
    assert [one.layout.what for one in (matched_table(table, "facebook", (twin, WIDE), SETTINGS),) if one] == [
        "another"
    ]


def test_a_table_whose_links_are_all_another_platforms_is_not_ones_own(raw: Make) -> None:
    linked = TABLE.replace("Views", "Permalink").replace(",10\n", ",https://www.{}/p/abcdefgh/\n")
    layout = (Layout("content", "posts", ("post_id",)),)
    assert not matched_tables(raw(linked.format("instagram.com")), "facebook", layout, SETTINGS)
    assert matched_tables(raw(linked.format("facebook.com")), "facebook", layout, SETTINGS)
    assert not matched_tables(raw(linked.format("example.org")), "facebook", layout, SETTINGS)
    unnamed = linked.replace("Permalink", "Where")
    assert not matched_tables(raw(unnamed.format("instagram.com")), "facebook", layout, SETTINGS)
    assert matched_tables(raw(unnamed.format("facebook.com")), "facebook", layout, SETTINGS)


@pytest.mark.parametrize("permalink", ["Permalink", "Pysyvä linkki"])
def test_links_in_captions_say_nothing_of_whose_a_table_is(raw: Make, permalink: str) -> None:
    header = f"Post ID,Page ID,Title,Source,{permalink},Publish time,Views\n"
    row = "{0},1,https://youtu.be/dQw4w9WgXcQ,https://www.tiktok.com/@a/video/7300000000000000001,"
    row += "https://www.facebook.com/1/posts/{0},09/27/2024 17:05,10\n"
    table = raw(header + "".join(row.format(122158000000000001 + n) for n in range(60)))
    assert matched_tables(table, "facebook", (WIDE,), SETTINGS)


def test_a_table_without_a_mark_is_a_layouts_only_if_all_of_its_columns_are_known(raw: Make) -> None:
    layout = (Layout("content", "posts", ("post_id", "published_at"), marks="reach|saves"),)
    for header, is_its_own in (
        ("Post ID,Publish time,Views", True),
        ("Post ID,Publish time,Views,Mood", False),
        ("Post ID,Publish time,Reach,Mood", True),
    ):
        table = raw(f"{header}\n{','.join(['1'] * (header.count(',') + 1))}\n")
        assert bool(matched_tables(table, "facebook", layout, SETTINGS)) == is_its_own


def test_a_workspaces_own_words_are_matched_beside_the_platforms(raw: Make) -> None:
    (table,) = files.tables(raw(TABLE.replace("Post ID", "Nummer")))
    layout = (Layout("content", "posts", ("post_id",)),)
    assert matched_table(table, "facebook", layout, SETTINGS) is None
    settings = ConnectorSettings(columns={"post_id": ["Nummer"]})
    assert matched_table(table, "facebook", layout, settings) is not None


def test_a_platform_is_surer_the_more_columns_it_knows_and_less_sure_of_what_it_refuses(raw: Make) -> None:
    (few,) = matched_tables(raw("Post ID,Views\n1,2\n"), "facebook", (replace(WIDE, needs=("post_id",)),), SETTINGS)
    (many,) = matched_tables(raw(TABLE), "facebook", (WIDE,), SETTINGS)
    refused = many._replace(layout=replace(WIDE, refused="not this one"))
    sureness = [surest.confidence for tables in ([few], [refused], [many]) if (surest := match(tables))]
    assert sureness == sorted(sureness)
    assert sureness == [0.6, 0.647, 0.667]
    assert match([]) is None


def test_a_header_is_matched_once_for_each_platform_however_often_a_file_is_looked_at(
    raw: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    matched: Counter[tuple[str, str]] = Counter()
    real = layouts._match

    def counting(table: files.Table, platform: str, *more: Any) -> object:
        matched[table.place, platform] += 1
        return real(table, platform, *more)

    monkeypatch.setattr(layouts, "_match", counting)
    file = raw(zipped_tables(), "exports.zip")
    assert [part.connector for part in connectors.read(file, {})] == ["facebook", "youtube"]
    assert {place for place, _ in matched} == {"a.csv", "b.csv"}
    times = {platform: {matched[place, platform] for place in ("a.csv", "b.csv")} for _, platform in matched}
    assert times.pop("sheet") == {2}  # people's headers may be of two lines
    assert all(once == {1} for once in times.values())
    before = matched.copy()
    connectors.read(file, {})
    assert matched == before


def test_what_a_table_remembers_goes_with_it_and_is_not_taken_to_another(raw: Make) -> None:
    (table,) = files.tables(raw(TABLE))
    assert (table.once("a", lambda: 1), table.once("a", lambda: 2)) == (1, 1)
    assert replace(table, place="elsewhere").once("a", lambda: 2) == 2


def zipped_tables() -> bytes:
    import io
    import zipfile

    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("a.csv", TABLE)
        archive.writestr("b.csv", "Content,Video title,Views,Watch time (hours)\ndQw4w9WgXcQ,A debate,40,1.5\n")
    return target.getvalue()
