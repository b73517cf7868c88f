"""What the parts of a plan must say of each other: ids, references, stages, days, indicators.

Checks read the file's own tables, so that one mistake does not hide the others. A value that was found
faulty by itself is None in them, and nothing more is said of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from warehouse.figure_words import figure_named, nearest_figure
from warehouse.measures import ADD_UP, NAMEABLE
from warehouse.plan.donor_definitions import shipped
from warehouse.plan.lines import Path
from warehouse.plan.mistakes import NAMED_BY, Finding, Row, nearest, owner_of, shown
from warehouse.texts import match_key

Tables = Mapping[str, Sequence[Row]]

_REFERENCES = (
    ("campaign", "activity", "activity"),
    ("asset", "campaign", "campaign"),
    ("account", "organisation", "organisation"),
    ("printed", "report", "report"),
    ("printed", "campaign", "campaign"),
)


def repeated_ids(tables: Tables) -> Iterator[Finding]:
    """An id that stands twice in its section; an asset's may stand once in each campaign."""
    for section, rows in tables.items():
        key = NAMED_BY.get(section, "id")
        seen: set[tuple[object, ...]] = set()
        for index, row in enumerate(rows):
            name = row[key].upper() if section == "rate" and row.get(key) else row.get(key)
            identity = (name, row.get("campaign") if section == "asset" else None)
            if row.get(key) and identity in seen:
                owner = owner_of((section, index), tables)
                yield (section, index, key), f"{owner} stands twice; give one of them another {key}, or take it out"
            seen.add(identity)


def unknown_references(tables: Tables) -> Iterator[Finding]:
    """A table that names another one which is not there."""
    for section, key, target in _REFERENCES:
        ids = _ids(tables, target)
        for index, row in enumerate(tables[section]):
            if row.get(key) and row[key] not in ids:
                yield (section, index, key), not_there(owner_of((section, index), tables), target, row[key], ids)


def renamed(tables: Tables) -> Iterator[Finding]:
    """An id of before that is a campaign's now, or that two campaigns had."""
    seen: dict[str, int] = {}
    ids = _ids(tables, "campaign")
    for index, row in enumerate(tables["campaign"]):
        written = row.get("renamed") or ()
        for old in (written,) if isinstance(written, str) else written:
            owner = owner_of(("campaign", index), tables)
            if old in ids:
                sentence = (
                    f"{owner} was called {shown(old)} before, which is a campaign of the plan; take one of them out"
                )
                yield ("campaign", index, "renamed"), sentence
            elif seen.setdefault(old, index) != index:
                other = owner_of(("campaign", seen[old]), tables)
                yield ("campaign", index, "renamed"), f"{owner} and {other} both were called {shown(old)}; take one out"


def misspelt_framework(tables: Tables) -> Iterator[Finding]:
    """An output or objective that is only named stands for itself, unless it is another one but for its spelling."""
    for section, key in (("activity", "output"), ("output", "objective")):
        name_by_letters = {_letters(name): name for name in _ids(tables, key)}
        for index, row in enumerate(tables[section]):
            right = name_by_letters.get(_letters(row.get(key) or ""))
            if right and right != row[key]:
                owner = owner_of((section, index), tables)
                yield (section, index, key), f"{owner} names the {key} {shown(row[key])}; write it as {shown(right)}"


def days_in_order(tables: Tables) -> Iterator[Finding]:
    """An end before its start."""
    spans: list[tuple[Path, Row, str, str]] = [(("project",), row, "starts", "ends") for row in tables["project"]]
    for index, campaign in enumerate(tables["campaign"]):
        spans.append((("campaign", index), campaign, "starts", "ends"))
        for number, figure in enumerate(campaign.get("account_figures") or ()):
            spans.append((("campaign", index, "account_figures", number), figure, "from", "to"))
    for row in tables["project"]:
        if row.get("report_by") and not row.get("ends"):
            yield ("project", "report_by"), "the project has report_by, but no last day: add ends, or take it out"
        spans.append((("project",), row, "ends", "report_by"))
    for path, row, first, last in spans:
        start, end = row.get(first), row.get(last)
        if start and end and end < start:
            owner = owner_of(path, tables)
            yield (*path, last), f"{owner} has {last} = {end}, before {first} = {start}; correct one of them"


def scopes(tables: Tables) -> Iterator[Finding]:
    """A scope of a figure that adds up: only of unique accounts it matters what else they saw."""
    for index, campaign in enumerate(tables["campaign"]):
        for number, figure in enumerate(campaign.get("account_figures") or ()):
            if figure.get("scope") and figure.get("metric") and figure["metric"] != "reach":
                path: Path = ("campaign", index, "account_figures", number)
                sentence = f"{owner_of(path, tables)} has a scope, but its metric is {shown(figure['metric'])}"
                yield (*path, "scope"), f"{sentence}; only reach has one: take it out"


def stages(tables: Tables) -> Iterator[Finding]:
    """A stage that its campaign does not have, or has twice."""
    stages_of = {row.get("id"): row.get("stages", []) for row in tables["campaign"] if row.get("id")}
    for index, row in enumerate(tables["campaign"]):
        owner, stages = owner_of(("campaign", index), tables), row.get("stages", [])
        if stages is None:
            continue
        for number, stage in enumerate(stages):
            if stage in stages[:number]:
                yield ("campaign", index, "stages", number), f"{owner} has the stage {shown(stage)} twice; take one out"
        for stage in row.get("counted") or ():
            if stage not in stages:
                sentence = f"{owner} counts {shown(stage)}, which is not one of its stages"
                yield ("campaign", index, "counted", stage), f"{sentence}; {nearest(stage, stages, 'add it to stages')}"
    for index, row in enumerate(tables["asset"]):
        stage, stages = row.get("stage"), stages_of.get(row.get("campaign"))
        if stage and stages is not None and stage not in stages:
            owner, hint = owner_of(("asset", index), tables), nearest(stage, stages, "add it to the campaign's stages")
            sentence = f"{owner} names the stage {shown(stage)}, which campaign {shown(row['campaign'])} does not have"
            yield ("asset", index, "stage"), f"{sentence}; {hint}"


def account_names(tables: Tables) -> Iterator[Finding]:
    """A name that two accounts of one platform go by."""
    seen: dict[tuple[str, str], str] = {}
    for index, row in enumerate(tables["account"]):
        if not row.get("id"):
            continue
        platform, _, account_id = row["id"].partition(":")
        names: list[tuple[Path, str]] = [(("account", index, "id"), account_id)]
        names += [(("account", index, "also", i), name) for i, name in enumerate(row.get("also") or ())]
        for path, name in names:
            other = seen.setdefault((platform, match_key(name)), row["id"])
            if other != row["id"]:
                sentence = f"{shown(name)} names two accounts, {shown(other)} and {shown(row['id'])}"
                yield path, f"{sentence}; take it out of one of them, and write an id where you mean that account"


def posts(tables: Tables) -> Iterator[Finding]:
    """A post that stands in two assets, and a ``[[same]]`` that joins nothing."""
    seen: dict[str, int] = {}
    for index, row in enumerate(tables["asset"]):
        for number, post in enumerate(row.get("posts") or ()):
            other = seen.setdefault(post, index)
            if other != index:
                first, second = owner_of(("asset", other), tables), owner_of(("asset", index), tables)
                sentence = f"{second} and {first} both have {shown(post)}; take it out of one of them"
                yield ("asset", index, "posts", number), sentence
    for index, row in enumerate(tables["same"]):
        if row.get("posts") is not None and len(set(row["posts"])) < 2:
            owner = owner_of(("same", index), tables)
            yield ("same", index, "posts"), f"{owner} must name two or more posts, those that are one; add the others"


def indicators(tables: Tables) -> Iterator[Finding]:
    """An indicator whose figure can't be found: no such part of the plan, no such column, nothing by hand."""
    for index, row in enumerate(tables["indicator"]):
        path, owner = ("indicator", index), owner_of(("indicator", index), tables)
        if "metric" not in row:
            for key in ("actual", "source"):
                if key not in row:
                    yield path, f"{owner} has no metric: enter its figure by hand, as {key}"
        else:
            if "actual" in row:
                yield (*path, "actual"), f"{owner} has both a metric and a figure by hand; take out metric or actual"
            if "of" not in row:
                yield path, f'{owner} does not say of what: give it of, such as "project", "activity:…" or "campaign:…"'
        subject = row.get("of") or "project"
        kind, _, name = subject.partition(":")
        if kind in ("activity", "campaign") and name:
            ids = _ids(tables, kind)
            if name not in ids:
                yield (*path, "of"), not_there(owner, kind, name, ids)
                continue
        elif subject != "project":
            sentence = f"{owner} is of {shown(subject)}, which is no part of the plan"
            yield (*path, "of"), f'{sentence}; write "project", or activity: or campaign: with an id behind it'
            continue
        member = {"activity": "activity", "campaign": "id"}.get(kind)
        within = [c for c in tables["campaign"] if member is None or c.get(member) in (name, None)]
        yield from _figure((*path, "metric"), owner, row, within)


def definitions(tables: Tables) -> Iterator[Finding]:
    """An indicator whose definition is not there, or excludes its metric; a figure to exclude that is none."""
    by_id = {**shipped(), **{row["id"]: row for row in tables["definition"] if row.get("id")}}
    for index, row in enumerate(tables["definition"]):
        for key, verb, columns, is_none in (
            ("excludes", "excludes", NAMEABLE, "is no column"),
            ("parts", "asks for the part", sorted(ADD_UP), "is no column that adds up"),
        ):
            for name in row.get(key) or ():
                if figure_named(name, columns) is None:
                    near = nearest_figure(name, columns)
                    hint = f"; the nearest is {shown(near)}" if near else ""
                    owner = owner_of(("definition", index), tables)
                    yield ("definition", index, key), f"{owner} {verb} {shown(name)}, which {is_none}{hint}"
    for index, row in enumerate(tables["indicator"]):
        path, owner, name = ("indicator", index), owner_of(("indicator", index), tables), row.get("definition")
        if not name:
            continue
        if name not in by_id:
            yield (*path, "definition"), not_there(owner, "definition", name, tuple(by_id))
            continue
        excluded = {figure_named(column, NAMEABLE) for column in by_id[name].get("excludes") or ()}
        if row.get("metric") in excluded - {None}:
            told = " ".join(filter(None, (by_id[name].get("clause"), _told_at(by_id[name].get("source")))))
            sentence = f"{owner} names the metric {shown(row['metric'])}, which its definition {shown(name)} excludes"
            counts = f"it counts {by_id[name].get('counts')}"
            yield (*path, "metric"), f"{sentence}: {told or counts}; {counts}. Take another metric, or enter it by hand"


def _told_at(source: str | None) -> str:
    return f"({source})" if source else ""


def printed(tables: Tables) -> Iterator[Finding]:
    """A printed figure of a column that the totals do not have."""
    for index, row in enumerate(tables["printed"]):
        within = [c for c in tables["campaign"] if c.get("id") in (row.get("campaign"), None)]
        yield from _figure(("printed", index, "metric"), owner_of(("printed", index), tables), row, within)


CHECKS = (
    repeated_ids,
    unknown_references,
    renamed,
    misspelt_framework,
    days_in_order,
    scopes,
    stages,
    account_names,
    posts,
    indicators,
    definitions,
    printed,
)


_NEVER_TOTALS = {"audience": "its organiser's own estimate", "peak_viewers": "the most of one live video"}
"""Metrics of single posts that no total has, and what each of their figures is."""


def _figure(path: Path, owner: str, row: Row, campaigns: Sequence[Row]) -> Iterator[Finding]:
    metric = row.get("metric")
    lists = [campaign.get("stages", []) for campaign in campaigns]
    columns = (*NAMEABLE, *dict.fromkeys(stage for stages in lists for stage in stages or ()))
    if not metric or figure_named(metric, columns) or None in lists:
        return
    if metric in _NEVER_TOTALS:
        hint = f"each is {_NEVER_TOTALS[metric]}, never added up; enter it by hand, with actual and source"
    else:
        near = nearest_figure(metric, columns)
        others = "it may be views, reach, engagements, another column of the totals, or a stage"
        hint = f"the nearest is {shown(near)}" if near else others
    yield path, f"{owner} names the metric {shown(metric)}, which is not a column of the totals; {hint}"


def _ids(tables: Tables, section: str) -> list[str]:
    key = NAMED_BY.get(section, "id")
    return [row[key] for row in tables[section] if row.get(key)]


def not_there(owner: str, section: str, name: str, ids: Sequence[str]) -> str:
    """What is said of a name that names nothing in the plan."""
    key = NAMED_BY.get(section, "id")
    hint = nearest(name, ids, f"add {'an' if section[0] in 'aeiou' else 'a'} {section} with this {key}")
    old = f", or write renamed = {shown(name)} into the campaign that had this id" if section == "campaign" else ""
    return f"{owner} names the {section} {shown(name)}, which is not in the plan; {hint}{old}"


def _letters(name: str) -> str:
    return "".join(match_key(name).split()).rstrip(".")
