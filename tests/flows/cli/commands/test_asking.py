"""Commands that answer: totals, questions in SQL, sentences, sources and files."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pytest

from flows.steps.init import create_demo
from flows.steps.settings import Workspace
from tests.flows.cli.typed import reach


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
    assert "no campaign iduai in what is published; there are: iduai-2022, iduai-2023, iduai-2024" in done.stderr
    done = reach("sentence", "iduai-2024", "--language", "fr", "--home", published.home)
    assert (done.returncode, done.stdout) == (2, "")


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
    assert (done.returncode, done.stdout) == (0, "The settings name no accounts to ask: reach.toml says how.\n")


def test_a_file_is_told_as_text_or_as_json(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("a,b\n1,2\n")
    assert json.loads(reach("inspect", tmp_path / "a.csv", "--format", "json", "--home", tmp_path).stdout)["refused"]
    done = reach("inspect", tmp_path / "a.csv", "--format", "xml", "--home", tmp_path)
    assert (done.returncode, "is text or json" in done.stderr) == (2, True)
