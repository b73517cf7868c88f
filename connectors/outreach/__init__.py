"""Outreach: the log of radio, TV, press and events that people keep by hand."""

from connectors.contract import OUTREACH_KINDS
from connectors.outreach import export
from connectors.platform import Platform

PLATFORM = Platform(
    name="outreach",
    label={"en": "Radio, TV, press, events", "km": "វិទ្យុ ទូរទស្សន៍ សារព័ត៌មាន ព្រឹត្តិការណ៍"},
    export=export,
    settings=export.Settings,
    kinds=OUTREACH_KINDS,
    is_list_whole=False,
)
