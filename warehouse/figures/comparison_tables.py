"""The published table of posts beside the past of their page. Each column is declared once, with unit and meaning."""

from __future__ import annotations

import polars as pl

from connectors.columns import Column
from connectors.contract import TIMESTAMP
from warehouse.figures.mart import Mart, count, text

POST_COMPARISONS = Mart(
    "post_comparisons",
    ("platform", "post_id", "age_days", "metric"),
    (
        text("platform", "where it was published"),
        text("post_id", "the post's identity on its platform"),
        count("age_days", "how old it was when the figure was read: 1, 7 or 28 days, or little more", "days"),
        text("metric", "which figure it is: views, likes, comments or shares"),
        text("account_id", "its page, whose earlier posts it is held against"),
        text("kind", "its kind; posts of other kinds are not compared"),
        count("value", "its figure at that age", "of the metric"),
        count("posts_compared", "posts of its page and kind, of the year before it, whose figure at that age is known"),
        Column("median", pl.Float64, "the median of their figures; null where fewer than 10 are compared"),
        Column("times", pl.Float64, "value divided by median; null where there is none, or it is 0"),
        Column("is_approximate", pl.Boolean, "value is rounded, or a figure behind the median"),
        Column("read_at", TIMESTAMP, "when value was read", "UTC"),
        Column("as_of", pl.Date, "the day of the figures"),
    ),
    "a figure of a campaign's post at an age, beside its page's earlier posts at that age",
)
