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
from tests.warehouse.publish.workbook.opening import Convert, Tables
from warehouse.figures.tables import MARTS


@pytest.fixture(scope="session")
def tables(published: Workspace) -> Tables:
    """What the sample's published database says."""
    with duckdb.connect(str(published.published / "reach.duckdb"), read_only=True) as connection:
        return {mart.name: connection.sql(f"from {mart.name}").pl() for mart in MARTS}


@pytest.fixture(scope="session")
def convert(tmp_path_factory: pytest.TempPathFactory) -> Convert:
    """LibreOffice, with a profile of its own: converts a file and returns the new one."""
    program = shutil.which("soffice")
    if program is None:
        assert not os.environ.get("CI"), "soffice is missing: apt-get install libreoffice-calc"
        pytest.skip("LibreOffice is not installed here: nothing opens the workbook")
    home = tmp_path_factory.mktemp("libreoffice")

    def converted(file: Path) -> Path:
        profile = f"-env:UserInstallation={(home / 'profile').as_uri()}"
        command = [program, profile, "--headless", "--convert-to", "ods", "--outdir", str(home), str(file)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=300)
        made = home / f"{file.stem}.ods"
        assert made.exists(), done.stdout + done.stderr
        return made

    return converted


@pytest.fixture(scope="session")
def opened(published: Workspace, convert: Convert, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample's workbook as LibreOffice saves it, once for all processes of a run."""

    def make(folder: Path) -> None:
        shutil.copy(convert(published.published / "reach.xlsx"), folder)

    return made_once(tmp_path_factory, "opened", make) / "reach.ods"
