"""People: lists of who came to events, kept by hand, a row a person."""

from connectors.attendance import GATHERINGS
from connectors.people import export
from connectors.platform import Platform

PLATFORM = Platform(
    name="people",
    export=export,
    settings=export.Settings,
    is_of_people=True,
    kinds=GATHERINGS,
    is_list_whole=False,
)
