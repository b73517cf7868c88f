"""What somebody has to look at before a campaign's figures go to a donor; where there is nothing, it is ready."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

import polars as pl

from connectors.contract import METRICS
from warehouse.evidence.undated_files import UndatedFile
from warehouse.figures.unplanned import UnplannedPage
from warehouse.publish.report.attendances import Finding, event_name
from warehouse.publish.report.language import number
from warehouse.publish.report.wording import Texts, short
from warehouse.readings.latest import POST, day_starts
from warehouse.texts import in_toml

Row = Mapping[str, Any]

_ITEMS = 8
"""The most cases that are named; the text says how many there are."""
_ORDERS = '"day first" / "month first"'


@dataclass(frozen=True)
class Check:
    """Something to look at: what kind it is, what it says, and the cases.

    ``codes`` are what whoever edits the plan or the settings types: pages show them apart from all else.
    """

    kind: str
    text: str
    items: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()


class Some(NamedTuple):
    """The first of the rows that are named, and how many there are."""

    rows: Sequence[Row]
    number: int


@dataclass(frozen=True)
class Cases:
    """What has to be looked at of a campaign, by its row of ``campaign_totals``, before a language tells it.

    ``old`` are rows of ``account_totals``, ``near`` of ``unattributed_posts``, ``doubles`` of ``possible_doubles``;
    ``unknown`` says why figures are not known, ``moved`` which posts the other order of day and month would move, and
    ``read_later`` which were first read after the day. A page is old that was last read before ``wanted_since``.
    """

    campaign: Row
    unplanned: Sequence[UnplannedPage]
    undated: Sequence[UndatedFile]
    old: Some
    near: Some
    doubles: Some
    unknown: Sequence[Row]
    moved: Some
    missing: Some
    read_later: Some
    attendances: Sequence[Finding]
    wanted_since: date
    is_asked: bool


def cases_of(
    campaign: Row, tables: Mapping[str, pl.DataFrame], posts: pl.DataFrame, unknown: pl.DataFrame,
    unplanned: Sequence[UnplannedPage], undated: Sequence[UndatedFile], moved: pl.DataFrame, missing: pl.DataFrame,
    read_later: pl.DataFrame, attendances: Sequence[Finding], wanted_since: date, *, is_asked: bool,
) -> Cases:  # fmt: skip
    """What of a campaign has to be looked at before it is reported on.

    Args:
        campaign: its row of ``campaign_totals``.
        tables: the published tables by name.
        posts: the rows of ``post_totals`` that count in it.
        unknown: ``campaign_id, metric, reason, posts``, why figures are not known.
        unplanned: the pages that the plan does not know, or knows elsewhere.
        undated: files with its posts of which the day is not known.
        moved: the posts that the other order of day and month would move, as :class:`warehouse.day.Day` has them, with
            the ``path`` of their document.
        missing: days of its websites that nothing holds (:func:`warehouse.readings.missing_days.counting`).
        read_later: posts of campaigns that were first read after the day (:func:`warehouse.evidence.read_later.posts`).
        attendances: events whose numbers contradict each other.
        wanted_since: the first day on which a reading is new enough.
        is_asked: whether somebody is asked for newer ones.
    """
    campaign_id = campaign["campaign_id"]
    last = day_starts(wanted_since, tables["about"]["timezone"].item())
    is_here, accounts = pl.col("campaign_id") == campaign_id, tables["account_totals"]
    old = accounts.filter(is_here & (pl.col("posts") > 0) & (pl.col("read_to") < last)).sort("read_to")
    is_near = pl.col("nearest").str.starts_with(f"{campaign_id}, rule ").fill_null(False)
    near = tables["unattributed_posts"].select("text", "post_id", "nearest").filter(is_near)
    doubles = tables["possible_doubles"]
    if doubles.height:
        doubles = doubles.join(posts, on=POST, how="semi", maintain_order="left")
    return Cases(
        campaign,
        [page for page in unplanned if campaign_id in page.counting],
        undated, _some(old), _some(near), _some(doubles),
        unknown.filter(is_here).sort("posts", descending=True, maintain_order=True).rows(named=True),
        _some(moved.filter(is_here) if moved.height else moved), _some(missing),
        _some(read_later.filter(is_here)), attendances, wanted_since, is_asked,
    )  # fmt: skip


def _some(frame: pl.DataFrame) -> Some:
    return Some(frame.head(_ITEMS).rows(named=True), frame.height)


def of_campaign(cases: Cases, contacts: Mapping[str, str], texts: Texts) -> list[Check]:
    """What has to be looked at before a campaign is reported on, in a language; ``contacts`` says whom to ask."""
    return [
        *_unplanned(cases, texts),
        *_dates(cases.moved, texts),
        *_read_later(cases, texts),
        *_old(cases, contacts, texts),
        *_undated(cases.undated, texts),
        *_missing(cases.missing, texts),
        *_near(cases.near, texts),
        *_unknown(cases.unknown, texts),
        *_counts(cases.campaign, texts),
        *_doubles(cases.doubles, texts),
        *_attendances(cases.attendances, texts),
        *_definitions(cases.campaign, texts),
    ]


def _read_later(cases: Cases, texts: Texts) -> Iterator[Check]:
    """Posts that were first read after the day, with what they have since: nothing of them is in the figures."""
    items = [
        texts(
            "check_later_item" if row["views"] is not None else "check_later_unknown_item",
            post=_post(row, texts),
            views="" if row["views"] is None else number(row["views"]),
            day=texts.day_of(row["last_read_at"]),
        )
        for row in cases.read_later.rows
    ]
    if items:
        says = texts("check_later_says", number=number(cases.read_later.number), day=texts.day(cases.campaign["as_of"]))
        yield Check("later", says, tuple(items))


def _old(cases: Cases, contacts: Mapping[str, str], texts: Texts) -> Iterator[Check]:
    """Pages whose last reading is too old for the figures, and whom to ask, unless nobody is asked any more."""
    items = []
    for row in cases.old.rows:
        who = contacts.get(row["organisation"] or "") or row["organisation"] or texts("whoever_has_it")
        item = "check_old_item" if cases.is_asked else "check_old_unasked_item"
        items.append(texts(item, account=texts.account(row), day=texts.day_of(row["read_to"]), who=who))
    if items:
        says = texts("check_old_says", number=number(cases.old.number), day=texts.day(cases.wanted_since))
        yield Check("old", says, tuple(items))


def _unplanned(cases: Cases, texts: Texts) -> Iterator[Check]:
    """Pages whose posts count in the campaign, and that the plan does not know or gives to somebody else."""
    items = [
        texts(
            "check_unplanned_known_item" if page.organisation else "check_unplanned_item",
            page=f"{page.account_name} ({texts.platform(page.platform)})", path=page.path,
            number=number(page.counting[cases.campaign["campaign_id"]]), posts=number(page.posts),
            organisation=page.organisation or "", folder=page.folder or "",
        )
        for page in cases.unplanned[:_ITEMS]
    ]  # fmt: skip
    if items:
        codes = (
            f"[[account]] id = {page.id_in_toml}, organisation = {in_toml(page.folder or '…')} / not_ours = true"
            for page in cases.unplanned[:_ITEMS]
            if not page.organisation
        )
        says = texts("check_unplanned_says", number=number(len(cases.unplanned)))
        yield Check("unplanned", says, tuple(items), tuple(codes))


def _undated(undated: Sequence[UndatedFile], texts: Texts) -> Iterator[Check]:
    """Every file of which the day is not known, with what says it: a day may move a figure into another quarter."""
    if undated:
        items = (
            texts(
                "check_undated_item", path=file.path, end=texts.day(file.range_ends),
                written=texts.day(file.written_on),
            )
            for file in undated
        )  # fmt: skip
        commands = (file.command for file in undated)
        yield Check("undated", texts("check_undated_says", number=number(len(undated))), tuple(items), tuple(commands))


def _missing(missing: Some, texts: Texts) -> Iterator[Check]:
    """Days of websites that no file and no answer holds: the figures of their pages are at least."""
    items = [
        texts(
            "check_missing_item",
            site=row["account_id"],
            first=texts.day(row["first_day"]),
            last=texts.day(row["last_day"]),
        )
        for row in missing.rows
    ]
    if items:
        yield Check("missing", texts("check_missing_says", number=number(missing.number)), tuple(items))


def _dates(moved: Some, texts: Texts) -> Iterator[Check]:
    """Posts of documents whose order of day and month is assumed, and which the other order would move."""
    items = [
        texts(
            "check_dates_out_item" if row["is_taken"] else "check_dates_in_item",
            post=_post(row, texts),
            day=texts.day_of(row["published_at"]),
            other=texts.day_of(row["published_other_at"]),
            path=row["path"],
        )
        for row in moved.rows
    ]
    if items:
        sections = dict.fromkeys(f"[{row['connector']}] date_order = {_ORDERS}" for row in moved.rows)
        yield Check("dates", texts("check_dates_says", number=number(moved.number)), tuple(items), tuple(sections))


def _near(near: Some, texts: Texts) -> Iterator[Check]:
    """Posts that no campaign took, and that lack little for this one."""
    items = [f"{_post(row, texts)}: {texts.told(row['nearest'])}" for row in near.rows]
    if items:
        yield Check("near", texts("check_near_says", number=number(near.number)), tuple(items))


def _unknown(unknown: Sequence[Row], texts: Texts) -> Iterator[Check]:
    """Figures that are not known of some posts, or of none though their platform tells them, with the reason."""
    wanted = [metric.name for metric in METRICS if metric.is_headline or metric.name == "reach"]
    items = [
        texts(
            "check_unknown_item",
            metric=texts.metric(metric),
            number=number(row["posts"]),
            why=texts.told(row["reason"]) or "",
        )
        for metric in wanted
        for row in unknown
        if row["metric"] == metric
    ]
    if items:
        yield Check("unknown", texts("check_unknown_says"), tuple(items))


def _counts(campaign: Row, texts: Texts) -> Iterator[Check]:
    for kind, column in (("approximate", "approximate"), ("typed", "entered"), ("gone", "posts_gone")):
        if campaign[column]:
            yield Check(
                kind, texts(f"check_{kind}_says", number=number(campaign[column]), posts=number(campaign["posts"]))
            )


def _doubles(doubles: Some, texts: Texts) -> Iterator[Check]:
    items = [f"{_post(row, texts)}, {texts.account(row)}: {texts.told(row['why'])}" for row in doubles.rows]
    if items:
        says = texts("check_doubles_says", number=number(doubles.number))
        yield Check("doubles", says, tuple(items), tuple(map(_same, doubles.rows)))


def _attendances(contradictory: Sequence[Finding], texts: Texts) -> Iterator[Check]:
    """Events whose numbers cannot all be right: whoever keeps the log knows which one is wrong."""
    items = [
        texts(
            f"check_attendance_{finding.kind}_item",
            event=event_name(texts, finding.event),
            part=texts.metric(finding.part),
            told=texts("not_known") if finding.told is None else number(finding.told),
            total=number(finding.total or 0),
        )
        for finding in contradictory[:_ITEMS]
    ]
    if items:
        yield Check("attendance", texts("check_attendance_says", number=number(len(contradictory))), tuple(items))


def _same(row: Row) -> str:
    """What the plan says where a post and the one that it may be are one."""
    platform, other = row["platform"], row["other_post_id"]
    posts = (in_toml(f"{platform}:{post_id}") if post_id else '"…"' for post_id in (row["post_id"], other))
    return f"[[same]] posts = [{', '.join(posts)}]"


def _post(row: Row, texts: Texts) -> str:
    """What a post is called: by its text."""
    return short(row["text"], 60) or texts("no_text")


def _definitions(campaign: Row, texts: Texts) -> Iterator[Check]:
    if campaign["definition_changes"]:
        items = tuple(texts.told(text) or "" for text in (campaign["definitions"] or "").split("; "))
        yield Check("definitions", texts("check_definitions_says", number=number(len(items))), items)
