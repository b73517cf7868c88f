"""The sheet that partners fill in, for any platform."""

from connectors.contract import POST_KINDS
from connectors.platform import Platform
from connectors.sheet import export

PLATFORM = Platform(
    name="sheet",
    # Posts of other platforms keep their platform's name. These have no folder: only a sheet can tell of them.
    stands_for={
        "newsletter": {"en": "Letters to lists", "km": "សំបុត្រអ៊ីមែល"},
        "podcast": {"en": "Podcasts", "km": "ផតខាស់"},
        "other": {"en": "Another platform", "km": "វេទិកាមួយទៀត"},
        "telegram": {"en": "Telegram", "km": "Telegram"},
    },
    export=export,
    settings=export.Settings,
    kinds=POST_KINDS,
    outside_reach=("newsletter",),
)
