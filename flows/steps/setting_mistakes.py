"""What is wrong with a setting, as a sentence for a person; the value of a secret is in none."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from typing import Any, get_args

from pydantic import BaseModel

from connectors.asking.settings import SECRETS
from flows.steps.inbox_settings import InboxSettings
from warehouse.secret_shapes import struck

SECRET = (*SECRETS, "urls", "password", "secret")
"""Settings that have no place in ``reach.toml``, and are never shown."""

OF_ENV = ("inbox_secrets", "mail_to", "member_secrets")
"""Settings whose every key is a secret's name."""
NO_KEYS = {
    "inboxes": "In reach.toml each inbox is an [[inbox]]; secrets of inboxes stand in .env beside it.",
    "inbox_secrets": "In reach.toml each inbox is an [[inbox]]; secrets of inboxes stand in .env beside it.",
    "member_secrets": "In reach.toml a [[member]] says by which name its keys stand in .env beside it.",
    "mail_to": "Addresses of people have no place in reach.toml, which is copied and mailed around: put each into .env "
    "beside it, as REACH_MAIL_TO__ and the name that the plan has in mail_to.",
}
"""What is said of settings that have another form in ``reach.toml``, or no place there."""

_LIKE_A_SECRET = re.compile(r"(?i)passw|secret|token|key")


def sentence(error: Any, settings: type[BaseModel]) -> str:
    """One of pydantic's errors of the settings as a sentence."""
    path = [str(part) for part in error["loc"]]
    if path[0] == "inboxes":
        return _of_inboxes(path[1:], error)
    key = ".".join(path)
    if error["type"] != "extra_forbidden":
        is_section = path[0] in settings.model_fields and len(path) == 1 and isinstance(error["input"], str)
        is_secret = set(path) & {*SECRET, *OF_ENV, "keys"} or (is_section and error["type"].startswith("model"))
        # What a whole section is told of holds its secrets as they were written.
        value = "that" if is_secret or isinstance(error["input"], Mapping) else repr(error["input"])
        return struck(f"The setting {key} cannot be {value}: {_message(error)}.")
    model = settings
    for part in path[:-1]:
        annotation = model.model_fields[part].annotation if part in model.model_fields else None
        annotation = next(iter(get_args(annotation)), annotation)  # of a list's entries
        if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            model = annotation
    return f"{key} is no setting; {_nearest(path[-1], model)}."


def _of_inboxes(path: list[str], error: Any) -> str:
    """The same of ``[[inbox]]``, without its values: an address may hold a password."""
    if not path:
        return f"[[inbox]] in reach.toml {_message(error)}."
    which = f"[[inbox]] number {int(path[0]) + 1} in reach.toml" if path[0].isdigit() else "[[inbox]] in reach.toml"
    if error["type"] != "extra_forbidden":
        return f"{which}{': ' if path[1:] else ' '}{' '.join((*path[1:], _message(error)))}."
    if _LIKE_A_SECRET.search(path[-1]):
        return (
            f"{which}: {path[-1]} is a secret and has no place in reach.toml, which is copied and mailed around: put "
            "it into .env as REACH_INBOX_SECRETS__ and the inbox's name, such as REACH_INBOX_SECRETS__MAIL."
        )
    return f"{which}: {path[-1]} is no setting; {_nearest(path[-1], InboxSettings)}."


def _message(error: Any) -> str:
    return str(error["msg"]).removeprefix("Value error, ")


def _nearest(key: str, model: type[BaseModel]) -> str:
    keys = [field for field in model.model_fields if field != "inboxes"]
    near = difflib.get_close_matches(key, keys, 1, 0.5)
    return f"the nearest is {near[0]}" if near else f"there are {', '.join(keys)}"
