"""No code word reaches a page: no column, table or setting, and no id of a campaign, an asset, an indicator, a period.

What somebody types into the plan or the settings stands apart, where a page says whom it is for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser

from flows.steps.settings import Workspace
from tests.conftest import OTHER_PAGE, PAGE, World, meta, post
from tests.flows.published import publish
from tests.warehouse.publish.report.conftest import Report, watched_page
from warehouse.publish.report.language import LANGUAGES, words

CODE_WORD = re.compile(r"(?<![\w/.:%-])[a-z]+(?:_[a-z0-9]+)+(?![\w/.])|\[\[|\bFY\d{4}\b|\breach (?:date|explain)\b")
"""A name of two words as code and tables have it, a section of the plan, a fiscal period, a command."""
IDS = ("clip_a", "clip-b", "clip-c", "forum-x1", "debate-x2", "views-x3")
PLAN = f"""
[project]
name = "P"
timezone = "Asia/Phnom_Penh"
starts = 2024-07-01
ends = 2025-06-30
fiscal_year_starts = 10
[[activity]]
id = "1.1"
name = "Forum"
[[campaign]]
id = "forum-x1"
activity = "1.1"
name = "The forum"
name_km = "វេទិកា"
starts = 2024-09-01
ends = 2024-09-30
match = {{ hashtags = ["forum"] }}
stages = ["First round", "winner"]
[[campaign]]
id = "debate-x2"
activity = "1.1"
name = "The debate"
match = {{ hashtags = ["debate"] }}
[[asset]]
id = "clip_a"
campaign = "forum-x1"
name = "My town"
stage = "winner"
posts = ["facebook:{PAGE}_122158000000000001"]
[[asset]]
id = "clip-b"
campaign = "forum-x1"
stage = "winner"
posts = ["facebook:{PAGE}_122158000000000002"]
[[asset]]
id = "clip-c"
campaign = "forum-x1"
stage = "winner"
posts = ["facebook:{PAGE}_122158000000000003"]
[[organisation]]
name = "A"
[[account]]
id = "facebook:{OTHER_PAGE}"
organisation = "A"
[[indicator]]
id = "views-x3"
name = "Views of the forum"
of = "campaign:forum-x1"
metric = "views"
target = 10
targets = {{ FY2024-Q4 = 10, FY2025 = 20 }}
"""

SHOWN = """() => {
  for (const own of document.querySelectorAll("details")) own.open = true;
  const codes = [...document.querySelectorAll("code")];
  const apart = codes.filter((own) => own.closest(".for-settings")).map((own) => own.innerText);
  const loose = codes.filter((own) => !own.closest(".for-settings, #tree")).map((own) => own.innerText);
  for (const own of document.querySelectorAll("code, .for-settings button")) own.remove();
  const unseen = [...document.querySelectorAll("[title], [aria-label], [alt]")].flatMap(
    (own) => ["title", "aria-label", "alt"].map((name) => own.getAttribute(name)).filter(Boolean));
  return { text: [document.title, document.body.innerText, ...unseen].join("\\n"), apart, loose };
}"""


@pytest.fixture(scope="module")
def forum(tmp_path_factory: pytest.TempPathFactory) -> Report:
    """A campaign with ids like code, and with everything that has to be looked at before it is reported on."""
    world = World(Workspace(tmp_path_factory.mktemp("forum")))
    world.workspace.inbox.mkdir(parents=True)
    world.workspace.plan_file.write_text(PLAN, encoding="utf-8")
    late = {"Publish_time": "10/02/2024 08:00"}
    world.drop("2024-12-30/a.csv", meta(post(1), post(2, Views=""), post(3, Description=""), post(4, **late)))
    world.drop("Nov-05-2024_Dec-20-2024_1016476477111055.csv", meta(post(5, OTHER_PAGE)), "2025-06-01T02:00:00")
    rows = "facebook,Page,https://t.me/a/1,out #forum,05/09/2024,9\nfacebook,Page 1,,x #forum #debate,02/09/2024,9\n"
    world.drop("2024-12-30/partner.csv", "platform,account,link,title,published,views\n" + rows)
    publish(world.workspace, has_report=True)
    return Report(world.workspace.published)


def shown(browser: Browser, report: Report) -> Iterator[tuple[str, dict[str, Any]]]:
    """What each page shows once everything on it is opened, without the names of files.

    The page of Khmer texts has places to fill in, in braces; what else stands there are the words of pages.
    """
    paths = [row["path"] for row in report.rows("select path from source_files order by length(path) desc")]
    with watched_page(browser) as page:
        for name in (name for name in report.pages if not name.endswith("khmer.html")):
            page.goto(report.url(name))  # charts, which take their time, say what the tables behind them do
            seen = page.evaluate(SHOWN)
            for path in paths:
                seen["text"] = seen["text"].replace(path, "")
            yield name, seen


@pytest.fixture(scope="module")
def forum_pages(browser: Browser, forum: Report) -> dict[str, dict[str, Any]]:
    return dict(shown(browser, forum))


@pytest.fixture(scope="module")
def sample_pages(browser: Browser, sample: Report) -> dict[str, dict[str, Any]]:
    return dict(shown(browser, sample))


def code_words(text: str, ids: list[str]) -> list[str]:
    words_of_code = [match[0] for match in CODE_WORD.finditer(text)]
    return words_of_code + [one for one in ids if re.search(rf"(?<![\w-]){re.escape(one)}(?![\w-])", text)]


def ids_of(report: Report) -> list[str]:
    tables = (("campaign_totals", "campaign_id"), ("asset_totals", "asset_id"), ("indicator_progress", "indicator_id"))
    return [row[key] for table, key in tables for row in report.rows(f"select distinct {key} from {table}")]


def test_no_page_of_the_sample_shows_a_code_word(sample: Report, sample_pages: dict[str, dict[str, Any]]) -> None:
    ids = ids_of(sample)
    assert "iduai-2024" in ids
    assert {name: code for name, seen in sample_pages.items() if (code := code_words(seen["text"], ids))} == {}


def test_no_page_of_a_campaign_with_everything_to_look_at_shows_a_code_word(
    forum: Report, forum_pages: dict[str, dict[str, Any]]
) -> None:
    assert set(ids_of(forum)) == set(IDS)
    assert {name: code for name, seen in forum_pages.items() if (code := code_words(seen["text"], [*IDS]))} == {}


def test_no_page_of_a_hostile_workspace_shows_a_column_or_a_section_of_the_plan(
    browser: Browser, hostile_report: Report
) -> None:
    outside = re.compile("__class__")
    for name, seen in shown(browser, hostile_report):
        assert code_words(outside.sub("", seen["text"]), []) == [], name


@pytest.mark.parametrize("folder", ["", "km/"])
def test_what_is_typed_into_the_plan_stands_apart_and_nowhere_else(
    forum_pages: dict[str, dict[str, Any]], folder: str
) -> None:
    typed = forum_pages[f"{folder}campaign-forum-x1.html"]["apart"]
    for beginning in ("[[account]] id = ", "[sheet] date_order = ", "reach date ", "[[same]] posts = "):
        assert any(code.startswith(beginning) for code in typed), (beginning, typed)
    assert [code for seen in forum_pages.values() for code in seen["loose"]] == []


def test_what_a_page_calls_things(forum_pages: dict[str, dict[str, Any]]) -> None:
    english, khmer = forum_pages["campaign-forum-x1.html"]["text"], forum_pages["km/campaign-forum-x1.html"]["text"]
    for called in ("My town", "Post 2 #forum", "Piece of content 3", "Winner"):
        assert called in english, called
    assert "ស្នាដៃ 3" in khmer
    assert "ឈ្នះ" in khmer
    targets = forum_pages["activity-1.1.html"]["text"]
    assert "July to September 2024" in targets
    assert "fiscal year 2025 (October 2024 to September 2025)" in targets
    assert "ខែកក្កដា ដល់ខែកញ្ញា ឆ្នាំ 2024" in forum_pages["km/activity-1.1.html"]["text"]
    assert "The debate" in forum_pages["posts.html"]["text"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_word_of_a_page_is_a_code_word(language: str) -> None:
    def texts(value: Any) -> Iterator[str]:
        for each in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
            yield from texts(each)
        if isinstance(value, str):
            yield re.sub(r"\{\w+\}", "", value)

    of_pages = [text for group in ("page", "sentence", "todo") for text in texts(words(language)[group])]
    assert [text for text in of_pages if CODE_WORD.search(text)] == []
