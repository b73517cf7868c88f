"""Bluesky: asked by its API."""

from connectors.bluesky import api
from connectors.platform import Platform

PLATFORM = Platform(
    name="bluesky",
    label={"en": "Bluesky", "km": "Bluesky"},
    api=api,
    settings=api.Settings,
    reported=("likes", "comments", "shares", "saves"),
    kinds=("post",),
    likes="likes",
)
