"""Workspaces that ask the local platforms: of the tests, of the benchmark and of the demonstration."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

from tests.platforms.facebook import Facebook
from tests.platforms.server import Server
from tests.platforms.world import Account

TOKEN = "EAAG-local-token"
PLAN = """
[project]
name = "A programme"
timezone = "Asia/Phnom_Penh"
[[activity]]
id = "1.1"
name = "Forum"
[[campaign]]
id = "forum"
activity = "1.1"
name = "The forum"
match = { hashtags = ["forum"] }
"""


def facebook_pages(pages: int, posts: int, now: datetime) -> Facebook:
    """So many pages with so many posts each."""
    ids = [f"1000645{number:08}" for number in range(1, pages + 1)]
    return Facebook({own: Account(own, f"Page {own[-3:]}", token=TOKEN).with_posts(posts, now) for own in ids})


def workspace(home: Path, server: Server, **accounts: list[str]) -> None:
    """A workspace that asks the server for these accounts, by platform."""
    home.mkdir(parents=True, exist_ok=True)
    (home / "inbox").mkdir(exist_ok=True)
    (home / "plan.toml").write_text(PLAN, encoding="utf-8")
    sections = (
        f'[{name}]\nbase_url = "{server.base_url(name)}"\naccounts = {json.dumps(own)}\n'
        for name, own in accounts.items()
    )
    (home / "reach.toml").write_text("\n".join(sections), encoding="utf-8")
    (home / ".env").write_text("".join(f"REACH_{name.upper()}__TOKEN={TOKEN}\n" for name in accounts), encoding="utf-8")
