"""A night that asks every platform, without an account anywhere: ``make demo-apis``.

The platforms are local servers that speak their protocols; the night is a night as any other.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.platforms import night
from tests.platforms.server import running
from tests.platforms.world import now

POSTS = 40


def main(home: Path) -> int:
    """Runs the night in a new workspace, shows its totals by platform and its sources; the night's exit status."""
    ones = night.every(POSTS, now())
    with running({name: one.platform for name, one in ones.items()}) as server:
        night.written(
            home,
            {name: one.given(server, name) for name, one in ones.items()},
            {name: one.secrets for name, one in ones.items()},
        )
        status = reach("nightly", home)
    reach("totals", home, "--by", "platform")
    reach("sources", home)
    sys.stdout.write(f"The workspace is {home}: reach.toml and .env are what a real one looks like.\n")
    return status


def reach(command: str, home: Path, *more: str) -> int:
    """One command of the program, as a person types it."""
    return subprocess.run([sys.executable, "-m", "flows.cli.main", command, "--home", str(home), *more]).returncode


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
