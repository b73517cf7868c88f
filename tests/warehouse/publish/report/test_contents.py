"""What the pages of every language share."""

from __future__ import annotations

from datetime import datetime

import polars as pl

from tests.conftest import World, meta, post
from tests.warehouse.publish.report.forum import book_of
from warehouse.publish.report.contents import rows_of_posts


def test_a_listed_post_has_a_text_on_one_line_a_link_that_may_be_followed_and_days_of_the_zone(world: World) -> None:
    world.drop("2024-12-30/a.csv", meta(post(1, Views=10), post(2, Views=20)))
    listed = (
        book_of(world)
        .tables["post_totals"]
        .with_columns(
            text=pl.lit("a\nb"), url=pl.lit("javascript:alert(1)"), published_at=pl.lit(datetime(2024, 12, 30, 17))
        )
    )
    first, second = rows_of_posts(listed, "campaign_ids", "Asia/Phnom_Penh")
    assert first[:4] == ("a b", None, "2024-12-31", "facebook")
    assert first[6:8] == ("forum", 20)
    assert second[6:8] == ("forum", 10)
