from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from string import Formatter
from types import ModuleType
from typing import cast

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import connectors
from connectors import PLATFORMS
from connectors.asking.settings import ApiSettings
from connectors.attendance import GATHERINGS
from connectors.contract import (
    METRIC,
    METRIC_COLUMNS,
    METRICS,
    OUTREACH,
    OUTREACH_KINDS,
    POST_KINDS,
    Extract,
    Raw,
    Refused,
)
from connectors.platform import Export, Platform
from connectors.reading import links
from connectors.reading.headers import header_key, layouts_of
from connectors.settings import ConnectorSettings
from warehouse.publish.report.language import LANGUAGES

EXPORTS = [platform for platform in PLATFORMS if platform.export]
EVERY = pytest.mark.parametrize("platform", EXPORTS, ids=lambda platform: platform.name)
DROPPED = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
OF_OTHERS = {"sprout"}
"""Tools that bring the posts of other platforms, under those platforms' names."""
ROOT = Path(__file__).parents[2]
OF_EVENTS = [platform for platform in PLATFORMS if platform.kinds and set(platform.kinds) <= set(GATHERINGS)]
"""Those whose lists of people are events, which are published among outreach."""
SAMPLES = Path(__file__).parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
IN_README = {
    "views_paid": "paid views",
    "likes": "likes|reactions",
    "reach": "reach|users",
    "watch_seconds": "watch time",
}
"""What README's list of what is asked for calls metrics."""


def module(platform: Platform) -> ModuleType:
    return cast(ModuleType, platform.export)


def samples(platform: Platform) -> list[Path]:
    return sorted(path for path in (SAMPLES / platform.name / "samples").iterdir() if path.is_file())


def outcome(platform: Platform, file: Raw) -> Extract | None:
    """What a file gives, None where it is refused; anything else that is raised fails the test."""
    export = cast(Export, platform.export)
    try:
        export.sniff(file, platform.settings())
        return export.read(file, platform.settings())
    except Refused as refused:
        sentence = str(refused)
    assert len(sentence) > 20
    assert sentence.endswith(".")
    return None


def test_the_platforms_are_in_alphabetical_order_and_a_folder_each() -> None:
    names = [platform.name for platform in PLATFORMS]
    assert names == sorted(set(names))
    folders = {path.parent.name for path in (ROOT / "connectors").glob("*/__init__.py")}
    assert folders - set(names) == {"asking", "meta", "reading"}


@pytest.mark.parametrize("platform", PLATFORMS, ids=lambda platform: platform.name)
def test_its_record_names_its_modules_and_facts_in_our_words(platform: Platform) -> None:
    folder = ROOT / "connectors" / platform.name
    for reader, name in ((platform.export, "export"), (platform.api, "api")):
        assert (reader is not None) == (folder / f"{name}.py").is_file()
        if reader is not None:
            assert cast(ModuleType, reader).__name__ == f"connectors.{platform.name}.{name}"
            assert (reader.NAME, reader.Settings) == (platform.name, platform.settings)  # type: ignore[attr-defined]
    assert set(platform.reported) <= set(METRIC)
    brings_posts = bool(platform.labels) or platform.name in OF_OTHERS or platform in OF_EVENTS
    assert bool(platform.kinds) == brings_posts, "who brings no posts has no kinds of them"
    assert set(platform.kinds) <= {*POST_KINDS, *OUTREACH_KINDS}


def test_every_platform_that_posts_are_published_on_is_called_something_in_every_language() -> None:
    assert all(set(label) == set(LANGUAGES) for label in PLATFORMS.labels.values())
    without_posts = {"sheet", "google_ads", "meta_ads", "tiktok_ads", *(platform.name for platform in OF_EVENTS)}
    names = {platform.name for platform in PLATFORMS} - without_posts - OF_OTHERS
    assert set(PLATFORMS.names) == names | {"newsletter", "podcast", "telegram", "other"}


def test_every_name_that_posts_are_published_under_has_shapes_and_no_two_platforms_share_a_word() -> None:
    shapes = links.shapes()
    assert set(shapes) == set(PLATFORMS.names)
    words = [word for name, shape in shapes.items() for word in (name, *shape.also_written)]
    assert len(words) == len(set(words))
    assert all(header_key(word) == word for word in words)


@pytest.mark.parametrize("name", links.shapes())
def test_what_a_post_is_named_by_is_put_together_from_parts_that_python_and_polars_find(name: str) -> None:
    shape = links.shapes()[name]
    for pattern in (*shape.post_id, shape.alias, shape.video_id):
        assert {field for _, field, _, _ in Formatter().parse(pattern) if field} <= set(shape.parts)
    assert set(shape.lower) <= set(shape.parts)
    for part, pattern in shape.parts.items():
        assert re.compile(pattern).groups == 1
        assert pl.DataFrame({"url": ["no link"]}).select(links.part(name, part)).item() is None


def test_counts_that_a_key_alone_gave_are_kept_as_long_as_terms_let_them_be() -> None:
    for platform in PLATFORMS:
        kept = platform.settings()
        if isinstance(kept, ApiSettings):
            assert kept.days_kept("an account") == platform.keep_days
        else:
            assert platform.keep_days is None


@EVERY
def test_the_docstring_says_reference_limits_and_what_is_not_reported(platform: Platform) -> None:
    text = module(platform).__doc__ or ""
    assert all(f"\n{word}:" in text for word in ("Reference", "Limits", "Not reported"))


@EVERY
def test_its_members_stand_in_the_same_order(platform: Platform) -> None:
    members = [name for node in ast.parse(inspect.getsource(module(platform))).body for name in _names(node)]
    public = [name for name in members if not name.startswith("_")]
    told = ["RIGHT_FILE"] * hasattr(module(platform), "RIGHT_FILE")
    assert public == ["NAME", "LAYOUTS", *told, "Settings", "sniff", "read"]


def _names(node: ast.stmt) -> list[str]:
    if isinstance(node, ast.ClassDef | ast.FunctionDef):
        return [node.name]
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
    return [target.id for target in targets if isinstance(target, ast.Name)]


@EVERY
def test_it_has_samples_and_a_test_file_of_its_name(platform: Platform) -> None:
    assert samples(platform)
    assert (Path(__file__).parent / platform.name / "test_export.py").is_file()


@EVERY
def test_its_settings_are_a_connectors_and_need_nothing(platform: Platform) -> None:
    assert issubclass(platform.settings, ConnectorSettings)
    assert platform.settings().source_zone


@EVERY
def test_every_language_maps_columns_that_english_has(platform: Platform) -> None:
    for words in layouts_of(platform.name).values():
        assert all(set(columns) <= set(words.languages["en"]) for columns in words.languages.values())
    mapped = {column for words in layouts_of(platform.name).values() for column in words.columns}
    assert {"name", "first"} & mapped if platform in OF_EVENTS else mapped & set(METRIC)


@pytest.mark.parametrize("platform", OF_EVENTS, ids=lambda platform: platform.name)
def test_lists_of_people_become_events_with_participants_among_outreach_and_nothing_else(
    platform: Platform, raw: Callable[..., Raw]
) -> None:
    extracts = [outcome(platform, raw(path.read_bytes(), path.name)) for path in samples(platform)]
    assert any(extracts)
    for extract in filter(None, extracts):
        assert (
            extract.posts.select("platform", "post_id").rows()
            == extract.attendance.select("platform", "post_id").rows()
        )
        assert set(extract.posts["platform"]) == {OUTREACH}
        assert extract.attendance["participants"].sum() > 0
        assert extract.observations.select(*METRIC_COLUMNS).null_count().sum_horizontal().item() == (
            len(METRIC_COLUMNS) * extract.observations.height
        )
        assert extract.rejects["content"].null_count() == extract.rejects.height


@EVERY
def test_its_layouts_have_words_for_what_they_need_and_a_name_for_a_person(platform: Platform) -> None:
    for layout in cast(Export, platform.export).LAYOUTS:
        columns = layouts_of(platform.name)[layout.words or layout.name].columns
        assert layout.needs
        assert all(set(need.split("|")) & columns for need in layout.needs)
        assert layout.what[0].isalpha()


@EVERY
def test_no_word_means_two_figures_in_one_language(platform: Platform) -> None:
    for name, words in layouts_of(platform.name).items():
        for language, columns in words.languages.items():
            meanings = [
                (header_key(word), column) for column in columns if column in METRIC for word in columns[column]
            ]
            twice = {word for word, column in meanings if any(w == word and c != column for w, c in meanings)}
            assert not twice or platform.name == "x", (name, language, twice)  # X's impressions are its views


@EVERY
def test_it_is_a_row_of_the_readme(platform: Platform) -> None:
    assert f"| `{platform.name}`" in README


@pytest.mark.parametrize("platform", [p for p in PLATFORMS if p.reported], ids=lambda platform: platform.name)
def test_the_readmes_tables_tell_the_metrics_that_it_reports_and_no_others(platform: Platform) -> None:
    heads, columns, of_files, asked_for = list[str](), list[str](), list[str](), ""
    for cells in (line.strip("| ").split(" | ") for line in README.splitlines() if line.startswith("| ")):
        if cells[0].startswith(f"`{platform.name}`") and heads[0] == "asked for":
            asked_for = cells[1]
        elif cells[0].startswith(f"`{platform.name}`"):
            columns, of_files = heads, cells[1:]
        elif not cells[0].startswith(("`", "---")):
            heads = cells  # of the rows below
    in_files = {
        metric.name
        for word, cell in zip(columns, of_files, strict=False)
        for metric in METRICS
        if metric.word in (word, "reactions" if word == "likes" else word) and cell != "–"
    }
    by_api = {name for name in METRIC if re.search(rf"\b(?:{IN_README.get(name, name)})\b", asked_for)}
    assert in_files <= set(platform.reported)
    assert set(platform.reported) - by_api <= in_files
    assert bool(of_files) == (platform.export is not None)
    assert bool(asked_for) == (platform.api is not None)


@EVERY
def test_it_reads_each_of_its_samples_or_refuses_it_in_a_sentence(platform: Platform, raw: Callable[..., Raw]) -> None:
    extracts = []
    for path in samples(platform):
        file = raw(path.read_bytes(), path.name)
        recognised, _ = connectors.recognise(file, {})
        assert recognised is platform
        extracts.append(outcome(platform, file))
    assert any(extracts)
    kinds = {kind for extract in extracts if extract for kind in extract.posts["kind"].drop_nulls()}
    assert kinds <= set(platform.kinds)
    assert all(e.evidence.rows >= e.posts.height + e.rejects.height for e in extracts if e)


STARTS = (b"", b"\xef\xbb\xbf", b"\xff\xfe", b"PK\x03\x04", b"sep=,\n", b"Post ID,Page ID,Views,Permalink\n",
          b"Content,Video title,Views\n", b"no,date,station,title\n", b"platform,account,link,title\n")  # fmt: skip


@EVERY
@DROPPED
@given(start=st.sampled_from(STARTS), rest=st.one_of(st.binary(max_size=300), st.text(max_size=300).map(str.encode)))
def test_any_bytes_are_read_or_refused(platform: Platform, start: bytes, rest: bytes) -> None:
    file = Raw("file", start + rest, datetime(2025, 1, 1), datetime(2025, 1, 2))
    outcome(platform, file)


@DROPPED
@given(start=st.sampled_from(STARTS), rest=st.binary(max_size=300))
def test_any_bytes_are_recognised_or_refused(start: bytes, rest: bytes) -> None:
    sentence = "."
    try:
        platform, match = connectors.recognise(
            Raw("file", start + rest, datetime(2025, 1, 1), datetime(2025, 1, 2)), {}
        )
    except Refused as refused:
        sentence = str(refused)
    else:
        assert platform in PLATFORMS
        assert 0 < match.confidence <= 1
    assert sentence.endswith(".")


@EVERY
@DROPPED
@given(data=st.data())
def test_a_sample_with_a_piece_lost_or_changed_is_read_or_refused(platform: Platform, data: st.DataObject) -> None:
    content = bytearray(data.draw(st.sampled_from(samples(platform))).read_bytes())
    start = data.draw(st.integers(0, len(content) - 1))
    content[start : start + data.draw(st.integers(1, 40))] = data.draw(st.binary(max_size=20))
    file = Raw("file.csv", bytes(content), datetime(2025, 1, 1), datetime(2025, 1, 2))
    outcome(platform, file)
