"""Mastodon: asked by the API of an account's instance."""

from connectors.mastodon import api
from connectors.platform import Platform

PLATFORM = Platform(
    name="mastodon",
    label={"en": "Mastodon", "km": "Mastodon"},
    api=api,
    settings=api.Settings,
    reported=("likes", "comments", "shares"),
    kinds=("post",),
    likes="likes",
)
