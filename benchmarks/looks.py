"""What a look at an inbox costs to which nothing came: its own process, and the Prefect server beside it.

A deployed workspace is looked at every ten minutes. Run: python -m benchmarks.looks [LOOKS]
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
from pathlib import Path

from benchmarks import typed
from benchmarks.daily_exports import day_of


def servers_cpu_seconds() -> float:
    """The processor's seconds of the children that still run: the server's."""
    ticks = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        fields = stat.read_text().rpartition(")")[2].split()
        if int(fields[1]) == os.getpid():
            ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def main() -> None:
    looks = int(sys.argv[1]) if sys.argv[1:] else 9
    with tempfile.TemporaryDirectory() as temporary, typed.prefect_server() as server:
        home = f"{temporary}/home"
        typed.python("benchmarks.daily_exports", home, "1000", "0", "2")
        typed.reach(["nightly", "--as-of", f"{day_of(1)}", "--home", home], server)
        environment = os.environ | {"PREFECT_API_URL": server}
        before, costs = servers_cpu_seconds(), []
        for _ in range(looks):
            costs.append(typed.python("benchmarks.looks", "look", home, environment=environment))
        of_server = (servers_cpu_seconds() - before) / looks
    cpu, peak = (statistics.median(getattr(cost, name) for cost in costs) for name in ("cpu_seconds", "peak_mib"))
    print(f"a look: {cpu:.2f} CPU s, {peak:,.0f} MiB; the server beside it {of_server:.2f} CPU s; median of {looks}")


if __name__ == "__main__":
    if sys.argv[1:2] == ["look"]:
        from flows.nightly import nightly

        nightly(home=sys.argv[2], only_if_changed=True, as_of=day_of(1))
    else:
        main()
