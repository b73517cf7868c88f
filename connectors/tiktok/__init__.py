"""TikTok: exports of Studio and of Business Suite, and its API."""

from connectors.platform import Platform
from connectors.tiktok import api, export

PLATFORM = Platform(
    name="tiktok",
    label={"en": "TikTok", "km": "TikTok"},
    export=export,
    api=api,
    settings=export.Settings,
    reported=("views", "reach", "likes", "comments", "shares", "saves"),
    kinds=("post", "video"),
    likes="likes",
)
