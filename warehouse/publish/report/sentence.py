"""A campaign's figures as a line to paste into a report.

Only published tables are read. Every number in a line is one of theirs, or a count of their rows. Nothing is rounded or
estimated here. Reach is told by its bounds. What is not known is said to be not known.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from connectors.contract import OUTREACH_KINDS
from connectors.platform import Platforms
from warehouse.figure_words import NoSuchFigure
from warehouse.publish.report import attendances
from warehouse.publish.report.language import NO_NOUNS, Nouns, Writer, form, number, plain, platform_label
from warehouse.publish.report.subject import Row, Subject, Tables, kinds_of, posts_of, stages_told, subject_of
from warehouse.reach.bounds import upper_as_told
from warehouse.readings.latest import IS_OUTREACH, day_at

READS: Mapping[str, tuple[str, ...]] = {
    "about": ("timezone",),
    "campaign_totals": (),
    "stage_totals": (),
    "kind_totals": ("campaign_id", "kind", "posts", "outreach", "events", "participants"),
    "asset_totals": ("campaign_id", "asset_id", "stage", "posts"),
    "post_totals": ("platform", "kind", "asset_id", "campaign_ids", "figures_read_from", "rounded"),
    "definition_changes": ("platform", "metric", "since"),
}
"""The tables and their columns that :func:`sentence` reads; an empty tuple stands for all columns."""

_FIGURES = ("views", "shares", "comments", "likes")


def sentence(
    tables: Tables,
    campaign_id: str,
    language: str,
    platforms: Platforms,
    nouns: Nouns = NO_NOUNS,
) -> str:
    """A campaign's figures in a donor's style, and what has to be known beside them, a sentence each.

    The figures are those of the campaign's staged assets where posts show them, else of all of its posts.

    Args:
        tables: the published tables by name, with the columns in :data:`READS` at least.
        language: one of :data:`warehouse.publish.report.language.LANGUAGES`.
        platforms: what platforms are called in it, and which have nothing but likes.
        nouns: the plan's for the campaign's assets and events (:func:`warehouse.publish.report.plan_names.nouns`).

    Raises:
        NoSuchFigure: no such campaign is published; the message says which are.
    """
    campaigns = tables["campaign_totals"]
    if campaign_id not in campaigns["campaign_id"]:
        existing_ids = ", ".join(campaigns["campaign_id"]) or "none"
        raise NoSuchFigure(f"There is no campaign {campaign_id} in what is published; there are: {existing_ids}.")
    posts = posts_of(tables["post_totals"].select(READS["post_totals"]), campaign_id)
    return sentence_of(of_campaign(tables, campaign_id, posts), language, platforms, nouns)


def of_campaign(tables: Tables, campaign_id: str, posts: pl.DataFrame) -> Tables:
    """Of published tables the rows of a campaign, which its line is told of in whichever language.

    ``posts`` are the rows of ``post_totals`` that count in it.
    """
    is_here = pl.col("campaign_id") == campaign_id
    of_groups = ("campaign_totals", "stage_totals", "kind_totals", "asset_totals")
    return {
        **{name: tables[name].filter(is_here) for name in of_groups},
        **{name: tables[name] for name in ("about", "definition_changes")},
        "post_totals": posts.select(READS["post_totals"]).filter(~IS_OUTREACH),
    }


def sentence_of(tables: Tables, language: str, platforms: Platforms, nouns: Nouns = NO_NOUNS) -> str:
    """:func:`sentence` of the tables that :func:`of_campaign` gives."""
    campaign = tables["campaign_totals"].row(0, named=True)
    writer = Writer(language, nouns)
    of_events = attendances.kinds_of_events(tables["kind_totals"])
    events = attendances.in_words(writer, campaign, of_events)
    kinds = tables["kind_totals"].filter(~pl.col("kind").is_in(list(of_events)).fill_null(False))
    outreach = kinds_of(kinds, "outreach", lambda kind: kind if kind in OUTREACH_KINDS else "other")
    head = {"date": writer.day(campaign["as_of"])}
    if campaign["posts"]:
        zone = tables["about"]["timezone"].item()
        subject = subject_of(writer, campaign, tables)
        sentences = [
            *_figures(writer, subject, head, zone, platforms),
            *_notes(writer, subject, campaign, tables["definition_changes"], platforms),
        ]
    elif outreach:
        sentences = [writer.say("outreach_only", outreach=writer.counts(outreach), **head)]
    elif events:
        sentences = [writer.say("outreach_only", outreach=events, **head)]
    else:
        sentences = [writer.say("nothing", campaign=plain(campaign["campaign_name"]), **head)]
    stages = stages_told(writer, tables)
    also = writer.say("outreach", outreach=writer.counts(outreach)) if outreach and campaign["posts"] else ""
    is_beside = events and (outreach or campaign["posts"])
    people = writer.plural("events", campaign["events"], events=events) if is_beside else ""
    visits = "" if campaign["visits"] is None else writer.plural("visits", campaign["visits"])
    return " ".join(part for part in (sentences[0], stages, also, people, visits, *sentences[1:]) if part)


def of_project(tables: Tables, language: str, platforms: Platforms) -> str:
    """The figures of all campaigns together as a line: each post counts once in it.

    Args:
        tables: the published tables, with ``project_totals`` and those of :data:`READS`.
        language: one of :data:`warehouse.publish.report.language.LANGUAGES`.
        platforms: what platforms are called in it, and which have nothing but likes.
    """
    row = tables["project_totals"].row(0, named=True)
    return _of_campaigns(tables, row, tables["campaign_totals"], language, platforms)


def of_activity(tables: Tables, activity_id: str, language: str, platforms: Platforms) -> str:
    """The figures of an activity's campaigns together as a line: each post counts once in it.

    The arguments are those of :func:`of_project`, with ``activity_totals`` in place of ``project_totals``.
    """
    is_here = pl.col("activity_id") == activity_id
    row = tables["activity_totals"].filter(is_here).row(0, named=True)
    return _of_campaigns(tables, row, tables["campaign_totals"].filter(is_here), language, platforms)


def _of_campaigns(tables: Tables, row: Row, campaigns: pl.DataFrame, language: str, platforms: Platforms) -> str:
    """The line of a row of totals over some campaigns."""
    writer = Writer(language)
    head = {"date": writer.day(row["as_of"])}
    ids = set(campaigns["campaign_id"])
    of_campaigns = tables["kind_totals"].filter(pl.col("campaign_id").is_in(list(ids)))
    events = attendances.in_words(writer, row, attendances.kinds_of_events(of_campaigns))
    if not row["posts"]:
        return (
            writer.plural("events_only", row["events"], events=events, **head)
            if events
            else writer.say("nothing_at_all", **head)
        )
    all_posts = tables["post_totals"].select(READS["post_totals"]).filter(~IS_OUTREACH)
    counting = [one for one in all_posts["campaign_ids"].unique().drop_nulls() if ids & set(one.split(";"))]
    posts = all_posts.filter(pl.col("campaign_ids").is_in(counting))
    name = writer.say(
        "of_campaigns",
        posts=writer.plural("all_posts", row["posts"]),
        campaigns=writer.count("campaign", campaigns.filter(pl.col("posts") > 0).height),
    )
    subject = Subject(row, posts, name, row["posts"])
    figures = _figures(writer, subject, head, tables["about"]["timezone"].item(), platforms)
    return " ".join([*figures, *([writer.plural("events", row["events"], events=events)] if events else [])])


def _figures(writer: Writer, subject: Subject, head: Mapping[str, str], zone: str, platforms: Platforms) -> list[str]:
    """The line itself, and a sentence of what is not known."""
    row = subject.row
    told = [_figure(writer, subject, metric, platforms) for metric in _told(row)]
    reach = _reach(writer, row, zone)
    parts = dict(head) | {"subject": subject.name}
    if not told and not reach:
        return [writer.say("no_figures", **parts)]
    parts |= {
        "have": form(writer.words["have"], subject.count, writer.locale),
        "figures": writer.list(told),
        "reach": reach,
        "read": _read(writer, subject, zone),
    }
    pattern = "full" if told and reach else "figures_only" if told else "reach_only"
    unknown = [writer.words["names"][_word(subject, m, platforms)] for m in _FIGURES if row[m] is None]
    if not reach:
        unknown.append(writer.words["names"]["reach"])
    missing = [_capital(writer.say("unknown", list=writer.list(unknown)))] if unknown else []
    return [writer.say(pattern, **parts), *missing]


def _told(row: Row) -> list[str]:
    """The metrics that are known; the older impressions only where there are no views."""
    shown = ("impressions", *_FIGURES) if row["views"] is None else _FIGURES
    return [metric for metric in shown if row[metric] is not None]


def _word(subject: Subject, metric: str, platforms: Platforms) -> str:
    """Likes are reactions where one of the platforms has several kinds of them."""
    has_only_likes = set(subject.posts["platform"].unique()) <= set(platforms.with_only_likes)
    return metric if metric != "likes" or has_only_likes else "reactions"


def _figure(writer: Writer, subject: Subject, metric: str, platforms: Platforms) -> str:
    row = subject.row
    value, posts_known, posts = row[metric], row[f"{metric}_known"], row["posts"]
    is_rounded = any(metric in rounded.split(";") for rounded in subject.posts["rounded"].unique().drop_nulls())
    is_part = posts_known < posts or bool(row.get("in_part"))
    hedge = ("at_least_about" if is_rounded else "at_least") if is_part else "about" if is_rounded else None
    text = writer.say(hedge, number=number(value)) if hedge else number(value)
    told = form(writer.words["figures"][_word(subject, metric, platforms)], value, writer.locale).format(number=text)
    if posts_known == posts:
        return told
    return told + writer.say("known", known=number(posts_known), posts=writer.count("post", posts))


def _reach(writer: Writer, row: Row, zone: str) -> str:
    """What is proven of the accounts: they are never added up."""
    newest = None if row["read_to"] is None else day_at(row["read_to"], zone)
    least, (most, then) = row["reach_at_least"], upper_as_told(row, newest)

    def accounts(count: int) -> str:
        return form(writer.words["figures"]["accounts"], count, writer.locale).format(number=number(count))

    if least is None:
        told = "" if most is None else writer.say("accounts_at_most", most=accounts(most))
    elif most is None:
        told = writer.say("accounts_at_least", least=accounts(least))
    elif least == most:
        told = accounts(least)
    else:
        told = writer.say("accounts_between", least=accounts(least), most=number(most))
    if then is None or least is None:
        return told
    return writer.say("accounts_then", bounds=told, day=writer.day(row["reach_on"]), most=number(then))


def _read(writer: Writer, subject: Subject, zone: str) -> str:
    """When the figures were read; empty where all were read on the day that they are as of."""
    row, as_of = subject.row, subject.row["as_of"]
    with_impressions = "impressions" in _told(row)
    oldest = row["read_from"] if with_impressions else subject.posts.select(pl.col("figures_read_from").min()).item()
    newest = max((at for at in (row["read_to"], row["read_until"]) if at), default=None)
    if oldest is None or newest is None:
        return ""
    start, end = day_at(oldest, zone), day_at(newest, zone)
    if start >= as_of and row["read_until"] is None:
        return ""
    is_this_year = start.year == end.year == as_of.year
    last = writer.day(end, with_year=not is_this_year)
    if start == end:
        return writer.say("read_on", day=last)
    first = writer.day(start, with_year=start.year != end.year)
    return writer.say("read_between", start=first, end=last)


def _notes(writer: Writer, subject: Subject, campaign: Row, changes: pl.DataFrame, platforms: Platforms) -> list[str]:
    """What a reader has to know of the figures, a sentence each."""
    row, sentences = subject.row, []
    posts = writer.count("post", row["posts"])
    if row["entered"]:
        sentences.append(writer.say("entered", number=number(row["entered"]), posts=posts))
    if row["posts_gone"]:
        sentences.append(writer.plural("gone", row["posts_gone"], posts=posts))
    if campaign["posts"] > row["posts"]:
        sentences.append(writer.plural("others", campaign["posts"] - row["posts"]))
    spanned = (row["definitions"] or "").split("; ")
    told = {*_told(row), *(["reach"] if row["reach_at_least"] is not None or row["reach_at_most"] is not None else [])}
    for change in changes.sort("platform", "metric", "since").iter_rows(named=True):
        start = f"{change['platform']} {change['metric']} since {change['since']}: "
        if change["metric"] in told and any(definition.startswith(start) for definition in spanned):
            metric = writer.words["names"][_word(subject, change["metric"], platforms)]
            platform = platform_label(platforms, change["platform"], writer.language)
            sentences.append(writer.say("changed", metric=metric, platform=platform, date=writer.day(change["since"])))
    return sentences


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
