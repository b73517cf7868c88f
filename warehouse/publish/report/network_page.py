"""The page of a network: what all members did together, and each member with its day and whether it is late."""

from __future__ import annotations

import polars as pl

from connectors.contract import HEADLINES
from warehouse.publish.report.contents import Row
from warehouse.publish.report.language import number
from warehouse.publish.report.page_book import Book
from warehouse.publish.report.wording import link

NAME = "network.html"


def network(book: Book) -> Row:
    """The network's totals over all members, its members, and its activities and campaigns."""
    totals = book.contents.network["totals"]
    of_members = totals.filter((pl.col("scope") == "network") & pl.col("member").is_not_null())
    by_member = {row["member"]: row for row in of_members.iter_rows(named=True)}
    over_all = totals.filter(pl.col("member").is_null())
    return {
        "totals": next(iter(_rows(over_all, "network")), None),
        "members": [
            _member(book, row, by_member.get(row["member"]))
            for row in book.contents.network["members"].iter_rows(named=True)
        ],
        "activities": [_line(row) for row in _rows(over_all, "activity")],
        "campaigns": [_line(row) for row in _rows(over_all, "campaign")],
        "told": HEADLINES,
    }


def _rows(over_all: pl.DataFrame, scope: str) -> list[Row]:
    return [row | {"visits": None} for row in over_all.filter(pl.col("scope") == scope).iter_rows(named=True)]


def _line(row: Row) -> Row:
    """An activity or campaign over all members, as the table of totals takes it."""
    name = row["name"] or row["id"]
    text = f"{row['id']} {name}" if row["scope"] == "activity" else name
    heads = [{"text": text, "href": None}, {"text": number(row["members"]), "href": None}]
    return row | {"key": row["id"], "heads": heads, "posts_href": None}


def _member(book: Book, member: Row, totals: Row | None) -> Row:
    """A member's row; ``totals`` are none where it could not be read, and nothing is known of it then."""
    state = "member_unread" if totals is None else "member_late" if member["is_late"] else "member_in_time"
    return {
        "name": member["member"],
        "link": link(member["link"]),
        "day": book.texts.day(member["as_of"]) if member["as_of"] else None,
        "state": book.texts(state),
        "css": {"member_unread": "bad", "member_late": "warn"}.get(state, ""),
        "totals": totals,
    }
