"""Keeping what the next night of a long history goes on from."""

from __future__ import annotations

import logging

from flows.steps import program
from flows.steps.night import Computed
from flows.steps.settings import Workspace
from warehouse.faults import trace
from warehouse.figures import keeping
from warehouse.history import kept
from warehouse.history.damage import Damaged
from warehouse.history.store import open_store
from warehouse.plan.model import Plan

logger = logging.getLogger(__name__)


def keep(workspace: Workspace, computed: Computed, plan: Plan) -> None:
    """Keeps for the next night what of a long history can still count; where that cannot be, the log says so.

    The night is published by then, so that nothing of this ends it.

    Raises:
        Damaged: the warehouse is; it is made again, and the night computes again.
    """
    if computed.day.in_parts is None:
        kept.forget(workspace.kept)
        return
    try:
        with open_store(workspace.warehouse_file, read_only=True) as store:
            to_keep = keeping.keep(
                store, computed.day, computed.sums_by_day, computed.posts_of_loads, program.made_with(plan)
            )
        if to_keep is not None:
            kept.write(workspace.kept, to_keep)
    except Damaged:
        raise
    except Exception as error:
        kept.forget(workspace.kept)
        logger.warning("nothing is kept for the next night, which takes longer: %s", trace(error))
