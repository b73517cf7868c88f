"""What an API's refusal carries from asking to whoever has to act."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import get_args

import pytest

from connectors.asking.refusals import Unanswered, Who


@pytest.mark.parametrize("who", get_args(Who))
def test_a_refusal_is_one_sentence_and_names_who_has_to_act(who: Who) -> None:
    refusal = Unanswered("The page's permission has ended.", who)
    assert (str(refusal), refusal.who) == ("The page's permission has ended.", who)


def test_what_the_platform_did_not_say_is_not_made_up() -> None:
    refusal = Unanswered("It did not answer.", "again")
    assert (refusal.code, refusal.wait, refusal.until) == ("", None, None)


def test_the_platforms_code_its_wait_and_the_end_of_its_quota_are_kept() -> None:
    until = datetime(2026, 11, 28, 8)
    refusal = Unanswered("Its quota is used up.", "window", "17", timedelta(minutes=5), until)
    assert (refusal.code, refusal.wait, refusal.until) == ("17", timedelta(minutes=5), until)
