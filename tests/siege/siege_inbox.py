"""An inbox of ten thousand files, and of the largest that are read, stays within time and memory."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.exports import PLAN
from benchmarks.many_files import POSTS, write_inbox
from flows.steps import night
from flows.steps.settings import Workspace
from warehouse.archive.receipts import MAX_FILE_BYTES

FILES = int(os.environ.get("REACH_FILES", "10000"))
SECONDS_A_FILE = 0.1
"""Of a processor; a quiet one takes a tenth of it."""


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    (tmp_path / "plan.toml").write_text(PLAN, encoding="utf-8")
    (tmp_path / "inbox").mkdir()
    return Workspace(tmp_path)


def test_ten_thousand_files_are_loaded_in_line_with_their_number(workspace: Workspace) -> None:
    write_inbox(workspace.inbox, FILES)
    before = os.times()
    assert len(night.receive(workspace).received) == FILES
    loaded = night.load(workspace, night.keep_plan(workspace).plan.project.timezone)
    after = os.times()
    assert len(loaded.synced.loaded) == FILES
    assert sum(row["kept"] for row in loaded.files.iter_rows(named=True)) == FILES * POSTS
    assert after.user + after.system - before.user - before.system < FILES * SECONDS_A_FILE


READ = """
import resource, sys
from pathlib import Path
from flows.steps import night
from flows.steps.settings import Workspace
workspace = Workspace(Path(sys.argv[1]))
receipt = night.receive(workspace)
loaded = night.load(workspace, "UTC")
print(len(receipt.received), len(loaded.synced.refused), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10)
"""


@pytest.mark.parametrize("content", [b"\0", b"a", b"1,\n", "ក".encode(), b"\xe9\n", b'"'])
def test_a_file_as_large_as_any_that_is_read_costs_no_more_than_its_memory(
    workspace: Workspace, content: bytes
) -> None:
    piece = content * ((1 << 20) // len(content))
    with (workspace.inbox / "large.csv").open("wb") as large:
        if content == b"\0":
            large.truncate(MAX_FILE_BYTES)  # a file that takes no place on the disk
        else:
            for _ in range(MAX_FILE_BYTES // len(piece)):
                large.write(piece)
    os.utime(workspace.inbox / "large.csv", (1_735_500_000, 1_735_500_000))
    told = subprocess.run([sys.executable, "-c", READ, workspace.home], capture_output=True, text=True, check=True)
    received, refused, megabytes = map(int, told.stdout.split()[-3:])
    assert (received, refused) == (1, 1)
    assert megabytes < 2_000
