"""Google Ads: what ads cost."""

from connectors.google_ads import export
from connectors.platform import Platform

PLATFORM = Platform(
    name="google_ads",
    export=export,
    right_file={
        "en": export.RIGHT_FILE,
        "km": "ក្នុង Google Ads សូមជ្រើស Campaigns ជួរឈរ Campaign, Currency code, Cost, Impr. និង Views និងរយៈពេល រួច Download",
    },
    settings=export.Settings,
    is_list_whole=False,
)
