"""The charts' script is packed once for a version of vl-convert, and the same wherever it comes from."""

from __future__ import annotations

from pathlib import Path

import pytest
import vl_convert

from warehouse.publish.report import vega


@pytest.fixture(scope="module")
def packed() -> str:
    bundled: str = vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;")
    return bundled


def packs_at_once(monkeypatch: pytest.MonkeyPatch, packed: str) -> None:
    """Lets vl-convert give what it packed before, which it takes two seconds to pack."""
    monkeypatch.setattr(vl_convert, "javascript_bundle", lambda _: packed)


def made(monkeypatch: pytest.MonkeyPatch, folder: Path) -> str:
    """The script as a new process makes it, with its cache in this folder."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder))
    vega.script.cache_clear()
    script = vega.script().decode()
    vega.script.cache_clear()
    return script


def test_the_script_is_kept_and_is_the_same_from_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, packed: str
) -> None:
    first = made(monkeypatch, tmp_path)
    assert first == f"(function () {{\n{packed}\n}})();\n"
    (kept,) = (path for path in tmp_path.rglob("*") if path.is_file())
    assert kept.read_bytes() == packed.encode()
    as_kept = kept.stat()
    assert made(monkeypatch, tmp_path) == first
    assert kept.stat() == as_kept


def test_another_version_of_vl_convert_packs_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, packed: str) -> None:
    (tmp_path / "reach").mkdir()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    with monkeypatch.context() as older:
        older.setattr(vega, "version", lambda _: "1.0.0")
        vega._kept().write_text("of an older version", "utf-8")
    packs_at_once(monkeypatch, packed)
    assert packed in made(monkeypatch, tmp_path)


def test_where_nothing_can_be_kept_the_script_is_made_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, packed: str
) -> None:
    not_a_folder = tmp_path / "file"
    not_a_folder.touch()
    packs_at_once(monkeypatch, packed)
    assert packed in made(monkeypatch, not_a_folder)
    assert list(tmp_path.iterdir()) == [not_a_folder]
