"""A fingerprint of the program."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.steps import program


def test_a_change_of_any_file_or_name_gives_another_fingerprint(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "within").mkdir()
    (tmp_path / "within" / "a.py").write_text("one")
    (tmp_path / "within" / "__pycache__").mkdir()
    monkeypatch.setattr(program, "files", lambda _: tmp_path)
    fingerprint = program.fingerprint.__wrapped__
    before = fingerprint()
    (tmp_path / "within" / "__pycache__" / "a.pyc").write_text("compiled")
    assert fingerprint() == before
    (tmp_path / "within" / "a.py").write_text("two")
    changed = fingerprint()
    assert changed != before
    (tmp_path / "within" / "a.py").rename(tmp_path / "within" / "b.py")
    assert fingerprint() not in (before, changed)


def test_another_version_of_an_engine_gives_another_fingerprint(monkeypatch: pytest.MonkeyPatch) -> None:
    before = program.fingerprint.__wrapped__()
    monkeypatch.setattr(program, "version", lambda _: "0")
    assert program.fingerprint.__wrapped__() != before
