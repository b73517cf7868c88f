"""Whose figures a sentence tells, and what they are called."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from warehouse.publish.report.language import Writer, form, listed, number, plain, words

Tables = Mapping[str, pl.DataFrame]
Row = Mapping[str, Any]

_VIDEOS = {"video", "short"}
_NOUN = {"short": "video", None: "post"}


def posts_of(posts: pl.DataFrame, campaign_id: str) -> pl.DataFrame:
    """The rows of published posts that count in a campaign."""
    return _posts_by_campaign(posts)(campaign_id)


def by_campaign(tables: Tables) -> Callable[[str], Tables]:
    """A function from a campaign's id to published tables with its rows only; those that name no campaign stay whole.

    Each table is looked through once for all campaigns. Of ``post_totals`` a campaign has the posts that count in it.
    """
    parts = {
        name: {key: part for (key,), part in table.partition_by("campaign_id", as_dict=True).items()}
        for name, table in tables.items()
        if "campaign_id" in table.columns
    }
    of_posts = _posts_by_campaign(tables["post_totals"])

    def of_campaign(campaign_id: str) -> Tables:
        cut = {name: of_table.get(campaign_id, tables[name].clear()) for name, of_table in parts.items()}
        return {**tables, **cut, "post_totals": of_posts(campaign_id)}

    return of_campaign


def _posts_by_campaign(posts: pl.DataFrame) -> Callable[[str], pl.DataFrame]:
    """A function from a campaign's id to its rows; all are looked through once, and of few different texts of ids."""
    together = posts.select("campaign_ids").with_row_index("place").drop_nulls()
    places: dict[str, list[pl.Series]] = {}
    for ids, of_text in zip(*together.group_by("campaign_ids").agg("place"), strict=True):
        for campaign_id in ids.split(";"):
            places.setdefault(campaign_id, []).append(of_text)

    def of_campaign(campaign_id: str) -> pl.DataFrame:
        return posts[pl.concat(places[campaign_id]).sort()] if campaign_id in places else posts.clear()

    return of_campaign


@dataclass(frozen=True)
class Subject:
    """Whose figures are told: its row of totals, its posts, and what it is called."""

    row: Row
    posts: pl.DataFrame
    name: str
    count: int


def subject_of(writer: Writer, campaign: Row, tables: Tables) -> Subject:
    """The assets of a stage that posts show; without any, all posts of the campaign, by a word that fits all."""
    posts, assets = tables["post_totals"], tables["asset_totals"].filter(pl.col("posts") > 0)
    stages = list(tables["stage_totals"].filter(pl.col("posts") > 0).sort("step").iter_rows(named=True))
    if stages:
        staged = assets.join(tables["stage_totals"].select("stage", "step"), on="stage")
        shown = {s["stage"]: staged.filter(pl.col("step") >= s["step"])["asset_id"].to_list() for s in stages}
        # Where the plan enters a stage's number by hand, nobody knows which of its assets the posts show.
        whole = (s for s in stages if s["counted"] is None or s["counted"] <= len(shown[s["stage"]]))
        row = next(whole, stages[0])
        of_stage = posts.filter(pl.col("asset_id").is_in(shown[row["stage"]]))
        return _of_assets(writer, row, of_stage, len(shown[row["stage"]]), row)
    kinds = kinds_of(tables["kind_totals"], "posts", lambda kind: _NOUN.get(kind, str(kind)))
    is_of_assets = assets.height and posts["asset_id"].null_count() == 0 and assets["posts"].sum() == campaign["posts"]
    if is_of_assets and (writer.asset_noun or _are_videos(posts)):
        return _of_assets(writer, campaign, posts, assets.height, None)
    count = campaign["posts"]
    if len(kinds) > 1 and sum(kinds.values()) == count:
        return Subject(campaign, posts, writer.say("mixed", list=writer.counts(kinds)), count)
    noun = next(iter(kinds)) if len(kinds) == 1 else "post"  # a video that counts once may be of two kinds
    return Subject(campaign, posts, _the(writer, count, writer.noun(noun, count)), count)


def _of_assets(writer: Writer, row: Row, posts: pl.DataFrame, shown: int, stage: Row | None) -> Subject:
    in_stage, before, after = shown, "", ""
    if stage is not None:
        in_stage = max(shown, _number(stage))
        stage_words = writer.stage(stage["stage"])
        before = stage_words["before"] if stage_words else ""
        after = stage_words["after"] if stage_words else writer.say("in_stage", stage=plain(stage["stage"]))
    posted = writer.say("posted", posts=writer.count("post", row["posts"])) if row["posts"] != shown else ""
    noun = "video" if _are_videos(posts) else "entry"
    if in_stage == shown:
        return Subject(row, posts, _the(writer, shown, writer.asset(noun, shown), before, after, posted), shown)
    parts = {"before": before, "after": after, "posted": posted, "noun": writer.asset(noun, in_stage)}
    return Subject(row, posts, writer.say("some", part=number(shown), number=number(in_stage), **parts), shown)


def _the(writer: Writer, count: int, noun: str, before: str = "", after: str = "", posted: str = "") -> str:
    parts = {"before": before, "after": after, "posted": posted, "noun": noun}
    return writer.say("the_one" if count == 1 else "the_many", number=number(count), **parts)


def _are_videos(posts: pl.DataFrame) -> bool:
    return posts.height > 0 and set(posts["kind"].unique()) <= _VIDEOS


def kinds_of(totals: pl.DataFrame, column: str, named: Callable[[str | None], str]) -> dict[str, int]:
    """How many there are by what they are called, in the order of the nouns in the words."""
    counts: dict[str, int] = {}
    for row in totals.filter(pl.col(column) > 0).iter_rows(named=True):
        noun = named(row["kind"])
        counts[noun] = counts.get(noun, 0) + row[column]
    order = list(words("en")["sentence"]["nouns"])
    return dict(sorted(counts.items(), key=lambda count_of_noun: order.index(count_of_noun[0])))


def stages_told(writer: Writer, tables: Tables) -> str:
    """How many assets came to each stage: as the plan enters it, else as its assets say."""
    stages = [
        (row["stage"], _number(row))
        for row in tables["stage_totals"].sort("step").iter_rows(named=True)
        if row["counted"] is not None or row["assets"]  # a stage without a number and without assets is not known
    ]
    if not stages:
        return ""
    words_of_stages = [writer.stage(stage) for stage, _ in stages]
    if not all(words_of_stages):
        items = [writer.say("stage", stage=plain(stage), number=number(count)) for stage, count in stages]
        return writer.say("stages", list=listed(items, writer.locale, writer.words["stages_in"]))
    posts = tables["post_totals"].drop_nulls("asset_id")
    noun = "video" if _are_videos(posts) else "entry"
    told = []
    for place, (stage_words, (_, count)) in enumerate(zip(words_of_stages, stages, strict=True)):
        assert stage_words is not None
        pattern = stage_words["next"] if place else form(stage_words["first"], count, writer.locale)
        told.append(pattern.format(number=number(count), noun=writer.asset(noun, count)))
    return writer.say("stages_known", list=listed(told, writer.locale, writer.words["stages_in"]))


def _number(stage: Row) -> int:
    return int(stage["assets"] if stage["counted"] is None else stage["counted"])
