"""The refusal of an API: a sentence without secrets, and who has to act."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

Who = Literal["again", "window", "person", "bug"]
"""Who has to act where an API refuses: nobody, as asking again helps; nobody before the next window of a quota; a
person; whoever mends Reach."""


class Unanswered(Exception):
    """An API did not answer; the sentence says why, without secrets, and ``who`` has to act.

    ``code`` is the platform's own, and so are ``subcode`` and ``words``, where it has them. ``until`` is when a quota's
    next window opens, ``wait`` how long the platform asks to wait.
    """

    def __init__(
        self, sentence: str, who: Who, code: str = "", wait: timedelta | None = None, until: datetime | None = None
    ) -> None:
        super().__init__(sentence)
        self.who = who
        self.code = code
        self.wait = wait
        self.until = until
        self.subcode = 0
        self.words = ""
