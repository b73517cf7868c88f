"""Microsoft Teams: who came to its meetings and webinars."""

from connectors.platform import Platform
from connectors.teams import export

PLATFORM = Platform(
    name="teams",
    export=export,
    right_file={
        "en": export.RIGHT_FILE,
        "km": "ក្នុង Teams សូមបើកកិច្ចប្រជុំក្នុងប្រតិទិន ជ្រើស Attendance រួច Download",
    },
    settings=export.Settings,
    is_of_people=True,
    kinds=("meeting", "webinar"),
    is_list_whole=False,
)
