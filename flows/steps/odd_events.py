"""Events whose numbers contradict each other, as they are published."""

from __future__ import annotations

from collections.abc import Iterator

from connectors.attendance import EVENTS, PARTICIPANTS, Contradiction, contradictions
from flows.steps.settings import Workspace
from warehouse.publish.snapshot import read_tables


def sentences(workspace: Workspace) -> Iterator[str]:
    """A sentence for each contradiction, in the order of the posts' names; none where nothing can be read.

    Nothing is mended: whoever filled in the log knows which number is wrong.
    """
    try:
        posts = read_tables(workspace.published, {"post_totals": ()})["post_totals"]
    except Exception:  # nothing is published, or it cannot be read, which another check says
        return
    if EVENTS.name not in posts.columns:  # an older version published it
        return
    for event in posts.drop_nulls(EVENTS.name).sort("platform", "post_id").iter_rows(named=True):
        title = " ".join((event["text"] or "").split("\n")[0].split())[:60]
        for one in contradictions(event):
            yield f"{event['platform']}:{event['post_id']} ({title}): {_in_words(one)}."


def _in_words(one: Contradiction) -> str:
    if one.kind == "above":
        return f"{one.part} is {one.told}, more than its {one.total} {PARTICIPANTS.name}"
    if one.kind == "sexes":
        return f"women, men and sex not told come to {one.told}, and {PARTICIPANTS.name} is {one.total}"
    if one.kind == "no_total":
        return f"{one.part} is {one.told}, and {PARTICIPANTS.name} is not told"
    return f"{PARTICIPANTS.name} is {one.told}, of no event"
