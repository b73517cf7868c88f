"""Words of charts, and the marks of the figures in them."""

from __future__ import annotations

import polars as pl
import pytest

from connectors import PLATFORMS
from warehouse.plan.framework import Indicator
from warehouse.plan.model import Plan, Project
from warehouse.publish.report.captions import Captions
from warehouse.publish.report.charts import Bar
from warehouse.publish.report.language import LANGUAGES, Language
from warehouse.publish.report.wording import Texts


def captions(language: Language = "en") -> Captions:
    plan = Plan(project=Project(name="Project", fiscal_year_starts=10))
    return Captions(Texts(language, "Asia/Phnom_Penh", PLATFORMS), PLATFORMS, plan)


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ({"views": None, "views_known": 0, "posts": 1}, "–"),
        ({"views": 1200, "views_known": 1, "posts": 1}, "1,200"),
        ({"views": 1200, "views_known": 1, "posts": 2}, "≥ 1,200"),
        ({"views": 1200, "views_known": 1, "posts": 1, "approximate": 1}, "≈ 1,200"),
        ({"views": 1200, "rounded": "likes;views"}, "≈ 1,200"),
    ],
)
def test_a_figure_in_a_picture_has_its_marks(row: dict[str, object], told: str) -> None:
    assert captions().told(row, "views") == told


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ({"views_known": 1, "posts": 1}, "1,200"),
        ({"views_known": 1, "posts": 2}, "at least 1,200"),
        ({"views_known": 1, "posts": 1, "approximate": 1}, "about 1,200"),
        ({"views_known": 1, "posts": 2, "approximate": 1}, "at least about 1,200"),
    ],
)
def test_a_figure_in_a_sentence_has_its_marks_in_words(row: dict[str, object], told: str) -> None:
    assert captions().in_words({"views": 1200, **row}, "views") == told


def test_each_mark_that_stands_in_a_picture_is_told_once() -> None:
    assert captions().marks(["5", "≥ 6", "≥ ≈ 7"]) == [captions()("marks_least"), captions()("marks_rounded")]
    assert captions().marks(["5"]) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_bars_are_told_with_their_names_and_figures(language: Language) -> None:
    told = captions(language).bars([Bar("Our page", 5, "≥ 5"), Bar("Theirs", 4, "4")])
    assert "Our page ≥ 5" in told
    assert "Theirs 4" in told


def test_a_fiscal_quarter_is_called_by_its_months() -> None:
    assert captions().period({"period": "FY2024-Q4"}) == "July to September 2024"


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_indicator_tells_by_whose_definition_it_counts(language: Language) -> None:
    words = captions(language)
    words.plan = words.plan.model_copy(
        update={"indicators": tuple(Indicator(id=name, name=name, definition=name) for name in ("eea-all-013", "lost"))}
    )
    told = words.definition("eea-all-013", "whole", {})
    assert told is not None
    assert "EEA and Norway Grants: Estimated number of people who engaged and took an action" in told
    assert "people who took an action in response to the campaign" in told
    assert [words.definition(name, "whole", {}) for name in ("lost", "none")] == [None, None]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_parts_that_a_definition_asks_for_stand_behind_it_and_an_unknown_one_is_not_0(language: Language) -> None:
    words = captions(language)
    trained = Indicator(id="a", name="A", of="campaign:f", metric="participants", definition="usaid-gndr-8")
    words.plan = words.plan.model_copy(update={"indicators": (trained,)})
    totals = pl.DataFrame({"campaign_id": ["f"], "participants_women": [214], "participants_men": [None]})
    told = words.definition("a", "whole", {"campaign_totals": totals})
    assert told is not None
    women, men = (words.texts.metric(f"participants_{sex}") for sex in ("women", "men"))
    assert f"{women} 214" in told
    assert f"{men} {words.texts('not_known')}" in told
