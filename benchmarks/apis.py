"""How many questions 1,000 posts cost on each platform, and a night over 200 pages of which some fail.

Each platform is a local server that speaks its documented protocol (tests/platforms), with 1,000 posts of one account.
Beside it stands the count that a question a post needs on top of the lists, as open-source connectors read Facebook's
post insights. Run: python -m benchmarks.apis
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path

from starlette.responses import Response

import connectors
from connectors.asking.http import Http
from connectors.asking.pulling import Window
from tests.platforms import night
from tests.platforms.server import Question, running
from tests.platforms.world import now

PAGES, POSTS = 200, 100


def main() -> None:
    print("| platform | posts | requests | quota units | one a post |\n| --- | --- | --- | --- | --- |")
    for name, (requests, units) in questions(1000).items():
        posts = 1000 if name != "website" else 100
        print(f"| {name} | {posts:,} | {requests} | {units} | {posts + 10:,} |", flush=True)
    many_pages()


def questions(posts: int) -> dict[str, tuple[int, int]]:
    """The requests and units that each platform takes for an account of so many posts, all of them read."""
    accounts = night.every(posts, now())
    counts = {}
    with running({name: one.platform for name, one in accounts.items()}) as server:
        for name, one in accounts.items():
            this_api = next(api for api in connectors.APIS if name == api.NAME)
            settings = this_api.Settings(**one.given(server, name), **one.secrets)
            http = Http(settings, lambda _: None)
            this_api.pull(http, one.account, settings, Window(now(), now() - timedelta(days=300)))
            counts[name] = (http.requests, http.units)
    return counts


def failing(question: Question) -> Response | None:
    """One question in fifty is answered with a server's error."""
    return Response("<html>out of order</html>", 502) if question.number % 50 == 49 else None


def many_pages() -> None:
    """A night over many pages, two with dead tokens, as a person types it."""
    with tempfile.TemporaryDirectory() as temporary:
        home, pages = Path(temporary), night.facebook_pages(PAGES, POSTS, now())
        dead = list(pages.pages)[3:5]
        pages.dead = dict.fromkeys(dead, 463)
        with running({"facebook": pages}) as server:
            server.faults.append(failing)
            night.workspace(home, server, facebook=list(pages.pages))
            outside = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
            command = [sys.executable, "-m", "flows.cli.main", "nightly", "--home", str(home)]
            started = time.perf_counter()
            done = subprocess.run(command, env=outside, capture_output=True, text=True)
            took = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss >> 10
    named = sum(any(page in line and "has expired" in line for line in done.stderr.splitlines()) for page in dead)
    print(f"\n{PAGES} pages, {PAGES * POSTS:,} posts: {took:.0f} s, peak {peak} MiB, status {done.returncode}")
    print(f"{done.stdout.strip()} Dead tokens named: {named} of {len(dead)}.")


if __name__ == "__main__":
    main()
