"""Tagged links of a campaign: one for each partner and channel, and the posts whose links lack tags."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import polars as pl

from flows.steps.settings import SettingsError
from warehouse.day import Day
from warehouse.plan.model import Campaign, Plan
from warehouse.readings.latest import POST
from warehouse.tagged_links import Tags, slug, tagged, untagged

ON_PAPER = "print"
"""The medium of a link that is printed as a QR code, on a poster or a leaflet."""
_MEDIA = {"website": "referral", "outreach": "offline", "telegram": "messenger"}


class TaggedLink(NamedTuple):
    """A link for one partner and channel."""

    organisation: str
    channel: str
    link: str


def campaign_of(plan: Plan, name: str) -> Campaign:
    """A campaign by its id or name, which has a landing page.

    Raises:
        SettingsError: there is none, or it has no landing page.
    """
    campaign = next((one for one in plan.campaigns if name in (one.id, one.name)), None)
    if campaign is None:
        there = ", ".join(one.id for one in plan.campaigns)
        raise SettingsError(f"The plan has no campaign {name}; there are: {there}.")
    if not campaign.landing:
        raise SettingsError(
            f"The campaign {campaign.id} has no landing page: write landing = and its link below it in the plan."
        )
    return campaign


def links(plan: Plan, campaign: Campaign) -> list[TaggedLink]:
    """A link for each partner on each platform where it has an account, and one to print; by partner."""
    platforms: dict[str, dict[str, None]] = {
        name: {} for name in (*filter(None, [plan.project.organisation]), *(one.name for one in plan.organisations))
    }
    for account in plan.accounts:
        if account.organisation and not account.not_ours:
            platforms.setdefault(account.organisation, {})[account.platform] = None
    tag = campaign.utm[0] if campaign.utm else campaign.id
    made = []
    for organisation, channels in platforms.items():
        for channel in (*sorted(channels), ON_PAPER):
            is_printed = channel == ON_PAPER
            tags = Tags(
                slug(organisation) if is_printed else channel,
                ON_PAPER if is_printed else _MEDIA.get(channel, "social"),
                tag,
                slug(organisation),
            )
            made.append(TaggedLink(organisation, channel, tagged(str(campaign.landing), tags)))
    return made


def posts_without_tags(day: Day, campaign: Campaign) -> Iterator[tuple[str, str]]:
    """Each link in the campaign's posts that leads to its landing page's site without its tag, with its post."""
    taken = day.attribution.taken.filter(pl.col("campaign_id") == campaign.id).select(POST).unique()
    posts = day.posts.join(taken, on=POST, how="semi").drop_nulls("text").sort(POST)
    campaigns = campaign.utm or (campaign.id,)
    for platform, post_id, text in posts.select(*POST, "text").iter_rows():
        for link in dict.fromkeys(untagged(text, str(campaign.landing), campaigns)):
            yield f"{platform}:{post_id}", link
