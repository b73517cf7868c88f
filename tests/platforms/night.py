"""Workspaces that ask the local platforms: of the tests, of the benchmark and of the demonstration."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from tests.connectors.bluesky.server import Bluesky
from tests.connectors.facebook.server import Facebook
from tests.connectors.instagram.server import Instagram
from tests.connectors.linkedin.server import LinkedIn
from tests.connectors.mastodon.server import Mastodon
from tests.connectors.threads.server import Threads
from tests.connectors.tiktok.server import TikTok
from tests.connectors.website.server import Website
from tests.connectors.x.server import X
from tests.connectors.youtube import server as youtube
from tests.connectors.youtube.server import YouTube
from tests.platforms.server import Platform, Server
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


@dataclass
class One:
    """One platform with one account: what a workspace sets for it, in ``reach.toml`` and in ``.env``."""

    platform: Platform
    account: str
    secrets: dict[str, str] = field(default_factory=lambda: {"token": TOKEN})
    settings: dict[str, Any] = field(default_factory=dict)
    token_path: str = ""

    def given(self, server: Server, name: str) -> dict[str, Any]:
        """Its settings without the secrets."""
        base = server.base_url(name)
        urls = {"token_url": f"{base}{self.token_path}"} if self.token_path else {}
        urls |= {"analytics_url": base} if name == "youtube" else {}
        return {"base_url": base, "accounts": [self.account], **urls, **self.settings}


def every(posts: int, now: datetime) -> dict[str, One]:
    """Every platform, with an account of so many posts, one every six hours, or a site of so many pages."""
    google = {"client_secret": "app-secret/1", "refresh_token": youtube.REFRESH}

    def account(account_id: str, name: str) -> Account:
        return Account(account_id, name, token=TOKEN).with_posts(posts, now)

    page, person, channel = "100064500000001", "17841400000000001", "UCmekongmekongmekongmeko"
    did = "did:plc:abc234mekong"
    return {
        "bluesky": One(Bluesky({did: account(did, "mekong.example")}), "mekong.example", {}),
        "facebook": One(Facebook({page: account(page, "Mekong Radio")}), page),
        "instagram": One(Instagram({person: account(person, "Mekong Radio")}), person),
        "linkedin": One(LinkedIn(account("5005005", "Mekong")), "5005005"),
        "mastodon": One(Mastodon({"radio": account("109000000000000001", "radio")}), "radio@mekong.example", {}),
        "threads": One(Threads(account("25000000000000001", "Mekong Radio")), "25000000000000001"),
        "tiktok": One(
            TikTok(account("o1", "mekongradio"), refresh="rft.local/first"), "mekongradio",
            {"client_secret": "app-secret/1", "refresh_token": "rft.local/first"}, {"client_id": "aw"}, "/v2/oauth/token/",
        ),
        "website": One(
            Website("345000001", now.date() - timedelta(days=1), min(posts, 100)), "345000001", google, {"client_id": "app"}, "/token"
        ),
        "x": One(X({"1234567890": account("1234567890", "mekongradio")}), "mekongradio"),
        "youtube": One(YouTube({channel: account(channel, "mekongradio")}), channel, google, {"client_id": "app"}, "/token"),
    }  # fmt: skip


def facebook_pages(pages: int, posts: int, now: datetime) -> Facebook:
    """So many pages with so many posts each."""
    ids = [f"1000645{number:08}" for number in range(1, pages + 1)]
    return Facebook({page: Account(page, f"Page {page[-3:]}", token=TOKEN).with_posts(posts, now) for page in ids})


def workspace(home: Path, server: Server, **accounts: list[str]) -> None:
    """A workspace that asks the server for these accounts, by platform, with one token."""
    sections = {name: {"base_url": server.base_url(name), "accounts": ids} for name, ids in accounts.items()}
    written(home, sections, {name: {"token": TOKEN} for name in accounts})


def written(home: Path, sections: dict[str, dict[str, Any]], secrets: dict[str, dict[str, str]]) -> None:
    """A workspace with these settings by platform, and these secrets in its ``.env``."""
    home.mkdir(parents=True, exist_ok=True)
    (home / "inbox").mkdir(exist_ok=True)
    (home / "plan.toml").write_text(PLAN, encoding="utf-8")
    settings = (
        "\n".join([f"[{name}]", *(f"{key} = {json.dumps(value)}" for key, value in section.items())])
        for name, section in sections.items()
    )
    (home / "reach.toml").write_text("\n\n".join(settings) + "\n", encoding="utf-8")
    lines = (
        f"REACH_{name.upper()}__{key.upper()}={value}"
        for name, of_platform in secrets.items()
        for key, value in of_platform.items()
    )
    (home / ".env").write_text("\n".join(lines) + "\n", encoding="utf-8")
