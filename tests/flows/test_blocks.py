"""Secrets in Prefect's blocks: used where nothing else gives one, and never printed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from connectors.asking.settings import ApiSettings
from flows.blocks import from_blocks
from flows.run_night import run_backfill
from flows.steps.settings import SettingsError, Workspace
from tests.platforms import night
from tests.platforms.server import running
from tests.platforms.world import now

pytestmark = pytest.mark.prefect


def test_a_token_may_come_from_a_block(prefect_server: str, tmp_path: Path) -> None:
    from prefect.blocks.system import Secret

    pages = night.facebook_pages(1, 5, now())
    with running({"facebook": pages}) as server:
        night.workspace(tmp_path, server, facebook=list(pages.pages))
        (tmp_path / ".env").unlink()
        assert "REACH_FACEBOOK__TOKEN" in run_backfill(Workspace(tmp_path))[0]
        Secret(value=night.TOKEN).save("reach-facebook-token")
        try:
            assert run_backfill(Workspace(tmp_path)) == ()
        finally:
            Secret.delete("reach-facebook-token")


@pytest.fixture
def block(prefect_server: str) -> Iterator[str]:
    """The name of a platform whose token stands in a block."""
    from prefect.blocks.system import Secret

    Secret(value="token-of-the-block").save("reach-pigeons-token", overwrite=True)
    yield "pigeons"
    Secret.delete("reach-pigeons-token")


def test_what_the_settings_give_goes_before_a_block(block: str) -> None:
    assert from_blocks(ApiSettings(), block, "ours-123abc").token == SecretStr("token-of-the-block")
    given = ApiSettings(token=SecretStr("token-of-dotenv"))
    assert from_blocks(given, block, "ours-123abc").token == SecretStr("token-of-dotenv")


def test_a_workspaces_own_block_goes_before_the_one_of_all(block: str) -> None:
    from prefect.blocks.system import Secret

    Secret(value="token-of-one-workspace").save("ours-123abc-pigeons-token")
    try:
        assert from_blocks(ApiSettings(), block, "ours-123abc").token == SecretStr("token-of-one-workspace")
        assert from_blocks(ApiSettings(), block, "theirs-456def").token == SecretStr("token-of-the-block")
    finally:
        Secret.delete("ours-123abc-pigeons-token")


def test_without_a_block_the_settings_stay_as_they_are(prefect_server: str) -> None:
    assert from_blocks(ApiSettings(accounts=["1"]), "owls", "ours-123abc") == ApiSettings(accounts=["1"])


def test_a_block_that_can_be_no_such_secret_is_named_without_what_it_holds(prefect_server: str) -> None:
    from prefect.blocks.system import Secret

    Secret(value="no-tokens-by-account").save("reach-pigeons-tokens", overwrite=True)
    try:
        with pytest.raises(SettingsError, match=r"A Prefect block \(reach-pigeons-tokens\)") as raised:
            from_blocks(ApiSettings(), "pigeons", "ours-123abc")
        assert "no-tokens-by-account" not in str(raised.value)
    finally:
        Secret.delete("reach-pigeons-tokens")
