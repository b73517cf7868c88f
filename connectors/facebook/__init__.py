"""Facebook: Meta's exports, and its Graph API."""

from connectors.facebook import api, export
from connectors.meta import results_by_day
from connectors.platform import Platform

PLATFORM = Platform(
    name="facebook",
    label={"en": "Facebook", "km": "Facebook"},
    export=export,
    right_file={
        "en": results_by_day.RIGHT_FILE,
        "km": "ក្នុង Meta Business Suite សូមជ្រើស Insights, Content, Export data ដោយយកតួលេខ Lifetime",
    },
    api=api,
    settings=export.Settings,
    reported=(
        "views",
        "views_paid",
        "impressions",
        "reach",
        "likes",
        "comments",
        "shares",
        "clicks",
        "watch_seconds",
    ),
    kinds=("post", "video", "short", "live", "story"),
    # Meta's page on insights says so of post_media_view: ads included.
    is_views_with_ads=True,
    # Meta's documentation defines impressions as times shown, so that one account adds at least one. Views carry no
    # such promise: genuine files hold posts with fewer views than reach.
    is_every_display_counted=True,
    # Meta's reference of Page Insights says of a page's reach (page_impressions_unique) that it counts people who had
    # any content from or about the page enter their screen, posts and ads included, and of a post's
    # (post_impressions_unique) that it counts people who had the page's post enter their screen. Their successor for a
    # page, page_total_media_view_unique, counts viewers: that is another figure, and bounds no reach.
    is_account_reach_of_posts=True,
)
