"""A check of each account says what comes, and keeps nothing."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from flows.steps import night
from flows.steps.access import checks
from tests.conftest import PAGE, World
from tests.connectors.facebook.server import Facebook
from tests.flows.steps.asking import OTHER, again


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


@pytest.mark.parametrize(("days", "is_said"), [(61, False), (60, True), (0, True), (-1, True)])
def test_a_check_says_sixty_days_before_a_version_ends(
    asking: World, monkeypatch: pytest.MonkeyPatch, days: int, is_said: bool
) -> None:
    monkeypatch.setattr(night, "now", lambda: datetime(2027, 1, 21) - timedelta(days=days))
    settings = asking.workspace.home / "reach.toml"
    settings.write_text(settings.read_text() + 'version = "v21.0"\n')
    version = next(check for check in checks(again(asking).workspace) if check.metric == "version")
    assert (version.account, version.came, bool(version.act)) == ("facebook", "v21.0, until 2027-01-21", is_said)


def test_a_check_says_that_another_version_answers_and_which_posts_refuse(asking: World, facebook: Facebook) -> None:
    facebook.version, facebook.refusing = "v28.0", {30: (12, 0)}
    ours = {check.came: check.act for check in checks(asking.workspace) if check.account == f"facebook:{PAGE}"}
    assert "v28.0 of the Graph API" in ours["answered otherwise"]
    assert ours["refused by posts"].startswith("nobody: 1 post refuses clicks, reach, views, views_paid and watch")
