"""TikTok: exports of Studio and of Business Suite, and its API."""

from connectors.platform import Platform
from connectors.tiktok import api, export

PLATFORM = Platform(
    name="tiktok",
    label={"en": "TikTok", "km": "TikTok"},
    export=export,
    right_file={
        "en": export.RIGHT_FILE,
        "km": "ក្នុង TikTok Studio សូមជ្រើស Analytics, Content, Download data",
    },
    api=api,
    settings=export.Settings,
    reported=("views", "reach", "likes", "comments", "shares", "saves"),
    kinds=("post", "video"),
    likes="likes",
)
