from __future__ import annotations

from connectors.meta.posts import Fields

FIELDS = Fields(("id", "text"), {"likes": "like_count"}, {"views": "post_views", "reach": "post_reach"})


def test_the_insights_of_all_metrics_are_asked_for_together() -> None:
    assert FIELDS.parts == ("views", "reach", "likes")
    assert FIELDS.params(FIELDS.parts, 100) == {
        "fields": "id,text,like_count,insights.metric(post_views,post_reach)", "limit": 100}  # fmt: skip


def test_without_parts_the_bare_list_is_asked_for() -> None:
    assert FIELDS.params((), 25) == {"fields": "id,text", "limit": 25}


def test_all_insights_of_a_list_are_split_by_one_breakdown() -> None:
    paid = Fields(("id",), {}, {"views_paid": "post_views"}, "is_from_ads")
    assert paid.params(paid.parts, 100)["fields"] == "id,insights.metric(post_views).breakdown(is_from_ads)"
