"""What the errors of Meta's Graph mean: who has to act, and which of them are of one object or of a permission.

Reference: https://developers.facebook.com/docs/graph-api/guides/error-handling. Messages are in the token owner's
language, so codes decide. A code that is not known here is no less a refusal: whether it is of all or of a part is
found by asking (:mod:`connectors.meta.parts`).
"""

from __future__ import annotations

from connectors.asking.answers import one_line, whole
from connectors.asking.protocol import Meaning, Reply
from connectors.asking.refusals import Unanswered

_PERMISSION = ("10", *(str(code) for code in range(200, 300)))
_TOKEN = ("102", "190")
_GONE = 33
_BEFORE_PROFESSIONAL = 2108006
_WHY_TOKEN = {
    458: "the app was taken out of the account",
    459: "Facebook asks its owner to log in and confirm who they are",
    460: "its owner's password was changed",
    463: "it has expired",
    464: "its owner has not confirmed the account",
    467: "its owner logged out",
    492: "its owner has no role on the page any more",
}


_USUAL = "{title} does not answer for {account}: {message} (code {code})."
_DEAD_TOKEN = Meaning(
    "person",
    "The token of {account} is dead: {why} (code {code}/{subcode}). Make a new one as docs/access.md says.",
)
_NO_PERMISSION = Meaning(
    "person",
    "The token of {account} lacks a permission: {message} (code {code}). docs/access.md lists those it needs.",
)
_ASKED_TOO_MUCH = Meaning(
    "window", "{title} has been asked too much for {account} (code {code}); the rest is for next time."
)
_MEANINGS = {
    **dict.fromkeys((1, 2), Meaning("again", _USUAL)),
    **dict.fromkeys((4, 17, 32, 341, 368, 613, *range(80000, 80010)), _ASKED_TOO_MUCH),
    **dict.fromkeys((int(code) for code in _PERMISSION), _NO_PERMISSION),
    **dict.fromkeys((int(code) for code in _TOKEN), _DEAD_TOKEN),
}


def refusal(platform: str, account: str, reply: Reply) -> Unanswered | None:
    """What a reply refuses, if it does; its codes decide."""
    error = reply.error
    if error is None:
        return None
    code, subcode = (whole(error.get(key)) or 0 for key in ("code", "error_subcode"))
    message = one_line(error.get("message", ""), 300)
    usual = Meaning("again" if error.get("is_transient") is True else "bug", _USUAL)
    refused = _MEANINGS.get(code, usual).refusal(
        f"{platform}:{account}", str(code), title=platform.capitalize(), subcode=subcode, message=message,
        why=_WHY_TOKEN.get(subcode, message or "it is not valid any more"),
    )  # fmt: skip
    refused.subcode, refused.words = subcode, message
    return refused


def is_of_a_permission(refused: Unanswered) -> bool:
    """Whether a permission of the token would help."""
    return refused.code in _PERMISSION


def is_of_a_token(refused: Unanswered) -> bool:
    """Whether the code is that of a token that is not good any more."""
    return refused.code in _TOKEN


def is_gone(refused: Unanswered) -> bool:
    """Whether Graph says of the object itself that it is not there, or not to be seen."""
    return refused.code == "100" and refused.subcode == _GONE


def is_before_professional(refused: Unanswered) -> bool:
    """Whether Graph says that a post is older than the account's change to a professional one."""
    return refused.subcode == _BEFORE_PROFESSIONAL


def is_of_one_post(refused: Unanswered) -> bool:
    """Whether Graph says that the one post is to blame, so that others of its account may answer."""
    return is_gone(refused) or is_before_professional(refused)


def why_of_a_post(refused: Unanswered) -> str:
    """Why one post refuses its figures: the platform's own words and code, as a phrase for a list of reasons."""
    code = f"{refused.code}/{refused.subcode}" if refused.subcode else refused.code
    if is_before_professional(refused):
        return f"published before the account became a professional one (code {code})"
    return f"{refused.words.rstrip('.')} (code {code})".strip()
