"""Secrets that Prefect's Secret blocks hold."""

from __future__ import annotations

from typing import Any

from prefect.blocks.system import Secret

from connectors.asking.settings import SECRETS, ApiSettings
from flows.steps.settings import SettingsError


def from_blocks(settings: ApiSettings, connector: str) -> ApiSettings:
    """Settings with the secrets that Prefect's Secret blocks hold: ``reach-facebook-token`` and the like.

    What the environment or ``.env`` says goes first.

    Raises:
        SettingsError: a block holds what cannot be a secret of that name.
    """
    given = dict(settings)
    secrets: dict[str, Any] = {}
    for key in SECRETS:
        if key in given and not given[key]:
            try:
                secrets[key] = Secret.load(_block(connector, key)).get()  # type: ignore[union-attr]
            except ValueError:  # there is none of that name
                continue
    if not secrets:
        return settings
    try:
        checked = type(settings)(**secrets)
    except ValueError:
        names = ", ".join(_block(connector, key) for key in secrets)
        raise SettingsError(f"A Prefect block ({names}) holds what is no such secret; make it again.") from None
    return settings.model_copy(update={key: value for key, value in checked if key in secrets})


def _block(connector: str, key: str) -> str:
    return f"reach-{connector}-{key.replace('_', '-')}"
