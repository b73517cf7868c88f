"""Secrets that Prefect's Secret blocks hold."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from prefect.blocks.system import Secret

from connectors.asking.settings import SECRETS, ApiSettings
from flows.steps.settings import SettingsError


def from_blocks(settings: ApiSettings, connector: str, workspace_key: str) -> ApiSettings:
    """Settings with the secrets that Prefect's Secret blocks hold.

    What the environment or ``.env`` says goes first, then the workspace's own ``ours-3f1a9c40b7-facebook-token``, then
    ``reach-facebook-token``, which all workspaces of the server have.

    Raises:
        SettingsError: a block holds what cannot be a secret of that name.
    """
    given = dict(settings)
    secrets: dict[str, Any] = {}
    blocks: dict[str, str] = {}
    for owner in ("reach", workspace_key):
        for key in SECRETS:
            if key in given and not given[key]:
                block = f"{owner}-{connector}-{key.replace('_', '-')}"
                with suppress(ValueError):  # there is none of that name
                    secrets[key] = Secret.load(block).get()  # type: ignore[union-attr]
                    blocks[key] = block
    if not secrets:
        return settings
    try:
        checked = type(settings)(**secrets)
    except ValueError:
        names = ", ".join(blocks.values())
        raise SettingsError(f"A Prefect block ({names}) holds what is no such secret; make it again.") from None
    return settings.model_copy(update={key: value for key, value in checked if key in secrets})
