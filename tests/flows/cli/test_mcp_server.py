"""What a program is told over the Model Context Protocol, asked with the protocol's own client."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from mcp import Client
from mcp.server.mcpserver.exceptions import ToolError

from flows.cli.mcp_server import MOST_LETTERS, MOST_LETTERS_OF_SQL, MOST_ROWS, server, with_reasons
from flows.cli.screen import as_json
from flows.steps.settings import Workspace
from tests.conftest import CAMPAIGN, OTHER_PAGE, PAGE, World, meta, post
from tests.flows.cli.test_questions import QUESTIONS
from tests.flows.cli.typed import reach
from tests.flows.published import publish
from warehouse.figures.tables import MARTS
from warehouse.publish.snapshot import query_published


def ask(workspace: Workspace, *questions: tuple[str, dict[str, Any]]) -> list[Any]:
    """The answers: what JSON holds, and of a failure its sentence."""

    async def answers() -> list[Any]:
        async with Client(server(workspace)) as client:
            results = [await client.call_tool(name, values) for name, values in questions]
        return [(one.is_error, one.content[0].text) for one in results]  # type: ignore[union-attr]

    return [text if is_error else json.loads(text) for is_error, text in asyncio.run(answers())]


def test_every_tool_only_reads_and_says_what_it_does(published: Workspace) -> None:
    async def listed() -> Any:
        async with Client(server(published)) as client:
            return (await client.list_tools()).tools

    tools = asyncio.run(listed())
    assert {tool.name for tool in tools} == {
        "totals", "gains", "indicators", "spending", "sources", "sentence", "explain", "unknown", "sql", "columns",
    }  # fmt: skip
    assert all(tool.annotations.read_only_hint and tool.description for tool in tools)


def test_figures_come_with_their_snapshot_and_day_and_with_how_many_posts_know_them(published: Workspace) -> None:
    totals, activity, gains, sources = ask(
        published, ("totals", {"name": "IDUAI 2024"}), ("totals", {"by": "activity", "name": "1.1.7"}),
        ("gains", {"name": "iduai-2024"}), ("sources", {}),
    )  # fmt: skip
    (row,) = totals["rows"]
    assert (row["views"], row["views_known"], row["posts"]) == (46_700, 15, 15)
    for answer in (totals, activity, gains, sources):
        assert (answer["as_of"], len(answer["snapshot_id"])) == ("2024-12-30", 16)
        assert answer["rows"]
    assert [row["activity_id"] for row in activity["rows"]] == ["1.1.7"]


def test_indicators_say_of_how_many_posts_their_figures_are_known_and_sources_how_many_of_the_expected_gave_any(
    published: Workspace,
) -> None:
    indicators, sources = ask(published, ("indicators", {}), ("sources", {}))
    counts = indicators["known_counts"]
    told = {
        (row["indicator_id"], row["period"]): f": {count['known']} of {count['posts']} know "
        for row in indicators["rows"]
        if (count := counts.get(row["indicator_id"], {}).get(row["period"])) and "posts" in count
    }
    assert told
    for row in indicators["rows"]:
        assert told.get((row["indicator_id"], row["period"]), "") in row["source"].replace(" events know ", " know ")
        assert (" know " in row["source"]) == ((row["indicator_id"], row["period"]) in told)
    rows = sources["rows"]
    assert sources["known_counts"]["with_figures"] == sum(row["last_load_at"] is not None for row in rows)
    assert sources["known_counts"]["nobody_has_to_act"] == sum(row["act"] is None for row in rows)
    assert sources["known_counts"]["expected"] >= len(rows)


def test_a_page_of_the_plan_of_which_nothing_came_in_is_an_expected_source(world: World) -> None:
    page = '[[account]]\nid = "facebook:{}"\norganisation = "Lens"\n'
    plan = CAMPAIGN + '[[organisation]]\nname = "Lens"\n' + page.format(PAGE) + page.format(OTHER_PAGE)
    world.plan(plan + '[[account]]\nid = "x:nobody"\nnot_ours = true\n')
    world.drop("2024-12-30/a.csv", meta(post(1)))
    publish(world.workspace)
    (sources,) = ask(world.workspace, ("sources", {}))
    assert sources["known_counts"] == {"expected": 2, "with_figures": 1, "nobody_has_to_act": 1}


def test_a_sentence_and_an_explanation_are_those_of_the_commands(published: Workspace) -> None:
    sentence, evidence, unknown = ask(
        published, ("sentence", {"campaign": "IDUAI 2024"}), ("explain", {"campaign": "IDUAI 2024", "figure": "Reactions"}),
        ("unknown", {}),
    )  # fmt: skip
    assert sentence["sentences"]["iduai-2024"] in reach("sentence", "iduai-2024", "--home", published.home).stdout
    words = ("explain", "iduai-2024", "likes", "--as-of", "2024-12-30", "--format", "json", "--home", published.home)
    assert evidence["assets"] == json.loads(reach(*words).stdout)["assets"]
    assert {row["metric"] for row in unknown["rows"]} >= {"views"}
    assert sentence["known_counts"]["iduai-2024"]["views_known"] == evidence["known_counts"]["known"] == 15
    for answer in (evidence, unknown):  # they are made of the archive, and have the published totals
        assert (answer["snapshot_id"], "made_of" in answer) == (sentence["snapshot_id"], False)


def test_what_came_in_since_the_publication_is_of_no_snapshot(world: World) -> None:
    world.drop("2024-10-01/a.csv", meta(post(1, Views=10), post(2)))
    publish(world.workspace)
    questions = ("explain", {"campaign": "forum", "figure": "views"}), ("unknown", {})
    explained, unknown = ask(world.workspace, *questions)
    assert len(explained["snapshot_id"]) == 16
    assert explained["known_counts"] == {"posts": 2, "known": 1}
    world.drop("2024-10-02/b.csv", meta(post(1, Views=10), post(2, Views=7)))
    world.load()
    for before, now in zip((explained, unknown), ask(world.workspace, *questions), strict=True):
        assert (now["snapshot_id"], now["published_snapshot_id"]) == (None, before["snapshot_id"])
        assert now["made_of"].startswith("all that came in until now")


@pytest.mark.parametrize("title", QUESTIONS)
def test_every_question_of_the_documents_is_answered(published: Workspace, title: str) -> None:
    sql = QUESTIONS[title]["sql"]
    (answer,) = ask(published, ("sql", {"query": sql}))
    assert not isinstance(answer, str), answer
    assert answer["rows"] == json.loads(as_json(query_published(published.published, sql).rows(named=True)))


def test_a_question_in_sql_is_told_which_columns_say_how_much_is_known(published: Workspace) -> None:
    without, with_ = ask(
        published,
        ("sql", {"query": "select views from campaign_totals"}),
        ("sql", {"query": "select views, views_known from campaign_totals"}),
    )
    assert without["known_counts"] == {"campaign_totals": {"views": "views_known"}}
    assert with_["known_counts"] == {}


def test_what_is_no_number_is_null_in_json(published: Workspace) -> None:
    (odd,) = ask(published, ("sql", {"query": "select 'nan'::double AS a, 'inf'::double AS b, '-inf'::double AS c"}))
    assert odd["rows"] == [{"a": None, "b": None, "c": None}]


def test_questions_in_sql_are_read_only_bounded_and_never_add_up_reach(published: Workspace) -> None:
    sums, reach_, written, outside, wrong = ask(
        published,
        ("sql", {"query": "select sum(views) AS v from campaign_totals"}),
        ("sql", {"query": "select sum(reach_at_least) AS r from campaign_totals"}),
        ("sql", {"query": "delete from campaign_totals"}),
        ("sql", {"query": "from read_csv('/etc/hosts')"}),
        ("totals", {"name": "iduai-2042"}),
    )
    assert sums["rows"][0]["v"] > 46_700
    assert "Reach counts people and is never added up" in reach_
    assert isinstance(written, str)
    assert isinstance(outside, str)
    assert "the nearest is iduai-2024" in wrong


def test_of_many_rows_the_first_are_given_and_their_number(published: Workspace) -> None:
    (many,) = ask(published, ("sql", {"query": "select i from range(2000) t(i)"}))
    assert (many["rows_in_all"], len(many["rows"])) == (2_000, MOST_ROWS)


def test_an_answer_of_any_length_is_bounded(published: Workspace) -> None:
    short, long = ask(
        published,
        ("sql", {"query": f"select repeat('x', {MOST_LETTERS - 1_000}) AS x"}),
        ("sql", {"query": f"select repeat('x', {MOST_LETTERS}) AS x"}),
    )
    assert len(short["rows"][0]["x"]) == MOST_LETTERS - 1_000
    assert "of 1,000,000 at most: ask for less" in long


def test_a_question_of_any_length_is_bounded(published: Workspace) -> None:
    spaces = " " * (MOST_LETTERS_OF_SQL - len("select 1"))
    longest, longer = ask(published, ("sql", {"query": f"select{spaces} 1"}), ("sql", {"query": f"select{spaces}  1"}))
    assert longest["rows"] == [{"1": 1}]
    assert "20,001 letters, of 20,000 at most" in longer


def test_a_question_that_was_given_up_is_in_the_way_of_no_other(published: Workspace) -> None:
    many, next_one = ask(
        published, ("sql", {"query": "select i from range(1000001) t(i)"}), ("sql", {"query": "select 1 AS one"})
    )
    assert "has more than 1,000,000 rows" in many
    assert next_one["rows"] == [{"one": 1}]


def test_questions_that_are_asked_at_once_are_all_answered(published: Workspace) -> None:
    questions = [("totals", {}), ("sql", {"query": "select sum(views) AS v from campaign_totals"})] * 3

    async def answers() -> list[Any]:
        async with Client(server(published)) as client:
            return await asyncio.gather(*(client.call_tool(name, values) for name, values in questions))

    assert not [answer.content[0].text for answer in asyncio.run(answers()) if answer.is_error]


def test_a_name_that_cannot_choose_rows_is_not_passed_over(published: Workspace) -> None:
    project, activity = ask(
        published,
        ("totals", {"by": "project", "name": "1.1.7"}),
        ("totals", {"by": "activity", "name": "iduai-2024"}),
    )
    assert project.endswith("project_totals is of the whole project: ask without a name, or by campaign or activity.")
    assert activity.endswith("iduai-2024 is a campaign: ask by campaign, or name its activity.")


def test_an_answer_is_of_one_snapshot_though_another_is_published_meanwhile() -> None:
    published_now = iter(["b", "b"])
    answers = iter([{"snapshot_id": "a", "views": 1}, {"snapshot_id": "b", "views": 2}])
    answered = with_reasons(lambda: next(answers), lambda: next(published_now))
    assert json.loads(answered()) == {"snapshot_id": "b", "views": 2}
    always = with_reasons(lambda: {"snapshot_id": "a"}, lambda: "b")
    with pytest.raises(ToolError, match="Figures are being published: ask again in a minute"):
        always()


@pytest.mark.parametrize("mart", [mart.name for mart in MARTS[:3]])
def test_columns_are_explained(published: Workspace, mart: str) -> None:
    told, wrong = ask(published, ("columns", {"table": mart}), ("columns", {"table": "totals"}))
    assert all(told["columns"].values())
    assert "There is no table totals; there are: campaign_totals" in wrong
