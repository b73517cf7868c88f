"""Eventbrite: who came to its events."""

from connectors.eventbrite import export
from connectors.platform import Platform

PLATFORM = Platform(
    name="eventbrite",
    export=export,
    right_file={
        "en": export.RIGHT_FILE,
        "km": "ក្នុង Eventbrite សូមជ្រើស Reports, Attendees បន្ថែមជួរឈរ Date Attending និង Attendee Status រួច Export",
    },
    settings=export.Settings,
    is_of_people=True,
    kinds=("event",),
    is_list_whole=False,
)
