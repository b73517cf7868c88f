"""Mailchimp: letters to lists of addresses."""

from connectors.mailchimp import export
from connectors.platform import Platform

PLATFORM = Platform(
    name="mailchimp",
    label={"en": "Mailchimp", "km": "Mailchimp"},
    export=export,
    right_file={
        "en": export.RIGHT_FILE,
        "km": "ក្នុង Mailchimp សូមជ្រើស Analytics, Reports រួច Export",
    },
    settings=export.Settings,
    reported=("clicks", "deliveries", "opens", "unsubscribes"),
    kinds=("letter",),
    outside_reach=("mailchimp",),
)
