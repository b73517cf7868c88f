"""What a network's secretariat pays for its members' figures together: by members, and by the posts that each counts.

Each member has a copy of one published folder, with posts of other ids; all are read and summed as a night does.
Run: python -m benchmarks.members [POSTSxMEMBERS ...]
"""

from __future__ import annotations

import hashlib
import json
import shutil
import sys
import tempfile
from datetime import date
from pathlib import Path

import polars as pl

from benchmarks import typed
from benchmarks.daily_exports import day_of
from flows.steps.network import together
from flows.steps.settings import Workspace

GIVEN = ("2000x1", "2000x50", "2000x100", "20000x10", "20000x20")
POSTS = "parquet/post_totals.parquet"


def make(folder: Path, published: Path, members: int) -> None:
    """A secretariat's workspace in ``folder``, and the published folders of its members."""
    settings = []
    for number in range(members):
        member = folder / f"{number}"
        manifest = json.loads((published / "manifest.json").read_bytes())
        night = manifest["night"]
        shutil.copytree(published / night, member / night, copy_function=shutil.copyfile)
        posts = pl.read_parquet(published / night / POSTS)
        posts.with_columns(post_id=pl.format("{}-{}", "post_id", pl.lit(number))).write_parquet(member / night / POSTS)
        manifest["files"][POSTS]["sha256"] = hashlib.sha256((member / night / POSTS).read_bytes()).hexdigest()
        (member / "manifest.json").write_text(json.dumps(manifest))
        settings.append(f'[[member]]\nname = "{number}"\npublished = "{member}"\n')
    (folder / "reach.toml").write_text("".join(settings))


def main() -> None:
    print(
        "| posts of each member | members | CPU s | peak MiB | bytes that a member publishes to it |\n"
        + "| --- " * 5
        + "|"
    )
    with tempfile.TemporaryDirectory() as temporary, typed.prefect_server() as server:
        for history in sys.argv[1:] or GIVEN:
            posts, members = map(int, history.split("x"))
            home = Path(temporary) / f"{posts}"
            if not home.exists():
                typed.python("benchmarks.daily_exports", f"{home}", f"{posts}", "0", "2")
                typed.reach(["nightly", "--as-of", f"{day_of(1)}", "--home", f"{home}"], server)
            folder = Path(temporary) / history
            folder.mkdir()
            typed.python("benchmarks.members", "make", f"{folder}", f"{home / 'published'}", f"{members}")
            cost = typed.measured("benchmarks.members", "together", f"{folder}")
            size = next((folder / "0").rglob("post_totals.parquet")).stat().st_size
            print(f"| {posts:,} | {members} | {cost.cpu_seconds:.2f} | {cost.peak_mib:,.0f} | {size:,} |", flush=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["make"]:
        make(Path(sys.argv[2]), Path(sys.argv[3]), int(sys.argv[4]))
    elif sys.argv[1:2] == ["together"]:
        typed.print_cost(lambda: together(Workspace(Path(sys.argv[2])), date(2024, 1, 3)))
    else:
        main()
