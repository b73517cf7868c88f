"""A machine without a browser says so in one line and runs the rest; where a machine tests, that is an error."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.warehouse.publish.report.browser import missing

CONFTEST = "from tests.warehouse.publish.report.conftest import browser, pytest_collection_modifyitems\n"
TESTS = """
def test_one(browser): ...
def test_two(browser): ...
def test_that_needs_none(): ...
"""


@pytest.mark.parametrize("is_ci", [False, True])
def test_without_a_browser_one_line_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_ci: bool) -> None:
    (tmp_path / "conftest.py").write_text(CONFTEST, encoding="utf-8")
    (tmp_path / "test_some.py").write_text(TESTS, encoding="utf-8")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[4]))
    monkeypatch.setenv("CI", "true") if is_ci else monkeypatch.delenv("CI", raising=False)
    command = [sys.executable, "-m", "pytest", "-ra", "-p", "no:cacheprovider", f"--rootdir={tmp_path}", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path)
    text = missing()
    assert text
    assert [line for line in (done.stdout + done.stderr).splitlines() if "Chromium" in line] == [
        f"ERROR: {text}" if is_ci else text
    ]
    assert done.returncode == (4 if is_ci else 0)
    if not is_ci:
        assert "1 passed, 2 deselected" in done.stdout
