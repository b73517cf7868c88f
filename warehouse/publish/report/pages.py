"""The report page: a folder that opens from disk, made of the published tables and the evidence behind them.

Everything on it that came from the internet is text: templates escape it, scripts set it as text, links are http(s).
Nothing is loaded from anywhere, and the page's policy forbids it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from importlib.resources import files
from types import CodeType
from urllib.parse import quote

import jinja2
import polars as pl
from jinja2.bccache import Bucket

from connectors.contract import HEADLINES
from warehouse import palette
from warehouse.day import Day
from warehouse.figures.unplanned import UnplannedPage
from warehouse.publish.report import cells, figure_pages, khmer_page, lists, network_page, tree, vega
from warehouse.publish.report.contents import Contents, Row, Tables
from warehouse.publish.report.language import LANGUAGES, Language, number, words
from warehouse.publish.report.page_book import Book, file_name
from warehouse.publish.report.wording import as_json
from warehouse.publish.thumbnails import Thumbnails

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'"
)
_MENU = (
    ("index.html", "overview"), ("posts.html", "all_the_posts"), ("incoming.html", "incoming"),
    ("unattributed.html", "unattributed"), ("sources.html", "sources"),
    ("todo.html", "todo"), ("definitions.html", "definitions"),
)  # fmt: skip
_AUDIENCES = ("audiences.html", "audiences")
_SCRIPTED = (
    "copied", "copy_id", "search", "all", "no_text", "not_known", "open_post", "posts_shown", "show_more", "gained",
    "read_at", "typed", "in_row", "rest", "rest_unknown", "none", "no_asset", "reach_is_no_sum", "filter_platform",
    "filter_account", "filter_organisation", "filter_kind", "filter_asset", "filter_stage", "file",
)  # fmt: skip
"""The words that the page's script says."""


def pages(
    day: Day,
    tables: Tables,
    unknown: pl.DataFrame,
    unplanned: Sequence[UnplannedPage],
    posts_of_loads: pl.DataFrame,
    read_later: pl.DataFrame,
    language: Language,
    *,
    show_contacts: bool = False,
    thumbnails: Thumbnails | None = None,
    network: Tables | None = None,
    days_of_assets: pl.DataFrame | None = None,
) -> Iterator[tuple[str, bytes]]:
    """The report's files by name: one language's pages beside ``index.html``, the others' in folders of their own.

    Args:
        day: the day that ``tables`` were computed of; it has the evidence.
        tables: every published table by name.
        unknown: ``campaign_id, metric, reason, posts``: why campaigns' figures are not known.
        unplanned: the pages that the plan does not know, or knows elsewhere.
        posts_of_loads: how many posts each load names: ``load_id, posts``.
        read_later: the posts that were first read after the day (:func:`warehouse.evidence.read_later.posts`).
        language: the one in which the report opens.
        show_contacts: whether pages name the contacts of the plan.
        thumbnails: pictures of posts and assets.
        network: the tables of a network's members (:mod:`warehouse.figures.network`); none of any other workspace.
        days_of_assets: what assets gained by day (:func:`warehouse.figures.periods.by_day_of_assets`).
    """
    yield from _assets()
    thumbnails = thumbnails or Thumbnails()
    for picture in thumbnails.all:
        yield f"{figure_pages.PICTURES}/{picture.name}", picture.content
    has_figures = (pl.col("posts") > 0) | pl.col("visits").is_not_null()
    with_figures = tables["campaign_totals"].filter(has_figures)["campaign_id"].to_list()
    evidence = tree.trees(day, with_figures)
    contents = Contents(
        day,
        tables,
        unknown,
        evidence,
        unplanned,
        dict(posts_of_loads.iter_rows()),
        read_later,
        show_contacts,
        thumbnails,
        network or {},
        days_of_assets,
    )
    for shown_in in (language, *(other for other in LANGUAGES if other != language)):
        folder = "" if shown_in == language else f"{shown_in}/"
        for name, text in _of_language(Book(contents, shown_in), language):
            yield folder + name, text.encode()


def _assets() -> Iterator[tuple[str, bytes]]:
    assets = files("warehouse.publish.report") / "assets"
    yield "assets/report.css", palette.css(has_dark=True).encode() + (assets / "report.css").read_bytes()
    yield "assets/report.js", (assets / "report.js").read_bytes()
    yield "assets/vega.js", vega.script()


def _of_language(book: Book, opens: Language) -> Iterator[tuple[str, str]]:
    """Every page of a language, by name."""
    page = _renderer(book, opens)
    yield page("index.html", "index.html", figure_pages.overview(book))
    for activity in book.activities:
        name = file_name("activity", activity["activity_id"])
        yield page(name, "activity.html", figure_pages.activity(book, activity))
    for campaign in book.campaigns:
        name = file_name("campaign", campaign["campaign_id"])
        yield page(name, "campaign.html", figure_pages.campaign(book, campaign))
        for asset in book.contents.groups["asset_totals"].get(campaign["campaign_id"], ()):
            name = figure_pages.asset_file(campaign["campaign_id"], asset["asset_id"])
            yield page(name, "asset.html", figure_pages.asset(book, campaign, asset))
        if campaign["campaign_id"] in book.evidence:
            name = file_name("why", campaign["campaign_id"])
            yield page(name, "why.html", figure_pages.why(book, campaign))
    yield page("posts.html", "posts.html", lists.posts(book, "post_totals", "all_the_posts", "posts_says"))
    left = lists.posts(book, "unattributed_posts", "unattributed", "unattributed_says")
    yield page("unattributed.html", "posts.html", left)
    yield page("incoming.html", "table.html", lists.incoming(book))
    yield page("sources.html", "table.html", lists.sources(book))
    yield page("todo.html", "todo.html", lists.todos(book))
    if book.contents.network:
        yield page(network_page.NAME, "network.html", network_page.network(book))
    if _AUDIENCES in _menu(book):
        yield page(_AUDIENCES[0], "audiences.html", lists.audiences(book))
    yield page("definitions.html", "table.html", lists.definitions(book))
    yield page("khmer.html", "table.html", khmer_page.khmer(book))


def _menu(book: Book) -> list[tuple[str, str]]:
    """The pages that every page leads to; the network's stands behind the overview, and audiences where any is told."""
    overview, *others, definitions = _MENU
    network = [(network_page.NAME, "network")] if book.contents.network else []
    audiences = [] if book.tables["audience_breakdowns"].is_empty() else [_AUDIENCES]
    return [overview, *network, *others, *audiences, definitions]


class _Compiled(jinja2.BytecodeCache):
    """What templates were compiled to, kept while the process runs: each language of each night renders them all."""

    def __init__(self) -> None:
        self._codes: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Gives the code of a template as it is written now, where that was compiled before."""
        bucket.code = self._codes.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keeps the code of a template."""
        if bucket.code is not None:
            self._codes[bucket.key, bucket.checksum] = bucket.code


_COMPILED = _Compiled()


def _renderer(book: Book, opens: Language) -> Callable[[str, str, Row], tuple[str, str]]:
    """What makes a page of a name, a template and its values."""
    jinja = jinja2.Environment(
        loader=jinja2.PackageLoader("warehouse.publish.report", "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        bytecode_cache=_COMPILED,
    )
    root = "" if book.language == opens else "../"
    jinja.globals |= {
        "t": book.texts, "n": number, "amount": book.amount, "day": book.texts.day, "at": book.texts.at,
        "name": book.texts.metric, "data_text": book.texts.told,
        "figure": partial(cells.figure, book), "reach": partial(cells.reach, book), "at_least": book.at_least,
        "plain": cells.plain, "signed": lambda value: f"{value:+,}", "json": as_json,
        "policy": POLICY, "language": book.language, "about": book.about, "project": book.project, "menu": _menu(book),
        "headlines": HEADLINES, "root": root, "scripted": {key: book.texts.words[key] for key in _SCRIPTED},
    }  # fmt: skip

    def page(name: str, template: str, values: Row) -> tuple[str, str]:
        others = [
            (f"{root}{'' if other == opens else f'{other}/'}{quote(name)}", words(other)["page"]["language"], other)
            for other in LANGUAGES
            if other != book.language
        ]
        rendered = jinja.get_template(template).render(page=name, others=others, **values)
        return name, rendered.encode("utf-8", "replace").decode()  # a broken export may have half of a letter

    return page
