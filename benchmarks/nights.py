"""A night over the sample, and the same night again with nothing new, each as a person types it.

Prints the seconds of each and what it said. Run: python -m benchmarks.nights
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from flows.steps.init import create_demo


def main() -> None:
    with tempfile.TemporaryDirectory() as temporary:
        home = Path(temporary) / "sample"
        create_demo(home)
        outside = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
        for which in ("first night", "the same night again"):
            started = time.perf_counter()
            command = [sys.executable, "-m", "flows.cli.main", "nightly", "--as-of", "2024-12-30", "--home", str(home)]
            done = subprocess.run(command, env=outside, capture_output=True, text=True)
            text = done.stdout.strip()
            print(f"{which}: {time.perf_counter() - started:.1f} s, status {done.returncode}: {text}")


if __name__ == "__main__":
    main()
