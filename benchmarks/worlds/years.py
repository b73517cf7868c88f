"""Years of a workspace: accounts that publish week after week, of which exports are dropped and APIs are asked.

Four of five accounts are Facebook pages, each exported once a week with the posts of its last four weeks; the others
are asked by API every night, on Mastodon and Bluesky. A post grows for weeks by a formula of its own.
"""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from pathlib import Path

from starlette.responses import Response

from tests.connectors.bluesky.server import Bluesky
from tests.connectors.mastodon.server import Mastodon
from tests.platforms import night
from tests.platforms.server import Question, Server
from tests.platforms.world import Account, Post

BEGIN = date(2023, 1, 2)
WEEK, WEEKS_OF_AN_EXPORT = 7, 4
POST_EVERY_DAYS = {"export": 7, "api": 2}
LISTED_DAYS = 120
"""The APIs list posts of so many days; nights look back for 90."""
CAMPAIGN_DAYS, REPORT_DAYS = 100, 100
REPEATED, CUT, IS_DOWN, KILLED = 0.05, 0.02, 0.02, 0.01
"""Shares: of exports that are dropped once more, and of nights with a cut file, with an API down, and killed."""

HEADER = (
    "Post ID,Page ID,Page name,Title,Description,Publish time,Permalink,Is crosspost,Post type,Date,Views,Reach,"
    "Reactions,Comments,Shares,Total clicks"
)
PLATFORMS = ("mastodon", "bluesky")


def day_of_night(number: int) -> date:
    """The day of a night; the first night is number 0."""
    return BEGIN + timedelta(days=number)


def clock_of(day: date) -> datetime:
    """When the night of a day runs: at 02:00 of the next morning in Phnom Penh, in UTC."""
    return datetime.combine(day, time(19, 0))


def views_of(number: int, age_days: int) -> int:
    """What a post was seen until an age. Some are small, some are large; all slow down."""
    size = (40, 300, 900, 2500, 18_000)[number % 5] + number % 37
    return size * age_days // (age_days + 6)


def figures_of(number: int, age_days: int) -> dict[str, int | None]:
    """All counts of a post at an age."""
    views = views_of(number, age_days)
    return {
        "views": views, "reach": views * 7 // 10, "likes": views // 20, "comments": views // 90,
        "shares": views // 150, "clicks": views // 40, "saves": views // 200,
    }  # fmt: skip


@dataclass
class Years:
    """One world. ``size`` is its number of accounts; the same seed gives the same years."""

    size: int
    seed: int = 0
    mastodon: Mastodon = field(default_factory=lambda: Mastodon({}))
    bluesky: Bluesky = field(default_factory=lambda: Bluesky({}))
    down: set[str] = field(default_factory=set)

    @cached_property
    def pages(self) -> list[str]:
        """The pages that are exported, by their ids."""
        return [f"1000645{number:08}" for number in range(self.size - 2 * (self.size // 10))]

    @cached_property
    def asked_accounts(self) -> dict[str, list[str]]:
        """The accounts that are asked, by platform."""
        count = self.size // 10
        return {
            "mastodon": [f"radio{number}@mekong.example" for number in range(count)],
            "bluesky": [f"mekong{number}.example" for number in range(count)],
        }

    def written(self, home: Path, server: Server, days: int) -> None:
        """The workspace: settings, and a plan with campaigns and reports for so many days."""
        accounts = {name: ids for name, ids in self.asked_accounts.items() if ids}
        night.workspace(home, server, **accounts)
        (home / ".env").unlink()  # these platforms ask for no token
        (home / "plan.toml").write_text(self._plan(days), encoding="utf-8")
        server.faults.append(self._fault)

    def _plan(self, days: int) -> str:
        lines = ['[project]\nname = "Years"\ntimezone = "Asia/Phnom_Penh"']
        lines += [f'[[activity]]\nid = "1.{number}"\nname = "Activity {number}"' for number in range(3)]
        for number in range(days // CAMPAIGN_DAYS + 1):
            start = day_of_night(number * CAMPAIGN_DAYS)
            end = start + timedelta(days=CAMPAIGN_DAYS - 1)
            lines.append(
                f'[[campaign]]\nid = "c{number}"\nactivity = "1.{number % 3}"\nname = "Campaign {number}"\n'
                f'starts = {start}\nends = {end}\nmatch = {{ hashtags = ["c{number}"] }}'
            )
            lines.append(f'[[report]]\nname = "r{number}"\nas_of = {end}')
        return "\n".join(lines) + "\n"

    def _fault(self, question: Question) -> Response | None:
        if question.platform in self.down:
            return Response("out of order", 503, headers={"Retry-After": "7200"})
        return None

    def begin_day(self, number: int, home: Path) -> int:
        """What happens until a night: files are dropped, posts grow, something may be broken; bytes dropped."""
        dice = random.Random(f"{self.seed}/{number}")
        day = day_of_night(number)
        dropped = 0
        for page in self._exported_on(number):
            text = self._export(page, day)
            dropped += _drop(home, f"{day}/page {page}/export.csv", text.encode(), clock_of(day))
            if dice.random() < REPEATED:
                dropped += _drop(home, f"again/{day}/page {page}/export.csv", text.encode(), clock_of(day))
        if dice.random() < CUT:
            dropped += _drop(home, f"{day}/cut.xlsx", b"PK\x03\x04" + bytes(range(200)), clock_of(day))
        self.down = {dice.choice(PLATFORMS)} if dice.random() < IS_DOWN else set()
        self._publish_posts(day)
        return dropped

    def is_killed(self, number: int) -> bool:
        """Whether somebody kills the night."""
        return random.Random(f"{self.seed}/{number}/killed").random() < KILLED

    def _exported_on(self, number: int) -> Iterator[str]:
        yield from (page for at, page in enumerate(self.pages) if (number + at) % WEEK == 0)

    def _export(self, page: str, day: date) -> str:
        lines = [HEADER]
        for on in (day - timedelta(days=age) for age in range(1, WEEKS_OF_AN_EXPORT * WEEK)):
            number = (on - BEGIN).days
            if number < 0 or (number + int(page)) % POST_EVERY_DAYS["export"]:
                continue
            counts = figures_of(number + int(page), (day - on).days)
            post = f"1221{int(page) % 10_000:04}{number:010}"
            lines.append(
                f"{post},{page},Page {page},,Post {number} #c{number // CAMPAIGN_DAYS},{on:%m/%d/%Y} 08:00,"
                f"https://www.facebook.com/{page}/posts/{post},0,Photos,Lifetime,{counts['views']},{counts['reach']},"
                f"{counts['likes']},{counts['comments']},{counts['shares']},{counts['clicks']}"
            )
        return "\n".join(lines) + "\n"

    def _publish_posts(self, day: date) -> None:
        """The posts of the accounts that are asked, newest first, as they stand at the end of a day."""
        users = [name.partition("@")[0] for name in self.asked_accounts["mastodon"]]
        names = [(self.mastodon.accounts, f"109{at:015}", name) for at, name in enumerate(users)]
        names += [
            (self.bluesky.accounts, f"did:plc:mekong{at}", n) for at, n in enumerate(self.asked_accounts["bluesky"])
        ]
        for at, (accounts, account_id, name) in enumerate(names):
            account = Account(account_id, name)
            for age in range(LISTED_DAYS):
                number = ((day - timedelta(days=age)) - BEGIN).days
                if number >= 0 and (number + at) % POST_EVERY_DAYS["api"] == 0:
                    published = datetime.combine(day - timedelta(days=age), time(3))
                    text = f"Post {number} #c{number // CAMPAIGN_DAYS}"
                    account.posts.append(Post(1000 * number + at, published, text, counts=figures_of(number + at, age)))
            accounts[name] = account

    def forget_questions(self, server: Server) -> None:
        """Lets the local server forget what it was asked, which is no part of what is measured."""
        server.questions.clear()
        self.mastodon.answered.clear()
        self.bluesky.answered.clear()


def _drop(home: Path, path: str, content: bytes, modified: datetime) -> int:
    file = home / "inbox" / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)
    instant = modified.replace(tzinfo=UTC).timestamp() - 3600
    os.utime(file, (instant, instant))
    return len(content)
