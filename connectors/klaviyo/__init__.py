"""Klaviyo: letters to lists of addresses."""

from connectors.klaviyo import export
from connectors.platform import Platform

PLATFORM = Platform(
    name="klaviyo",
    label={"en": "Klaviyo", "km": "Klaviyo"},
    export=export,
    right_file={
        "en": export.RIGHT_FILE,
        "km": "ក្នុង Klaviyo សូមជ្រើស Campaigns, Export Analytics ដោយមិនយក variations",
    },
    settings=export.Settings,
    reported=("clicks", "deliveries", "opens", "unsubscribes"),
    kinds=("letter",),
    outside_reach=("klaviyo",),
)
