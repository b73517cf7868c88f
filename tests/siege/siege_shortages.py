"""Full disks, read-only mounts, quotas of files and of memory, as the system makes them: a sentence, and nothing lost."""

from __future__ import annotations

import os
import random
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import meta, post
from tests.siege.siege_kills import Besieged, settled, tables, whole

SEED = int(os.environ.get("REACH_SEED", "17"))
SIZES = int(os.environ.get("REACH_SIZES", "10"))
"""So many disks, and so many limits of each kind, of sizes that the dice have."""

COMMAND = [sys.executable, "-m", "flows.cli.main"]


@pytest.fixture(scope="module")
def besieged(tmp_path_factory: pytest.TempPathFactory) -> Besieged:
    """The workspace of the kills, with more in its inbox."""
    if subprocess.run(["unshare", "-rm", "true"], check=False).returncode:
        pytest.skip("this machine lets nobody mount anything")
    besieged = Besieged(tmp_path_factory.mktemp("besieged"))
    rows = [post(number, Views=number) for number in range(1, 400)]
    besieged.base.drop("2024-10-09/large.csv", meta(*rows))
    return besieged


def in_a_mount(
    besieged: Besieged, name: str, before: str, after: str, command: str, options: str
) -> tuple[int, str, Path]:
    """Runs a command in a workspace of a disk of its own, within what ``before`` did to it, and again after ``after``.

    Returns its first status, what it wrote on the screen, and a folder with the workspace as it was after the second time.
    """
    disk, out = besieged.folder / f"{name}.disk", besieged.folder / f"{name}.out"
    disk.mkdir()
    out.mkdir()
    home, base = disk / "workspace", besieged.base.workspace.home
    reach = " ".join(map(shlex.quote, [*COMMAND, command, "--home", str(home)]))
    script = f"""
        export HOME_OF_REACH={home}
        mount -t tmpfs -o {options} none {disk} && cp -a {base} {home} || exit 99
        ( {before}; {reach} ) > {out}/first.log 2>&1; echo $? > {out}/status
        cp -a {home}/published {out}/between
        {after}; mount -o remount,size=512m {disk}
        {reach} > {out}/second.log 2>&1; echo $? >> {out}/status
        cp -a {home} {out}/workspace
    """
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    made = subprocess.run(
        ["unshare", "-rm", "sh", "-c", script], env=environment, capture_output=True, text=True, check=False
    )
    assert made.returncode == 0, made.stderr
    first, second = map(int, (out / "status").read_text().split())
    screen = (out / "first.log").read_text()
    assert "Traceback" not in screen + (out / "second.log").read_text(), screen
    assert first in (0, 1, 3), f"{name}: {first}\n{screen}"
    assert second in (0, 1), (out / "second.log").read_text()
    (out / "before").mkdir()
    (out / "between").rename(out / "before" / "published")
    whole(out / "before", f"{name}: {screen}")
    home = out / "workspace"
    settled(home, name)
    assert tables(home) == besieged.oracle(home), name
    sys.stderr.write(f"{name}, {command}: {first}: {screen.strip().splitlines()[-1:]}\n")
    return first, screen, out


def size_of(home: Path) -> int:
    return sum(path.stat().st_blocks * 512 for path in home.rglob("*"))


LIMITS = {
    "a full disk": lambda chance, size: ("true", f"size={size + chance.randrange(4_000_000)}"),
    "a limit of files": lambda chance, size: (f"ulimit -f {chance.randrange(8, 4000)}", "size=512m"),
    "a limit of memory": lambda chance, size: (f"ulimit -v {chance.randrange(300_000, 3_000_000)}", "size=512m"),
    "few files": lambda chance, size: ("true", f"size=512m,nr_inodes={chance.randrange(110, 260)}"),
}


@pytest.mark.parametrize("what", LIMITS)
def test_a_shortage_ends_in_a_sentence_and_the_next_run_is_whole(besieged: Besieged, what: str) -> None:
    chance, ends = random.Random(f"{SEED} {what}"), set[int]()
    size = size_of(besieged.base.workspace.home) + 100_000
    for number in range(SIZES):
        before, options = LIMITS[what](chance, size)
        after = "mount -o remount,nr_inodes=100k $(dirname $HOME_OF_REACH)"
        command = chance.choice(["publish", "rebuild"])
        first, _, out = in_a_mount(besieged, f"{what} {number}".replace(" ", "-"), before, after, command, options)
        ends.add(first)
        shutil.rmtree(out)
    assert 3 in ends or SIZES < 5


READ_ONLY = {"all of it": "", "archive": "/archive", "published": "/published", "the inbox": "/inbox"}


@pytest.mark.parametrize("what", READ_ONLY)
def test_what_is_read_only_is_said_and_the_next_run_is_whole(besieged: Besieged, what: str) -> None:
    folder = f"$HOME_OF_REACH{READ_ONLY[what]}"
    before = f"mount --bind {folder} {folder} && mount -o remount,bind,ro {folder} && cd /"
    first, screen, _ = in_a_mount(
        besieged, f"read only {what}".replace(" ", "-"), before, f"umount {folder}", "publish", "size=512m"
    )
    assert first == (0 if what in ("the inbox", "archive") else 3), screen  # publishing writes to neither
