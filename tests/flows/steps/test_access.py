"""A check of each account says what comes, and keeps nothing."""

from __future__ import annotations

from flows.steps.access import checks
from tests.conftest import PAGE, World
from tests.connectors.facebook.server import Facebook
from tests.flows.steps.asking import OTHER


def test_a_check_asks_each_account_and_keeps_nothing(asking: World, facebook: Facebook) -> None:
    facebook.retired = {"post_clicks"}
    facebook.dead = {OTHER: 460}
    answers = list(checks(asking.workspace))
    ours = {check.metric: check for check in answers if check.account == f"facebook:{PAGE}"}
    assert (ours[""].came, ours["views"].came, ours["account page_views"].came) == (
        "30 posts, in 14 requests",
        "of 30 posts",
        "of 28 days",
    )
    assert ("valid insights metric" in ours["clicks"].act, ours["clicks"].came) == (True, "refused")
    assert ["password was changed" in check.act for check in answers if check.account == f"facebook:{OTHER}"] == [True]
    assert not asking.workspace.archive.folder.exists()
