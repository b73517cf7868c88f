"""Every benchmark that has something to reach, one after the other, and then the table of all of them.

Each is a process of its own; one that fails is named at the end, and the others run all the same.
Run: python -m benchmarks [NAME ...] [--hundred-million]
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks import rows

LONGEST, HUGE = "50000x200", "50000x2000"
"""The longest history of nights, whose warehouse the past day is computed from, and the one of 100 million readings."""


GIVEN: dict[str, tuple[str, ...]] = {
    "exports": (),
    "many_files": (),
    "tables": (),
    "report": (),
    "nights": (),
    "history": ("--keep", "{folder}"),
    "past_day": (LONGEST, "--home", f"{{folder}}/{LONGEST}"),
    "layouts": (),
    "apis": (),
}
"""What each benchmark is given, in their order."""


def main() -> int:
    """Runs them; the exit status is 1 where one failed."""
    arguments = _arguments()
    with tempfile.TemporaryDirectory() as folder:
        collected = Path(folder) / "rows.jsonl"
        runs = [(name, [given.format(folder=folder) for given in GIVEN[name]]) for name in arguments.names or GIVEN]
        if arguments.hundred_million:
            runs.append(("past_day", [HUGE]))
        failed = [name for name, given in runs if not _has_run(name, given, collected)]
        print("\n".join((f"\n{rows.HEAD}", *(row.line for row in rows.collected(collected)))))
    for name in failed:
        print(f"{name} failed", file=sys.stderr)
    return bool(failed)


def _has_run(name: str, given: list[str], collected: Path) -> bool:
    """Runs a benchmark, which adds its rows to a file; whether it came to its end."""
    print(f"\n{name}", flush=True)
    command = [sys.executable, "-m", f"benchmarks.{name}", *given]
    return not subprocess.run(command, env=os.environ | {rows.COLLECTED_IN: f"{collected}"}).returncode


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help="only these, as their modules are called")
    parser.add_argument(
        "--hundred-million", action="store_true", help="also a past day of 10^8 readings: half an hour, 20 GB of disk"
    )
    arguments = parser.parse_args()
    if strange := set(arguments.names) - set(GIVEN):
        parser.error(f"there is no {', '.join(sorted(strange))}; there are {', '.join(GIVEN)}")
    return arguments


if __name__ == "__main__":
    sys.exit(main())
