"""Tables on the screen and as data, and what is said below them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

from flows.cli import drawn_tables, screen
from flows.cli.screen import Format
from flows.steps.settings import Workspace
from tests.conftest import World, meta, post
from tests.flows.cli.typed import copied, reach
from tests.flows.published import publish
from warehouse.publish.snapshot import query_published


def test_the_screen_explains_every_change_that_a_shown_total_spans(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    world.drop("2026-10-01/a.csv", meta(post(1, Views=10)))
    screen.show_frame(world.table("campaign_totals", "2026-10-01"), "campaign", screen.Format.table)
    spanned = [line for line in capsys.readouterr().out.splitlines() if line.startswith("Counted in two ways")]
    assert len(spanned) == 1
    assert spanned[0].startswith(
        "Counted in two ways, views on facebook. Before 14 November 2024: plays of videos and reels"
    )
    assert "Since then: plays and replays of videos and reels" in spanned[0]


def test_totals_show_the_printed_figures_and_how_they_are_known(published: Workspace) -> None:
    shown = reach("totals", "--home", published.home).stdout
    for figure in ("46,700", "491", "207", "466", "≈ 3,500 (1 of 4)", "8,934 to 21,067", "at least 2,696", "1,050"):
        assert figure in shown
    assert "reactions" in shown


def test_csv_into_a_file_has_a_byte_order_mark_and_through_a_pipe_none(published: Workspace, tmp_path: Path) -> None:
    words = [
        sys.executable,
        "-m",
        "flows.cli.main",
        "query",
        "from campaign_totals",
        "--format",
        "csv",
        "--home",
        str(published.home),
    ]
    with (tmp_path / "out.csv").open("wb") as out:
        subprocess.run(words, stdout=out, check=True)
    assert (tmp_path / "out.csv").read_bytes().startswith(b"\xef\xbb\xbfcampaign_id,")
    assert subprocess.run(words, capture_output=True, check=True).stdout.startswith(b"campaign_id,")


@pytest.mark.parametrize(
    ("sql", "answer"),
    [
        ("sum(views) from campaign_totals where campaign_id = 'iduai-2024'", 46_700),
        ("12345678901234567890123::hugeint", 12345678901234567890123),
        ("1.50::decimal(9, 2)", 1.5),
        ("avg(x) from range(4) numbers(x)", 1.5),
        ("[sum(x)] from range(4) numbers(x)", [6]),
        ("{'a': 2.5::decimal(9, 2)}", {"a": 2.5}),
        ("'nan'::double", None),
        ("1 / 0", None),
        ("null::bigint", None),
        ("date '2024-09-02'", "2024-09-02"),
        ("timestamp '2024-09-02 10:00:00'", "2024-09-02T10:00:00"),
        ("timestamptz '2024-09-02 10:00:00+00'", "2024-09-02T10:00:00+00:00"),
        ("interval 1 day", "1 day"),
        ("'ខ្មែរ'", "ខ្មែរ"),
    ],
)
def test_json_has_numbers_where_sql_has_and_null_where_there_is_none(
    published: Workspace, sql: str, answer: object
) -> None:
    shown = reach("query", f"select {sql}", "--format", "json", "--home", published.home).stdout
    assert [list(row.values()) for row in json.loads(shown)] == [[answer]]


def test_a_sum_is_printed_like_any_other_number(published: Workspace) -> None:
    words = "select sum(views) from campaign_totals where campaign_id = 'iduai-2024'"
    assert "46,700" in reach("query", words, "--home", published.home).stdout


@pytest.mark.parametrize("form", list(Format))
@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("[7, 2]", "7"), ("{'a': 7}", "7"), ("map {'a': 7}", "7"), ("interval 7 day", "7 days"), ("'b7'::blob", "b7"),
        ("union_value(a := 7)", "7"), ("[union_value(a := 7)]", "7"), ("7::bignum", "7"), ("7::variant", "7"),
        ("timetz '07:00:00+07'", "+07"), ("'POINT(7 2)'::geometry", "7 2"),
        ("'infinity'::date", "infinity"), ("'-infinity'::timestamp", "-infinity"), ("['infinity'::date]", "infinity"),
        ("{'a': 'infinity'::timestamptz}", "infinity"), ("'29000-01-01'::date", "29000-01-01"),
        ("'9999-12-30'::date", "9999-12-30"), ("'0001-01-02'::date", "0001-01-02"),
    ],
)  # fmt: skip
def test_no_type_of_sql_is_too_much_for_a_format(
    published: Workspace, capfd: pytest.CaptureFixture[str], form: Format, value: str, shown: str
) -> None:
    screen.show(query_published(published.published, f'select {value} AS "a ""b"'), form)
    assert shown in capfd.readouterr().out


STEERING = "\x1b[2Ja \u202elmx.\x9b31m\x07b"
SHOWN = "\\u001b[2Ja \\u202elmx.\\u009b31m\\u0007b"


def test_no_text_from_outside_steers_the_terminal(
    published: Workspace, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    frame = pl.DataFrame({"text": [STEERING]})
    screen.say(STEERING)
    screen.show(frame, Format.table)
    screen.show(frame, Format.json)
    drawn_tables.console().print(f"a {STEERING}", markup=False)
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    monkeypatch.setattr(screen.os, "fstat", lambda _: published.home.stat())
    monkeypatch.setattr("sys.stdout.fileno", lambda: 1)
    screen.show(frame, Format.csv)
    screen.warn(STEERING)
    out, err = capsys.readouterr()
    assert out.count(SHOWN) == 5
    assert err == f"{SHOWN}\n"
    assert not set("\x1b\u202e\x9b\x07") & set(out + err)


def test_data_in_a_file_is_left_as_it_came(capfd: pytest.CaptureFixture[str]) -> None:
    screen.show(pl.DataFrame({"text": [STEERING]}), Format.csv)
    assert STEERING in capfd.readouterr().out


def test_unattributed_lists_the_most_viewed_first_with_the_nearest_rule(published: Workspace) -> None:
    assert "1 day after it ends" in reach("unattributed", "--home", published.home).stdout
    views = [r["views"] for r in json.loads(reach("unattributed", "--format", "json", "--home", published.home).stdout)]
    known_views = [v for v in views if v is not None]
    assert known_views == sorted(known_views, reverse=True)
    assert views[: len(known_views)] == known_views


def test_sources_name_the_files_that_need_somebody(published: Workspace, tmp_path: Path) -> None:
    workspace = copied(published, tmp_path)
    (workspace.inbox / "bad.csv").write_text("who,knows\n1,2\n")
    publish(workspace)
    shown = reach("sources", "--home", workspace.home).stdout
    assert "  bad.csv is no export that is known" in shown
    assert "Open Budget Circle" in shown


def test_a_frozen_report_that_nothing_has_changed_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    screen.show_differences("final", [], {}, screen.Format.table)
    assert capsys.readouterr().out == "Every figure of final would be the same today.\n"


def test_differences_are_told_with_their_causes_and_the_details_below(capsys: pytest.CaptureFixture[str]) -> None:
    difference = {"table": "campaign_totals", "key": {"campaign_id": "forum"}, "metric": "views", "frozen": None,
                  "now": 1204, "causes": {"late data": 1210, "withdrawn": -6}}  # fmt: skip
    screen.show_differences("final", [difference], {"late data": ["b.csv came later"]}, screen.Format.table)
    shown = capsys.readouterr().out
    assert "not known" in shown
    assert "late data +1,210; withdrawn -6" in shown or "late data +1,210; withdrawn −6" in shown
    assert shown.endswith("Late data:\n  b.csv came later\n")


def test_of_many_figures_of_a_table_the_screen_draws_some_and_says_how_many_more(
    capsys: pytest.CaptureFixture[str],
) -> None:
    days = [
        {"table": "campaign_daily", "key": {"campaign_id": "forum", "day": f"day {n:02}"}, "metric": "views",
         "frozen": None, "now": 0, "causes": {"late data": 0}}
        for n in range(41)
    ]  # fmt: skip
    for count, more in ((40, False), (41, True)):
        screen.show_differences("final", days[:count], {}, screen.Format.table)
        shown = capsys.readouterr().out
        assert ("day 39" in shown, "day 40" in shown) == (True, False)
        assert ("More figures differ: 1 of campaign daily; --format csv has them all." in shown) is more
        assert "late data 0" not in shown


def test_what_differs_in_a_report_is_drawn_and_its_days_and_parts_are_counted(
    capsys: pytest.CaptureFixture[str],
) -> None:
    differences = [
        {"table": table, "key": {"campaign_id": "forum"}, "metric": metric, "frozen": 1, "now": 2, "causes": {"late data": 1}}
        for table in ("campaign_totals", "kind_totals", "campaign_daily")
        for metric in ("views", "views_known")
    ]  # fmt: skip
    screen.show_differences("final", differences, {}, Format.table)
    shown = capsys.readouterr().out
    assert [line.split()[:4] for line in shown.splitlines() if "forum" in line] == [
        ["campaign", "totals", "forum", "views"]
    ]
    assert "More figures differ: 1 of campaign totals, 2 of kind totals, 2 of campaign daily; --format csv" in shown


def test_figures_stand_to_the_right_and_texts_to_the_left(capsys: pytest.CaptureFixture[str]) -> None:
    screen.show(pl.DataFrame({"name": ["a", "b"], "views_known": [5, None], "day": ["2024-12-30", "x"]}), Format.table)
    head, _, first, second = [line for line in capsys.readouterr().out.splitlines() if line.strip()]
    assert "views known" in head
    assert first.index("5") == head.index("views known") + len("views known") - 1
    assert head.index("day") == first.index("2024-12-30") == second.index("x")
