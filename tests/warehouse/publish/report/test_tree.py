"""What the report page shows of a figure's parts: posts one by one, and the others as one number."""

from __future__ import annotations

import pytest

from connectors import PLATFORMS
from connectors.contract import METRIC
from tests.conftest import World, meta, post
from warehouse.figures import build
from warehouse.publish.report import tree
from warehouse.publish.report.wording import Texts

ENGLISH = Texts("en", "Asia/Phnom_Penh", PLATFORMS)


@pytest.mark.parametrize("shown", [1, 2, 3])
def test_posts_shown_one_by_one_and_the_others_add_up_to_the_figure(
    world: World, monkeypatch: pytest.MonkeyPatch, shown: int
) -> None:
    monkeypatch.setattr(tree, "MOST_POSTS", shown)
    world.drop("2024-12-01/a.csv", meta(*(post(n, Views=10 * n, Reactions=n) for n in range(1, 6))))
    state = world.day()
    totals = build.totals(state, ("campaign_totals",))["campaign_totals"].row(0, named=True)
    page_tree = tree.trees(state, ["forum"])["forum"]
    data = page_tree.shared(totals, ("views", "likes"))
    days = page_tree.data(totals, ("views", "likes"), "at least 5", ENGLISH, {})["days"]
    assert len(data["posts"]) == len(days) == shown
    for metric in ("views", "likes"):
        posts, rest = data["rest"][metric]
        assert posts == 5 - shown
        assert sum(line[1] for line in data["lines"][metric]) + rest == totals[metric] * METRIC[metric].per_unit
    assert max(line[1] for line in data["lines"]["views"]) == 50  # those with the most views are shown


@pytest.mark.parametrize(
    ("campaigns", "posts"), [(1, 2_000), (3, 2_000), (4, 1_500), (29, 206), (30, 200), (31, 200), (1_000, 200)]
)
def test_campaigns_share_the_room_for_posts_and_each_has_some(campaigns: int, posts: int) -> None:
    assert tree.most_shown(campaigns) == posts
