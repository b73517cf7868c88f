"""Websites: Google Analytics' exports, and its API."""

from connectors.platform import Platform
from connectors.website import api, export

PLATFORM = Platform(
    name="website",
    label={"en": "Google Analytics", "km": "Google Analytics"},
    export=export,
    right_file={
        "en": export.RIGHT_FILE,
        "km": "ក្នុង Google Analytics សូមជ្រើស Engagement, Pages and screens, Page path and screen class "
        "រយៈពេល រួច Download CSV",
    },
    api=api,
    settings=export.Settings,
    reported=("views", "reach"),
    kinds=("page",),
    is_list_whole=False,  # pages are listed only while they are visited
)
