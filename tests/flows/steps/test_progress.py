"""How far the asking of a platform has come."""

from __future__ import annotations

from flows.steps.progress import Progress


def test_an_account_is_done_by_as_many_questions_as_it_took_last_and_wholly_only_at_its_end() -> None:
    shown: list[tuple[int, float]] = []
    progress = Progress({"known": 2, "new": 0}, lambda *said: shown.append(said))
    for account in ("known", "new", "known", "known"):
        progress.answered(account)
    progress.ended("known")
    progress.ended("new")
    assert [(questions, round(share, 3)) for questions, share in shown] == [
        (1, 0.25),
        (2, 0.25),
        (3, 0.475),
        (4, 0.475),
        (4, 0.5),
        (4, 1.0),
    ]
