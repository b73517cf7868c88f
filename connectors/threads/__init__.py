"""Threads: asked by Meta's API."""

from connectors.platform import Platform
from connectors.threads import api

PLATFORM = Platform(
    name="threads",
    label={"en": "Threads", "km": "Threads"},
    api=api,
    settings=api.Settings,
    reported=("views", "likes", "comments", "shares"),
    kinds=("post", "video"),
    likes="likes",
)
