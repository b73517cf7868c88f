"""LinkedIn: exports of pages and persons, and its API for organisations."""

from connectors.linkedin import api, export
from connectors.platform import Platform, SeveralNames

PLATFORM = Platform(
    name="linkedin",
    label={"en": "LinkedIn", "km": "LinkedIn"},
    export=export,
    right_file={
        "en": export.RIGHT_FILE,
        "km": "លើទំព័រ សូមជ្រើស Analytics, Content, Export ឬក្នុងនាមបុគ្គល Analytics, Content performance, Export",
    },
    api=api,
    settings=export.Settings,
    reported=("views", "impressions", "reach", "likes", "comments", "shares", "saves", "clicks"),
    kinds=("post", "video"),
    # LinkedIn's documentation defines impressions as times shown, so that one account adds at least one.
    is_every_display_counted=True,
    # An account's reach does not cover its posts' by what is documented: posts' figures leave out ads.
    several_names=SeveralNames(r"^urn:li:(\w+):\d+$", r"^urn:li:\w+:(\d+)$", 22),
)
