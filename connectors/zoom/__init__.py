"""Zoom: who came to its meetings and webinars."""

from connectors.platform import Platform
from connectors.zoom import export

PLATFORM = Platform(
    name="zoom",
    export=export,
    right_file={
        "en": export.RIGHT_FILE,
        "km": "នៅ zoom.us សូមជ្រើស Reports, Usage ចំនួនអ្នកចូលរួមនៃកិច្ចប្រជុំ ធីក Export with meeting data រួច Export; "
        "សម្រាប់ webinar សូមជ្រើស Reports, Webinar, Attendee Report",
    },
    settings=export.Settings,
    is_of_people=True,
    kinds=("meeting", "webinar"),
    is_list_whole=False,
)
