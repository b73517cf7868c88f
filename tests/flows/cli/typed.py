"""The program ``reach`` as a test types it, in this process or in one of its own."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from unittest import mock

from flows.cli.main import main
from flows.steps.settings import Workspace


def copied(workspace: Workspace, folder: Path) -> Workspace:
    return Workspace(Path(shutil.copytree(workspace.home, folder / "sample")))


def reach(*words: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """The program in this process, which saves the start of one."""
    command = ["reach", *map(str, words)]
    out, err, status = io.StringIO(), io.StringIO(), 0
    with (
        redirect_stdout(out),
        redirect_stderr(err),
        mock.patch.object(sys, "argv", command),
        mock.patch.dict(os.environ, {"COLUMNS": "160"} | environment),
    ):
        try:
            main()
        except SystemExit as end:
            status = int(end.code or 0)
    return subprocess.CompletedProcess(command, status, out.getvalue(), err.getvalue())


def reach_process(*words: str | Path) -> subprocess.CompletedProcess[str]:
    """The program as a person starts it."""
    command = [sys.executable, "-m", "flows.cli.main", *map(str, words)]
    env = os.environ | {"COLUMNS": "160", "PYTHONUTF8": "1"}
    return subprocess.run(command, capture_output=True, text=True, env=env, encoding="utf-8")
