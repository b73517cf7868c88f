"""What accounts' own figures say of groups of posts. docs/rules.md: Reach is not added up."""

from __future__ import annotations

import pytest

from tests.conftest import CAMPAIGN, PAGE, World, meta, post, sheet
from tests.samples import PAGE_OF_PLAN, page_days


def test_a_pages_own_days_lower_the_upper_bound_where_they_cover_the_posts_whole_exposure(world: World) -> None:
    world.plan(CAMPAIGN + PAGE_OF_PLAN)
    world.drop("2024-10-01/a.csv", meta(post(1, Reach=100), post(2, Reach=70)))
    world.drop("2024-10-05/Our page/results.csv", page_days(50, *(4 for _ in range(31)), 9, 9))
    tables = world.tables()
    for name in ("campaign_totals", "activity_totals", "project_totals", "platform_totals", "kind_totals"):
        total = tables[name].row(0, named=True)
        assert (name, total["reach_at_least"], total["reach_at_most"]) == (name, 100, 124)
    assert tables["account_totals"]["reach_at_most"].to_list() == [124]
    assert f"facebook:{PAGE} at its own reach of 2024-09-02 to 2024-10-02 (31 windows" in total["reach_basis"]


def test_a_video_of_several_pages_is_not_within_one_pages_figure(world: World) -> None:
    world.plan(CAMPAIGN + PAGE_OF_PLAN)
    world.drop("2024-10-01/a.csv", meta(post(1, Reach=100, Is_crosspost=1), post(2, Reach=70), post(3, Reach=60)))
    world.drop("2024-10-05/Our page/results.csv", page_days(50, *(3 for _ in range(31)), 9))
    assert world.campaign()["reach_at_most"] == 100 + 93


@pytest.mark.parametrize(
    ("scope", "expected"),
    [("covers", (100, 150)), ("inside", (150, 170)), ("equal", (150, 150)), (None, (100, 170))],
)
def test_a_figure_of_the_plan_counts_by_its_scope(world: World, scope: str | None, expected: tuple[int, int]) -> None:
    text = f', scope = "{scope}"' if scope else ""
    figure = f'account = "facebook:{PAGE}", metric = "reach", from = 2024-09-01, to = 2024-09-30{text}'
    world.plan(CAMPAIGN + f"account_figures = [{{ {figure} }}]\n")
    world.drop("2024-10-01/a.csv", meta(post(1, Reach=100), post(2, Reach=70)))
    typed = {"platform": "facebook", "account": PAGE}
    spans = [("2024-09-01", "2024-09-30", 150), ("2024-09-01", "2024-09-15", 30), ("2024-09-16", "2024-09-30", 40)]
    rows = [{**typed, "no": n, "from": a, "to": b, "reach": value} for n, (a, b, value) in enumerate(spans)]
    world.drop("2024-10-05/s.csv", sheet(*rows))
    tables = world.tables()
    for name in ("campaign_totals", "activity_totals", "project_totals", "account_totals", "organisation_totals"):
        total = tables[name].row(0, named=True)
        assert (total["reach_at_least"], total["reach_at_most"]) == expected
    kinds = tables["kind_totals"].row(0, named=True)
    assert (kinds["reach_at_least"], kinds["reach_at_most"]) == (100, expected[1])
    world.drop("2024-10-05/s.csv", sheet(*rows[1:]), modified="2024-10-06T12:00")
    assert world.campaign()["reach_at_most"] == 170
