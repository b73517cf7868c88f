"""The wheel, in an environment of its own, away from the checkout."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from importlib.metadata import version
from pathlib import Path

import duckdb
import pytest

from tests.flows.first_hours.script import read

CHECKOUT = Path(__file__).resolve().parents[2]
PACKAGES = ("connectors", "warehouse", "flows")
BUILD = "import sys; from setuptools import build_meta; build_meta.build_wheel(sys.argv[1])"
ORIGINS = "import connectors, warehouse, flows; [print(m.__file__) for m in (connectors, warehouse, flows)]"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from a copy, so that the checkout keeps no trace of it."""
    copy = tmp_path_factory.mktemp("copy")
    ignored = shutil.ignore_patterns("__pycache__", "*.egg-info")
    for package in PACKAGES:
        shutil.copytree(CHECKOUT / package, copy / package, ignore=ignored)
    shutil.copytree(CHECKOUT / "docs", copy / "docs")
    for name in ("pyproject.toml", "README.md"):
        shutil.copyfile(CHECKOUT / name, copy / name)
    built = tmp_path_factory.mktemp("built")
    isolated = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(built), "."]
    rows = [sys.executable, "-c", BUILD, str(built)]
    is_new_enough = int(version("setuptools").split(".")[0]) >= 77
    done = subprocess.run(rows if is_new_enough else isolated, cwd=copy, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
    return next(built.glob("*.whl"))


def test_the_wheel_holds_every_file_of_the_three_packages(wheel: Path) -> None:
    packed = set(zipfile.ZipFile(wheel).namelist())
    files = {
        path.relative_to(CHECKOUT).as_posix()
        for package in PACKAGES
        for path in (CHECKOUT / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert files - packed == set()
    assert {name.split("/")[0] for name in packed if not re.match(r"[^/]*[.](dist-info|data)/", name)} == set(PACKAGES)
    documents = {path.name for path in (CHECKOUT / "docs").glob("*.md")}
    assert {name.split("/")[-1] for name in packed if "/data/share/reach-pipeline/docs/" in name} == documents


@pytest.mark.prefect
def test_the_demonstration_runs_from_the_wheel_outside_the_checkout_without_a_server(
    wheel: Path, tmp_path: Path
) -> None:
    python = _empty_environment(tmp_path / "env")
    # This environment's pip installs into that one, which needs none of its own.
    pip = ("-m", "pip", "--python", str(python), "install", "--quiet", "--no-index", "--no-deps")
    _run(Path(sys.executable), *pip, str(wheel), cwd=tmp_path)
    _lend_dependencies(tmp_path / "env")
    origins = _run(python, "-c", ORIGINS, cwd=tmp_path).split()
    assert [Path(origin).is_relative_to(tmp_path / "env") for origin in origins] == [True, True, True]

    helped = "".join(_run(tmp_path / "env" / "bin" / "reach", "--help", cwd=tmp_path).split())
    documents = tmp_path / "env" / "share" / "reach-pipeline" / "docs"
    assert f"theyliein{documents}." in helped
    assert (documents / "operating.md").read_bytes() == (CHECKOUT / "docs" / "operating.md").read_bytes()

    shown = _run(tmp_path / "env" / "bin" / "reach", "demo", cwd=tmp_path)

    assert "46,700" in shown
    for line in read("engineer").screen_of("reach demo"):
        assert line in shown
    assert shown.splitlines()[-1].startswith("Next: open reach-demo/published/report/index.html in a browser; ")
    with duckdb.connect(str(tmp_path / "reach-demo" / "published" / "reach.duckdb"), read_only=True) as snapshot:
        query = "select views, shares, comments, likes from campaign_totals where campaign_id = 'iduai-2024'"
        assert snapshot.execute(query).fetchall() == [(46_700, 466, 207, 491)]


def _empty_environment(folder: Path) -> Path:
    venv.create(folder)
    return folder / "bin" / "python"


def _lend_dependencies(folder: Path) -> None:
    """Lets an environment see what this one has installed.

    The ``.pth`` files there, one of which may name the checkout, are not followed.
    """
    site = next((folder / "lib").glob("python*/site-packages"))
    (site / "lent.pth").write_text(sysconfig.get_paths()["purelib"] + "\n")


def _run(program: Path, *arguments: str, cwd: Path) -> str:
    item = ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "REACH_", "PREFECT_")
    env = {name: value for name, value in os.environ.items() if not name.startswith(item)}
    done = subprocess.run(
        [str(program), *arguments], cwd=cwd, env=env | {"PYTHONUTF8": "1"}, capture_output=True, text=True
    )
    assert done.returncode == 0, f"{done.stdout[-1500:]}\n{done.stderr[-2500:]}"
    assert "Traceback" not in done.stderr
    assert "prefect" not in done.stderr.lower()
    return done.stdout
