"""What a person may call a campaign or an activity of the plan: its id, or its name.

Large and small letters are alike. A word that names nothing is answered with the nearest one that does.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from warehouse.figure_words import NoSuchFigure, key_of
from warehouse.plan.mistakes import shown
from warehouse.plan.model import Plan


class Line(NamedTuple):
    """A campaign or an activity: its id, its name, and the campaigns that it stands for.

    ``ids`` are those that it had before, ``names`` what it is called in other languages.
    """

    id: str
    name: str
    campaigns: tuple[str, ...]
    is_campaign: bool = False
    ids: tuple[str, ...] = ()
    names: tuple[str, ...] = ()


def lines_of(plan: Plan) -> list[Line]:
    """The campaigns of a plan, and behind them its activities."""
    campaigns = [(campaign.id, campaign.name, campaign.activity) for campaign in plan.campaigns]
    plain = lines(campaigns, [(activity.id, activity.name) for activity in plan.activities])
    return also_called(plain, plan)


def also_called(plan_lines: Iterable[Line], plan: Plan) -> list[Line]:
    """Lines with the ids of before and the names in other languages that a plan gives them."""
    ids = {campaign.id: campaign.renamed for campaign in plan.campaigns}
    names = {(True, campaign.id): campaign.name_km for campaign in plan.campaigns} | {
        (False, activity.id): activity.name_km for activity in plan.activities
    }
    return [
        line._replace(
            ids=ids.get(line.id, ()) if line.is_campaign else (),
            names=tuple(filter(None, [names.get((line.is_campaign, line.id))])),
        )
        for line in plan_lines
    ]


def lines(campaigns: Sequence[tuple[str, str, str]], activities: Iterable[tuple[str, str]]) -> list[Line]:
    """Campaigns (``id, name, activity_id``), and behind them activities (``id, name``), as what may be named."""
    of_activities = [
        Line(activity_id, name, tuple(campaign for campaign, _, its in campaigns if its == activity_id))
        for activity_id, name in activities
    ]
    return [
        *(Line(campaign_id, name, (campaign_id,), is_campaign=True) for campaign_id, name, _ in campaigns),
        *of_activities,
    ]


def campaigns_named(word: str, plan_lines: Sequence[Line]) -> tuple[str, ...]:
    """The ids of the campaigns that a word names: one, or those of an activity.

    Raises:
        NoSuchFigure: as of :func:`line_named`, or the activity has no campaign.
    """
    line = line_named(word, plan_lines)
    if not line.campaigns:
        raise NoSuchFigure(f"The activity {line.id} has no campaign in the plan.")
    return line.campaigns


def instead_of_indicator(plan: Plan, word: str) -> str | None:
    """What to type instead of an indicator's id, whose figure is one of an activity, a campaign or the project."""
    indicator = next((one for one in plan.indicators if one.id == word), None)
    if indicator is None:
        return None
    if indicator.metric is None:
        return f'The indicator "{word}" is entered by hand: {indicator.source or "the plan does not say from what"}.'
    kind, _, name = (indicator.of or "project").partition(":")
    if kind == "project":
        return (
            f'The indicator "{word}" counts {indicator.metric} of the whole project: type reach totals --by project, '
            "and reach explain with one of its campaigns."
        )
    typed = f'"{name}"' if " " in name else name
    return (
        f'The indicator "{word}" counts {indicator.metric} of the {kind} {name}: '
        f"type reach explain {typed} {indicator.metric}."
    )


def line_named(word: str, plan_lines: Sequence[Line]) -> Line:
    """The campaign or activity that a word names.

    An id goes before a name, and a campaign before an activity.

    Raises:
        NoSuchFigure: nothing is called so, or several are.
    """
    key = key_of(word)
    is_called: tuple[Callable[[Line], bool], ...] = (
        lambda line: line.id == word,
        lambda line: key_of(line.id) == key,
        lambda line: word in line.ids,
        lambda line: word in (line.name, *line.names),
        lambda line: key in map(key_of, (line.name, *line.names)),
    )
    for is_it in is_called:
        named = [line for line in plan_lines if is_it(line)]
        named = [line for line in named if line.is_campaign] or named
        if len(named) > 1:
            ids = ", ".join(line.id for line in named)
            raise NoSuchFigure(f"{shown(word)} is the name of several: write the id of the one you mean ({ids}).")
        if named:
            return named[0]
    words = {key_of(called): line for line in reversed(plan_lines) for called in (line.id, line.name, *line.names)}
    if near := difflib.get_close_matches(key[:200], list(words), n=1):
        line = words[near[0]]
        raise NoSuchFigure(f"There is no campaign or activity {shown(word)}; the nearest is {line.id} ({line.name}).")
    there = ", ".join(line.id for line in plan_lines) or "none"
    raise NoSuchFigure(f"There is no campaign or activity {shown(word)}; there are: {there}.")
