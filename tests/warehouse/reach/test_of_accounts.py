"""An account's own reach bounds its posts where it covers them. docs/rules.md: Reach is not added up."""

from __future__ import annotations

from tests.conftest import CAMPAIGN, PAGE, World, meta, post, sheet
from tests.samples import PAGE_OF_PLAN, page_days


def test_a_pages_days_that_end_before_the_posts_were_read_or_were_typed_prove_nothing(world: World) -> None:
    world.plan(CAMPAIGN + PAGE_OF_PLAN)
    world.drop("2024-10-01/a.csv", meta(post(1, Reach=100), post(2, Reach=70)))
    world.drop("2024-10-05/Our page/results.csv", page_days(50, *(4 for _ in range(30))))
    typed = {"no": 1, "platform": "facebook", "account": PAGE, "from": "2024-09-01", "to": "2024-10-03", "reach": 120}
    world.drop("2024-10-05/s.csv", sheet(typed))
    assert world.campaign()["reach_at_most"] == 170
