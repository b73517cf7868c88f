"""Sprout Social: reports on posts of several networks."""

from connectors.platform import Platform
from connectors.sprout import export

PLATFORM = Platform(
    name="sprout",
    export=export,
    right_file={
        "en": export.RIGHT_FILE,
        "km": "ក្នុង Sprout Social សូមជ្រើស Reports, Post Performance, Export CSV",
    },
    settings=export.Settings,
    kinds=("post", "video", "short", "story"),
)
