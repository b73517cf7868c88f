"""Commands that answer: totals, questions in SQL, sentences, sources and files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest

from flows.cli.commands import asking
from flows.cli.screen import By
from flows.steps.init import create_demo
from flows.steps.settings import Workspace
from tests.flows.cli.typed import reach
from warehouse.plan.named_lines import lines


@pytest.mark.parametrize(
    "by", ["campaign", "activity", "project", "platform", "kind", "organisation", "account", "asset", "stage"]
)
def test_totals_by_anything_are_the_published_table(published: Workspace, by: str) -> None:
    shown = json.loads(reach("totals", "--by", by, "--format", "json", "--home", published.home).stdout)
    answer = json.loads(reach("query", f"from {by}_totals", "--format", "json", "--home", published.home).stdout)
    assert shown == answer
    assert {"posts", "views", "views_known", "reach_at_least", "as_of"} <= set(shown[0])


def test_totals_as_of_another_day_come_from_the_history(published: Workspace) -> None:
    totals = json.loads(reach("totals", "--as-of", "2024-10-15", "--format", "json", "--home", published.home).stdout)
    views = {row["campaign_id"]: row["views"] for row in totals}
    assert views["iduai-2024"] < 46_700
    assert totals[0]["as_of"] == "2024-10-15"


def test_a_question_may_neither_write_nor_read_other_files(published: Workspace) -> None:
    for sql in ("delete from campaign_totals", "copy campaign_totals to '/tmp/x.csv'", "from read_csv('/etc/hosts')"):
        answer = reach("query", sql, "--home", published.home)
        assert (answer.returncode, answer.stdout) == (2, "")
        assert "Traceback" not in answer.stderr


def test_the_sentence_of_the_sample_is_the_printed_one(published: Workspace) -> None:
    done = reach("sentence", "iduai-2024", "--home", published.home)
    assert done.returncode == 0
    assert done.stdout.startswith(
        "As of 30 December 2024, the 6 short-listed videos (in 15 posts) have 46,700 views, 466 shares, 207 comments "
        "and 491 reactions, and reached at least 7,126 accounts (at most 34,323). "
        "26 videos were submitted, 6 short-listed, 3 won. Beside that, the campaign has had 4 radio programmes."
    )
    khmer = reach("sentence", "iduai-2024", "--language", "km", "--home", published.home).stdout
    assert all(figure in khmer for figure in ("46,700", "466", "207", "491", "7,126", "34,323", "26"))
    assert khmer.endswith("។\n")


def test_a_sentence_is_asked_for_of_a_campaign_that_is_there_in_a_language_that_reach_writes(
    published: Workspace,
) -> None:
    done = reach("sentence", "iduai", "--home", published.home)
    assert (done.returncode, done.stdout) == (2, "")
    assert 'There is no campaign or activity "iduai"; the nearest is iduai-2024 (IDUAI 2024).' in done.stderr
    done = reach("sentence", "iduai-2024", "--language", "fr", "--home", published.home)
    assert (done.returncode, done.stdout) == (2, "")


def test_a_campaign_or_an_activity_is_asked_for_as_the_screen_shows_it(published: Workspace) -> None:
    def shown(*line: str) -> str:
        done = reach(*line, "--home", published.home)
        assert done.returncode == 0, done.stderr
        return done.stdout

    assert shown("sentence", "IDUAI 2024") == shown("sentence", "iduai-2024")
    of_activity = shown("sentence", "1.1.7").splitlines()
    assert [line[:20] for line in of_activity] == [
        shown("sentence", campaign).splitlines()[0][:20]
        for campaign in ("iduai-2022", "iduai-2023", "iduai-2024", "national-workshops")
    ]
    assert shown("explain", "IDUAI 2024", "Reactions", "--as-of", "2024-12-30", "--format", "json") == shown(
        "explain", "iduai-2024", "likes", "--as-of", "2024-12-30", "--format", "json"
    )
    of_all = shown("explain", "1.1.7", "views", "--as-of", "2024-12-30")
    assert "A post of two of them counts once in the activity's total." in of_all
    assert "46,700" in of_all
    assert "1.1.7 itself: ≈ 50,200 (16 of 26) views." in of_all


def test_columns_of_one_name_are_told_apart(published: Workspace) -> None:
    sql = "select a.campaign_id, b.campaign_id, a.campaign_id AS campaign_id_2 from campaign_totals a join campaign_totals b using (activity_id) limit 1"
    (row,) = json.loads(reach("query", sql, "--format", "json", "--home", published.home).stdout)
    assert list(row) == ["campaign_id", "campaign_id_3", "campaign_id_2"]
    (about,) = json.loads(
        reach("query", "select as_of, * from about", "--format", "json", "--home", published.home).stdout
    )
    assert about["as_of"] == about["as_of_2"] == "2024-12-30"


def test_where_a_campaign_has_no_stages_or_assets_that_is_said(published: Workspace) -> None:
    done = reach("totals", "1.2.2", "--by", "stage", "--home", published.home)
    assert (done.returncode, done.stdout) == (0, "There is no stage here, so that there is nothing to show.\n")


def test_totals_are_of_one_campaign_or_activity_where_it_is_named(published: Workspace) -> None:
    def ids(*line: str, column: str = "campaign_id") -> list[str]:
        done = reach("totals", *line, "--format", "json", "--home", published.home)
        return [row[column] for row in json.loads(done.stdout)]

    assert ids("IDUAI 2024") == ids("IDUAI 2024", "--as-of", "2024-12-30") == ["iduai-2024"]
    assert ids("1.1.7") == ["iduai-2022", "iduai-2023", "iduai-2024", "national-workshops"]
    assert ids("iduai-2024", "--by", "activity", column="activity_id") == ["1.1.7"]
    assert set(ids("youth debate", "--by", "platform")) == {"youth-debate"}
    refused = reach("totals", "iduai-2024", "--by", "project", "--home", published.home)
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "the project is one row" in " ".join(refused.stderr.replace("│", " ").split())


def test_the_campaigns_of_an_activity_are_explained_together_as_data_too(published: Workspace) -> None:
    def explained(name: str) -> Any:
        words = ("explain", name, "views", "--as-of", "2024-12-30", "--format", "json")
        return json.loads((done := reach(*words, "--home", published.home)).stdout), done.stderr

    figures, told = explained("1.1.7")
    assert [figure["campaign_id"] for figure in figures] == [
        "iduai-2022", "iduai-2023", "iduai-2024", "national-workshops"
    ]  # fmt: skip
    assert (figures[2], "counts once in the activity" in told) == (explained("iduai-2024")[0], True)


def test_an_id_of_a_campaign_and_an_activity_means_the_activity_where_activities_are_asked_for() -> None:
    plan_lines = lines([("forum", "The forum", "1.1")], [("1.1", "Meetings"), ("forum", "Forums")])
    totals = pl.DataFrame({"activity_id": ["1.1", "forum"]})
    rows = [
        asking._rows_of(totals, By.activity, name, plan_lines)["activity_id"].to_list()
        for name in ("forum", "The forum")
    ]
    assert rows == [["forum"], ["1.1"]]


@pytest.mark.parametrize("more", [("--against", "5"), ("--pack", "x.zip")])
def test_several_campaigns_are_held_against_a_number_or_packed_one_by_one(
    published: Workspace, more: tuple[str, str]
) -> None:
    done = reach("explain", "1.1.7", "views", *more, "--home", published.home)
    assert (done.returncode, done.stdout) == (2, "")
    assert "iduai-2022, iduai-2023, iduai-2024" in " ".join(done.stderr.replace("│", " ").split())


def test_a_sentence_needs_what_this_version_publishes(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path / "sample")
    create_demo(workspace.home)
    assert "run reach nightly first" in (done := reach("sentence", "iduai-2024", "--home", workspace.home)).stderr
    assert done.returncode == 3
    workspace.published.mkdir(exist_ok=True)
    with duckdb.connect(str(workspace.published / "reach.duckdb")) as old:
        old.execute("create table about (timezone text)")
    assert "run reach publish first" in (done := reach("sentence", "iduai-2024", "--home", workspace.home)).stderr
    assert done.returncode == 3


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (("--as-of", "2024-10-01", "--from", "2024-09-01"), "--from and --to are a span of days; name one of the two"),
        (("--as-of", "2024-10-01", "--to", "2024-12-01"), "--from and --to are a span of days; name one of the two"),
        (("--to", "2024-12-01"), "--to needs --from: gains are counted from a day on"),
        (("--from", "2024-12-02", "--to", "2024-12-01"), "is 2024-12-02, after 2024-12-01, the last day"),
        (("--as-of", "1 December"), "'1 December'"),
        (("--by", "country"), "'country'"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_totals_are_of_a_day_or_over_a_span_that_has_days(
    published: Workspace, options: tuple[str, ...], sentence: str
) -> None:
    done = reach("totals", *options, "--home", published.home)
    assert (done.returncode, done.stdout) == (2, "")
    assert sentence in " ".join(done.stderr.replace("│", " ").split())


def test_gains_may_be_of_one_day_alone(published: Workspace) -> None:
    done = reach("totals", "--from", "2024-12-01", "--to", "2024-12-01", "--format", "json", "--home", published.home)
    assert done.returncode == 0, done.stderr
    assert {row["period_end"] for row in json.loads(done.stdout)} <= {"2024-12-01"}


def test_accounts_are_checked_only_where_the_settings_name_some(published: Workspace) -> None:
    done = reach("sources", "--check", "--home", published.home)
    assert (done.returncode, done.stdout) == (
        0,
        "The settings name no accounts to ask; docs/access.md says which token each platform needs.\n",
    )


def test_a_file_is_told_as_text_or_as_json(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("a,b\n1,2\n")
    assert json.loads(reach("inspect", tmp_path / "a.csv", "--format", "json", "--home", tmp_path).stdout)["refused"]
    done = reach("inspect", tmp_path / "a.csv", "--format", "xml", "--home", tmp_path)
    assert (done.returncode, "is text or json" in done.stderr) == (2, True)


@pytest.mark.parametrize(
    ("indicator", "sentence"),
    [
        ("1.1.7-a", 'The indicator "1.1.7-a" counts views of the activity 1.1.7: type reach explain 1.1.7 views.'),
        ("1.1.7-e", 'The indicator "1.1.7-e" is entered by hand: Attendance list, 27 September 2024.'),
    ],
)
def test_who_asks_for_an_indicator_is_told_whose_figure_it_is(
    published: Workspace, indicator: str, sentence: str
) -> None:
    done = reach("explain", indicator, "views", "--home", published.home)
    assert (done.returncode, done.stderr) == (2, f"{sentence}\n")
