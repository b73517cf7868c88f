"""Websites: Google Analytics' exports, and its API."""

from connectors.platform import Platform
from connectors.website import api, export

PLATFORM = Platform(
    name="website",
    label={"en": "Google Analytics", "km": "Google Analytics"},
    export=export,
    api=api,
    settings=export.Settings,
    reported=("views", "reach"),
    kinds=("page",),
    is_list_whole=False,  # pages are listed only while they are visited
)
