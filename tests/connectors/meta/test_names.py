"""The local Graph has no field and no metric that Meta's own SDK does not have, as far as the SDK names them."""

from __future__ import annotations

from facebook_business.adobjects.advideo import AdVideo
from facebook_business.adobjects.igmedia import IGMedia
from facebook_business.adobjects.iguser import IGUser
from facebook_business.adobjects.instagraminsightsresult import InstagramInsightsResult
from facebook_business.adobjects.livevideo import LiveVideo
from facebook_business.adobjects.page import Page
from facebook_business.adobjects.pagepost import PagePost

from tests.connectors.facebook import server as facebook
from tests.connectors.instagram import server as instagram

EDGES = {"insights", "reactions", "comments", "attachments", "video_reels", "live_videos"}
"""Edges, which an expansion names like fields: the SDK has them as methods ``get_…``."""


def names(owner: type) -> set[str]:
    return {value for key, value in vars(owner).items() if isinstance(value, str) and not key.startswith("_")}


def test_fields_of_posts_pages_and_videos_are_metas() -> None:
    assert set(facebook.POST_FIELDS) - EDGES <= names(PagePost.Field)
    assert set(facebook.PAGE_FIELDS) - EDGES <= names(Page.Field)
    assert set(facebook.REEL_FIELDS) <= names(AdVideo.Field)
    assert {"video", "creation_time"} <= names(LiveVideo.Field)
    assert all(hasattr(PagePost, f"get_{edge}") for edge in ("insights", "reactions", "comments", "attachments"))
    assert all(hasattr(Page, f"get_{edge}") for edge in ("published_posts", "video_reels", "live_videos", "insights"))


def test_fields_and_metrics_of_instagram_are_metas() -> None:
    assert set(instagram.FIELDS) - {"insights"} <= names(IGMedia.Field)
    assert {"id", "username", "name", "followers_count"} <= names(IGUser.Field)
    assert {metric for this_metric in instagram.METRICS.values() for metric in this_metric} <= names(
        InstagramInsightsResult.Metric
    )
    assert all(hasattr(IGUser, f"get_{edge}") for edge in ("media", "stories", "insights"))
