"""What ``reach inspect`` says of a file."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest

from flows.steps.settings import Workspace
from tests.conftest import meta, post
from tests.flows.cli.typed import reach


def test_inspect_says_what_a_file_is_taken_for_and_why(published: Workspace) -> None:
    file = next(published.inbox.glob("2024-12-30/Open Budget Circle/*.csv"))
    shown = reach("inspect", file, "--home", published.home)
    assert shown.returncode == 0
    assert "is taken for facebook" in shown.stdout
    assert "by the folder 2024-12-30" in shown.stdout
    seen = json.loads(reach("inspect", file, "--home", published.home, "--format", "json").stdout)
    assert {
        "connector", "language", "encoding", "delimiter", "date_order", "observed_at", "observed_from", "period",
        "period_from", "mapped", "ignored", "rows", "posts", "rejected", "totals", "known", "refused",
    } <= set(seen)  # fmt: skip


def test_inspect_refuses_with_a_sentence_and_status_1(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("who,knows\n1,2\n")
    shown = reach("inspect", tmp_path / "x.csv", "--home", tmp_path)
    assert shown.returncode == 1
    assert "who, knows" in shown.stdout


@pytest.mark.parametrize(("rejected", "more"), [(10, None), (11, "    and 1 more; --format json has them all")])
def test_ten_rejected_rows_are_named_and_the_others_counted(tmp_path: Path, rejected: int, more: str | None) -> None:
    bad = [post(n, Views="many") | {"Publish time": "?"} for n in range(1, rejected + 1)]
    (tmp_path / "a.csv").write_text(meta(*bad, post(99, Views=3)), encoding="utf-8")
    lines = reach("inspect", tmp_path / "a.csv", "--home", tmp_path).stdout.splitlines()
    assert len([line for line in lines if re.match(r"    row \d+: ", line) and "platform" not in line]) == 10
    assert [line for line in lines if " more; " in line] == ([more] if more else [])


@pytest.mark.parametrize("posts", [4, 5, 6])
def test_five_rows_are_shown_as_they_would_load(tmp_path: Path, posts: int) -> None:
    (tmp_path / "a.csv").write_text(meta(*(post(n, Views=n) for n in range(1, posts + 1))), encoding="utf-8")
    seen = json.loads(reach("inspect", tmp_path / "a.csv", "--home", tmp_path, "--format", "json").stdout)
    assert len(seen["first"]) == min(posts, 5)
    assert (seen["posts"], seen["totals"]["views"], seen["known"]["views"]) == (posts, sum(range(posts + 1)), posts)


@pytest.mark.parametrize(("letters", "is_cut"), [(80, False), (81, True)])
def test_a_long_text_is_cut_in_what_is_shown(tmp_path: Path, letters: int, is_cut: bool) -> None:
    (tmp_path / "a.csv").write_text(meta(post(1, Description="x" * letters)), encoding="utf-8")
    seen = json.loads(reach("inspect", tmp_path / "a.csv", "--home", tmp_path, "--format", "json").stdout)
    assert seen["first"][0]["text"] == ("x" * 77 + "…" if is_cut else "x" * letters)


def test_inspect_says_between_which_days_a_copied_file_was_downloaded(tmp_path: Path) -> None:
    file = tmp_path / "Nov-05-2024_Jan-05-2025_1016476477111055.csv"
    file.write_text(meta(post(1, Views=3)), encoding="utf-8")
    os.utime(file, (1_750_000_000, 1_750_000_000))
    shown = reach("inspect", file, "--home", tmp_path).stdout
    assert "seen at  2025-01-05 16:59:59.999999 UTC or later, until 2025-06-15 15:06:40 UTC" in shown


def test_inspect_says_what_was_filled_into_a_published_sheet_and_where_it_does_not_count(tmp_path: Path) -> None:
    content = "post,campaign,not ours,remark\nx:1,forum,,\nx:2,,yes,Lunch\nx:3,forum,yes,\n"
    for folder in (tmp_path, tmp_path / "inbox" / "A partner"):
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "reach.csv").write_text(content)
    assert reach("inspect", tmp_path / "reach.csv", "--home", tmp_path).stdout.splitlines()[:4] == [
        "reach.csv is taken for decisions: a workbook, or a sheet, that Reach published.",
        "  B2: x:1 in a campaign, forum",
        "  C3: x:2 not ours",
        "  left out: C4 says not ours, and B4 names one: clear one",
    ]
    lies = reach("inspect", tmp_path / "inbox" / "A partner" / "reach.csv", "--home", tmp_path).stdout
    assert "left out: what is filled in there counts only in the inbox's own folder" in lies


def test_inspect_says_what_a_report_of_ads_tells(tmp_path: Path) -> None:
    head = "Campaign name,Age,Amount spent (USD),Impressions,Reporting starts,Reporting ends\n"
    rows = [f"{name},{age},12.5,70,2024-10-01,2024-10-31\n" for name in ("Vlogs", "Forum") for age in ("18-24", "All")]
    (tmp_path / "ads.csv").write_text(head + "".join(rows), encoding="utf-8")
    shown = reach("inspect", tmp_path / "ads.csv", "--home", tmp_path).stdout
    assert "  rows             4, of 2 campaigns of ads; 0 rejected" in shown
    assert "  figures of ads: 4, 2 of them parts" in shown
    assert "ad_campaign Vlogs, period_start 2024-10-01, period_end 2024-10-31, currency USD, spend 12.5, impr" in shown


def test_inspect_says_how_many_took_part_in_the_events_of_a_log(published: Workspace) -> None:
    file = published.inbox / "2024-12-30/events.csv"
    shown = reach("inspect", file, "--home", published.home).stdout
    assert "  events and who took part: events 27, participants 1,018, participants_women 501\n" in shown
    seen = json.loads(reach("inspect", file, "--home", published.home, "--format", "json").stdout)
    assert seen["attendance"]["participants_men"] is None
    log = published.inbox / "2024-12-30/outreach.csv"
    assert "who took part" not in reach("inspect", log, "--home", published.home).stdout


@pytest.mark.parametrize(
    ("content", "days", "parts"),
    [
        ("Gender,Distribution\nFemale,0.6\n", "the day on which it was read", "1, by gender"),
        ("Geography,Views,Watch time (hours)\nTotal,9,1\nKH,9,1\nTH,0,1\n", "days that nothing tells", "2, by country"),
    ],
)
def test_inspect_tells_the_parts_of_an_audience_and_of_which_days_they_are(
    tmp_path: Path, content: str, days: str, parts: str
) -> None:
    (tmp_path / "a.csv").write_text(content, encoding="utf-8")
    shown = reach("inspect", tmp_path / "a.csv", "--home", tmp_path).stdout
    assert f"figures cover    {days}\n" in shown
    assert f"parts of audiences: {parts}\n" in shown
