"""YouTube: exports of Studio, and its Data and Analytics APIs."""

from connectors.platform import Platform
from connectors.youtube import api, export

PLATFORM = Platform(
    name="youtube",
    label={"en": "YouTube", "km": "YouTube"},
    export=export,
    right_file={
        "en": export.RIGHT_FILE,
        "km": "ក្នុង YouTube Studio សូមបើក Advanced mode ជ្រើសផ្ទាំង Content រយៈពេល Lifetime រួច Export",
    },
    api=api,
    settings=export.Settings,
    reported=("views", "reach", "likes", "comments", "shares", "watch_seconds"),
    kinds=("video", "short", "live"),  # Shorts as people enter them: neither the API nor an export tells them apart
    likes="likes",
    # An account's reach is no bound for its posts': it is a model's estimate.
    keep_days=29,  # YouTube's terms (III.E.4.d) let nobody keep counts for more than 30 days that a key alone gave
)
