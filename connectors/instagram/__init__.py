"""Instagram: Meta's exports, and its Graph API."""

from connectors.instagram import api, export
from connectors.meta import results_by_day
from connectors.platform import Platform

PLATFORM = Platform(
    name="instagram",
    label={"en": "Instagram", "km": "Instagram"},
    export=export,
    right_file={
        "en": results_by_day.RIGHT_FILE,
        "km": "ក្នុង Meta Business Suite សូមជ្រើស Insights, Content, Export data ដោយយកតួលេខ Lifetime",
    },
    api=api,
    settings=export.Settings,
    reported=("views", "impressions", "reach", "likes", "comments", "shares", "saves", "clicks", "watch_seconds"),
    kinds=("post", "video", "short", "story"),
    not_reported={"story": ("saves",)},  # Meta's reference of story metrics has no saves
    likes="likes",
    # Meta's page on insights says so of views: organic only.
    is_views_with_ads=False,
    # Meta's documentation defines impressions as times shown, so that one account adds at least one.
    is_every_display_counted=True,
    # Whether an account's reach covers its posts' is not told: nothing says whose reach a post of several authors is.
)
