from __future__ import annotations

import ast
import inspect
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from types import ModuleType
from typing import cast

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import connectors
from connectors.contract import METRIC, Connector, ConnectorSettings, Extract, Raw, Refused
from connectors.reading.headers import header_key, layouts_of
from connectors.reading.layouts import Layout

EVERY = pytest.mark.parametrize("own", connectors.ALL, ids=lambda own: own.NAME)
DROPPED = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
SAMPLES = Path(__file__).parent


def module(own: Connector) -> ModuleType:
    return cast(ModuleType, own)


def layouts(own: Connector) -> tuple[Layout, ...]:
    return cast(tuple[Layout, ...], module(own).LAYOUTS)


def samples(own: Connector) -> list[Path]:
    return sorted(path for path in (SAMPLES / own.NAME / "samples").iterdir() if path.is_file())


def outcome(own: Connector, file: Raw) -> Extract | None:
    """What a file gives, None where it is refused; anything else that is raised fails the test."""
    try:
        own.sniff(file, own.Settings())
        return own.read(file, own.Settings())
    except Refused as refused:
        sentence = str(refused)
    assert len(sentence) > 20
    assert sentence.endswith(".")
    return None


def test_the_registry_is_in_alphabetical_order() -> None:
    names = [own.NAME for own in connectors.ALL]
    assert names == sorted(set(names))
    assert names == [module(own).__name__.split(".")[1] for own in connectors.ALL]


@EVERY
def test_the_docstring_says_reference_limits_and_what_is_not_reported(own: Connector) -> None:
    text = module(own).__doc__ or ""
    assert all(f"\n{word}:" in text for word in ("Reference", "Limits", "Not reported"))


@EVERY
def test_its_members_stand_in_the_same_order(own: Connector) -> None:
    members = [name for node in ast.parse(inspect.getsource(module(own))).body for name in _names(node)]
    public = [name for name in members if not name.startswith("_")]
    assert public == ["NAME", "LAYOUTS", "Settings", "sniff", "read"]


def _names(node: ast.stmt) -> list[str]:
    if isinstance(node, ast.ClassDef | ast.FunctionDef):
        return [node.name]
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
    return [target.id for target in targets if isinstance(target, ast.Name)]


@EVERY
def test_it_has_samples_and_a_test_file_of_its_name(own: Connector) -> None:
    assert samples(own)
    assert (Path(__file__).parent / own.NAME / "test_export.py").is_file()


@EVERY
def test_its_settings_are_a_connectors_and_need_nothing(own: Connector) -> None:
    assert issubclass(own.Settings, ConnectorSettings)
    assert own.Settings().source_zone


@EVERY
def test_every_language_maps_columns_that_english_has(own: Connector) -> None:
    for words in layouts_of(own.NAME).values():
        assert all(set(columns) <= set(words.languages["en"]) for columns in words.languages.values())
    known = {column for words in layouts_of(own.NAME).values() for column in words.columns}
    assert known & set(METRIC)


@EVERY
def test_its_layouts_have_words_for_what_they_need_and_a_name_for_a_person(own: Connector) -> None:
    for layout in layouts(own):
        columns = layouts_of(own.NAME)[layout.words or layout.name].columns
        assert layout.needs
        assert all(set(need.split("|")) & columns for need in layout.needs)
        assert layout.what[0].isalpha()


@EVERY
def test_no_word_means_two_figures_in_one_language(own: Connector) -> None:
    for name, words in layouts_of(own.NAME).items():
        for language, columns in words.languages.items():
            said = [(header_key(word), column) for column in columns if column in METRIC for word in columns[column]]
            twice = {word for word, column in said if any(w == word and c != column for w, c in said)}
            assert not twice or own.NAME == "x", (name, language, twice)  # X's impressions are its views


@EVERY
def test_it_is_a_row_of_the_readme(own: Connector) -> None:
    assert f"| `{own.NAME}`" in (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")


@EVERY
def test_it_reads_each_of_its_samples_or_refuses_it_in_a_sentence(own: Connector, raw: Callable[..., Raw]) -> None:
    extracts = []
    for path in samples(own):
        file = raw(path.read_bytes(), path.name)
        found, _ = connectors.recognise(file, {})
        assert found.NAME == own.NAME
        extracts.append(outcome(own, file))
    assert any(extracts)
    assert all(e.evidence.rows >= e.posts.height + e.rejects.height for e in extracts if e)


STARTS = (b"", b"\xef\xbb\xbf", b"\xff\xfe", b"PK\x03\x04", b"sep=,\n", b"Post ID,Page ID,Views,Permalink\n",
          b"Content,Video title,Views\n", b"no,date,station,title\n", b"platform,account,link,title\n")  # fmt: skip


@EVERY
@DROPPED
@given(start=st.sampled_from(STARTS), rest=st.one_of(st.binary(max_size=300), st.text(max_size=300).map(str.encode)))
def test_any_bytes_are_read_or_refused(own: Connector, start: bytes, rest: bytes) -> None:
    file = Raw("file", start + rest, datetime(2025, 1, 1), datetime(2025, 1, 2))
    outcome(own, file)


@DROPPED
@given(start=st.sampled_from(STARTS), rest=st.binary(max_size=300))
def test_any_bytes_are_recognised_or_refused(start: bytes, rest: bytes) -> None:
    sentence = "."
    try:
        own, match = connectors.recognise(Raw("file", start + rest, datetime(2025, 1, 1), datetime(2025, 1, 2)), {})
    except Refused as refused:
        sentence = str(refused)
    else:
        assert own in connectors.ALL
        assert 0 < match.confidence <= 1
    assert sentence.endswith(".")


@EVERY
@DROPPED
@given(data=st.data())
def test_a_sample_with_a_piece_lost_or_changed_is_read_or_refused(own: Connector, data: st.DataObject) -> None:
    content = bytearray(data.draw(st.sampled_from(samples(own))).read_bytes())
    start = data.draw(st.integers(0, len(content) - 1))
    content[start : start + data.draw(st.integers(1, 40))] = data.draw(st.binary(max_size=20))
    file = Raw("file.csv", bytes(content), datetime(2025, 1, 1), datetime(2025, 1, 2))
    outcome(own, file)
