"""The small world that the local platforms tell of: accounts and their posts, whose figures grow from day to day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta


@dataclass(frozen=True)
class Post:
    """One post and its figures as they stand."""

    number: int
    published_at: datetime
    text: str = ""
    kind: str = "post"
    counts: dict[str, int | None] = field(default_factory=dict)

    def but(self, **counts: int | None) -> Post:
        """The same post with other figures."""
        return replace(self, counts={**self.counts, **counts})


@dataclass
class Account:
    """One page, channel or profile. Posts are newest first, as platforms list them."""

    account_id: str
    name: str
    posts: list[Post] = field(default_factory=list)
    token: str = ""

    def with_posts(self, count: int, now: datetime, every: timedelta = timedelta(hours=6)) -> Account:
        """So many posts, one every few hours until now; each figure follows from its number."""
        self.posts = [
            Post(
                number, now - every * at, f"Post {number} #forum", "video" if number % 5 == 0 else "post",
                {"views": 1000 + number, "reach": 800 + number, "likes": number % 50, "comments": number % 7,
                 "shares": number % 3, "clicks": number % 11, "watch_ms": 1000 * number, "saves": number % 4,
                 "views_paid": 10 * (number % 2)},
            )
            for at, number in enumerate(range(count, 0, -1))
        ]  # fmt: skip
        return self


def now() -> datetime:
    """This instant, in UTC without a zone and without fractions."""
    return datetime.now(UTC).replace(tzinfo=None, microsecond=0)


def days(count: int, until: datetime) -> Iterator[datetime]:
    """The midnights of the last days."""
    last = until.replace(hour=0, minute=0, second=0)
    yield from (last - timedelta(days=at) for at in range(count, 0, -1))
