"""The lines to paste of what is published, in a language."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress

import polars as pl

import connectors
from flows.steps import night
from flows.steps.khmer_files import in_corrected_khmer
from flows.steps.published_lines import published_lines
from flows.steps.settings import Workspace
from warehouse.plan.named_lines import campaigns_named
from warehouse.publish.report.language import Language
from warehouse.publish.report.plan_names import in_language, nouns
from warehouse.publish.report.sentence import sentence


@in_corrected_khmer
def sentences(
    workspace: Workspace, tables: Mapping[str, pl.DataFrame], name: str, language: Language
) -> dict[str, str]:
    """The line of a campaign, or of each campaign of an activity, by the campaigns' ids.

    Without a good plan lines have the names that were published.

    Args:
        tables: what is published (:data:`warehouse.publish.report.sentence.READS`).
        name: of a campaign or an activity, as people write it.

    Raises:
        NoSuchFigure: nothing is called so.
    """
    plan = None
    with suppress(night.NoPlan):
        plan = night.read_plan(workspace).plan
        tables = in_language(tables, plan, language)
    return {
        campaign_id: sentence(
            tables,
            campaign_id,
            language,
            connectors.PLATFORMS,
            nouns(plan, campaign_id, language),
        )
        for campaign_id in campaigns_named(name, published_lines(workspace))
    }
