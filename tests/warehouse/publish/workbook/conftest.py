"""The sample's tables, and LibreOffice to open workbooks with."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import duckdb
import pytest

from flows.steps.settings import Workspace
from tests.conftest import made_once
from tests.warehouse.publish.workbook.opening import HOSTILE, Tables, few, team_book, with_texts
from warehouse.figures.tables import MARTS


@pytest.fixture(scope="session")
def tables(published: Workspace) -> Tables:
    """What the sample's published database says."""
    with duckdb.connect(str(published.published / "reach.duckdb"), read_only=True) as connection:
        return {mart.name: connection.sql(f"from {mart.name}").pl() for mart in MARTS}


@pytest.fixture(scope="session")
def hostile_book(tables: Tables, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workbook of posts with hostile texts."""
    file = tmp_path_factory.mktemp("hostile") / "hostile.xlsx"
    file.write_bytes(team_book(with_texts(few(tables), *HOSTILE)))
    return file


@pytest.fixture(scope="session")
def saved(published: Workspace, hostile_book: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Both workbooks as LibreOffice saves them, once for all processes of a run: most of its time is its start."""
    program = shutil.which("soffice")
    if program is None:
        assert not os.environ.get("CI"), "soffice is missing: apt-get install libreoffice-calc"
        pytest.skip("LibreOffice is not installed here: nothing opens the workbook")
    profile = f"-env:UserInstallation={tmp_path_factory.mktemp('libreoffice').as_uri()}/profile"

    def make(folder: Path) -> None:
        command = [program, profile, "--headless", "--convert-to", "ods", "--outdir", str(folder)]
        files = [str(published.published / "reach.xlsx"), str(hostile_book)]
        done = subprocess.run([*command, *files], capture_output=True, text=True, timeout=300)
        assert {path.name for path in folder.iterdir()} == {"reach.ods", "hostile.ods"}, done.stdout + done.stderr

    return made_once(tmp_path_factory, "opened", make)


@pytest.fixture(scope="session")
def opened(saved: Path) -> Path:
    """The sample's workbook as LibreOffice saves it."""
    return saved / "reach.ods"


@pytest.fixture(scope="session")
def hostile_opened(saved: Path) -> Path:
    """The workbook of hostile texts as LibreOffice saves it."""
    return saved / "hostile.ods"
