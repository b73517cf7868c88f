"""TikTok Ads Manager: what ads cost."""

from connectors.platform import Platform
from connectors.tiktok_ads import export

PLATFORM = Platform(
    name="tiktok_ads",
    export=export,
    right_file={
        "en": export.RIGHT_FILE,
        "km": "ក្នុង TikTok Ads Manager សូមជ្រើស Campaign ជួរឈរ Campaign name, Cost, Currency "
        "និង Impression តាមថ្ងៃ (By day) រួច Export",
    },
    settings=export.Settings,
    is_list_whole=False,
)
