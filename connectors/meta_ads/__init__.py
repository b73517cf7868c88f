"""Meta Ads Manager: what ads cost."""

from connectors.meta_ads import export
from connectors.platform import Platform

PLATFORM = Platform(
    name="meta_ads",
    export=export,
    right_file={
        "en": export.RIGHT_FILE,
        "km": "ក្នុង Ads Manager សូមជ្រើស Campaigns ជួរឈរ Campaign name, Amount spent, Impressions, Reporting starts "
        "និង Reporting ends រួច Reports, Export table data",
    },
    settings=export.Settings,
    is_list_whole=False,
)
