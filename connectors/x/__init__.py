"""X, once Twitter: exports of analytics, and its API."""

from connectors.platform import Platform
from connectors.x import api, export

PLATFORM = Platform(
    name="x",
    label={"en": "X", "km": "X"},
    export=export,
    right_file={
        "en": export.RIGHT_FILE,
        "km": "ក្នុង Analytics របស់ X សូមជ្រើស Content រយៈពេល រួច Export data",
    },
    api=api,
    settings=export.Settings,
    reported=("views", "impressions", "likes", "comments", "shares", "saves", "clicks"),
    kinds=("post",),
    likes="likes",
    # X's documentation defines impressions as times shown, so that one account adds at least one.
    is_every_display_counted=True,
    # X's policy for developers: what is deleted there has to be deleted wherever it is kept.
    is_deletion_followed=True,
)
