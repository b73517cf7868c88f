from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from connectors.contract import Raw, Refused
from connectors.facebook import export as facebook
from connectors.meta import results_by_day

Make = Callable[..., Raw]
SETTINGS = facebook.Settings()


def block(title: str, *days: str) -> str:
    return "\n".join([title, "Date,Primary", *days, "", ""])


def test_each_block_has_its_title_its_language_and_its_lines_by_number(raw: Make) -> None:
    text = f"sep=,\n{block('Visits', '2024-09-28,5', '2024-09-29,6')}{block('Likes', '2024-09-28,7')}"
    first, second = results_by_day.blocks(raw(text), "facebook")
    assert (first.title, first.language) == ("Visits", "en")
    assert first.lines == ((4, ("2024-09-28", "5")), (5, ("2024-09-29", "6")))
    assert (second.title, len(second.lines)) == ("Likes", 1)


def test_visits_views_and_reach_are_kept_and_other_figures_are_named(raw: Make) -> None:
    file = raw(block("Facebook visits", "2024-09-28,5", "2024-09-29,") + block("Mood", "2024-09-28,7"))
    extract = results_by_day.read(file, "facebook", results_by_day.blocks(file, "facebook"), SETTINGS)
    assert extract.account_figures.select("platform", "metric", "period_start", "value").rows() == [
        ("facebook", "visits", date(2024, 9, 28), 5)
    ]
    assert extract.notes[-1] == "figures that Reach does not keep were passed over: Mood"


def test_a_block_whose_title_names_the_other_platform_is_the_others(raw: Make) -> None:
    file = raw(block("Instagram reach", "2024-09-28,5"))
    extract = results_by_day.read(file, "facebook", results_by_day.blocks(file, "facebook"), SETTINGS)
    assert extract.account_figures["platform"].to_list() == ["instagram"]


def test_a_file_of_other_figures_alone_is_refused_with_their_titles(raw: Make) -> None:
    file = raw(block("Mood", "2024-09-28,7"))
    with pytest.raises(Refused, match=r"figures by day \(Mood\), of which Reach keeps visits, views and reach"):
        results_by_day.read(file, "facebook", results_by_day.blocks(file, "facebook"), SETTINGS)


@pytest.mark.parametrize(("count", "is_read"), [(100, True), (101, False)])
def test_a_file_of_results_has_100_blocks_at_most(raw: Make, count: int, is_read: bool) -> None:
    file = raw(block("Visits", "2024-09-28,5") * count)
    if is_read:
        assert len(results_by_day.blocks(file, "facebook")) == count
    else:
        with pytest.raises(Refused, match="holds over 100 tables below each other"):
            results_by_day.blocks(file, "facebook")
