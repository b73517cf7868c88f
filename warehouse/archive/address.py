"""An address that fsspec knows, such as ``s3://bucket/exports``: what is asked there ends in time, or in one sentence.

``pip install 'reach-pipeline[s3]'`` brings what S3 needs; other kinds of addresses need what fsspec names for them.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar
from urllib.parse import urlsplit

R = TypeVar("R")

CONNECT_SECONDS, READ_SECONDS = 10, 30
"""How long S3 is waited for. By itself a library would ask for minutes."""


class Unreachable(Exception):
    """An address, a folder or a mailbox that could not be read; the sentence says why, and holds no secret."""


@dataclass(frozen=True)
class Address:
    """Where something lies. ``title`` is what sentences call it, ``secret_name`` where its keys stand in ``.env``.

    ``options`` are what its file system in fsspec takes, and may hold secrets. S3 is asked again ``attempts`` times.
    """

    url: str
    title: str
    options: Mapping[str, Any] = field(repr=False, hash=False, default_factory=dict)
    secret_name: str = ""
    seconds: float = 120.0
    attempts: int = 1

    def ask(self, ask: Callable[[Any, str], R]) -> R:
        """What an address answers within some seconds; ``ask`` is given its file system, and the folder in that.

        Raises:
            Unreachable: it does not answer, or refuses; whatever a library fails with is one sentence.
        """
        try:
            return within(self.seconds, lambda: ask(*self._file_system))
        except ImportError:
            kind = urlsplit(self.url).scheme
            brings = "pip install 'reach-pipeline[s3]' brings it" if kind == "s3" else "see fsspec's documentation"
            raise Unreachable(f"{self.title}: what reads {kind}:// is not installed; {brings}.") from None
        except PermissionError:
            keys = f"see whether {self.secret_name} in .env has its keys" if self.secret_name else "see its keys"
            raise Unreachable(f"{self.title} refuses to be read: {keys}, and what they may do.") from None
        except FileNotFoundError:
            raise Unreachable(f"{self.title} does not exist; see its address.") from None
        except TimeoutError:
            raise Unreachable(f"{self.title} did not answer in time.") from None
        except Exception as error:  # libraries raise what they like, with keys and addresses in their texts
            kind = type(error).__name__
            if "Credential" in kind or "Token" in kind:
                where = f"as {self.secret_name} into .env" if self.secret_name else "where its library finds them"
                raise Unreachable(f"{self.title} has no keys: put them {where}.") from None
            if "Timeout" in kind:
                raise Unreachable(f"{self.title} did not answer in time.") from None
            is_far = "Connect" in kind or isinstance(error, OSError)
            raise Unreachable(f"{self.title} cannot be {'reached' if is_far else 'read'} ({kind}).") from None

    @cached_property
    def _file_system(self) -> tuple[Any, str]:
        """What fsspec makes of the address, and the folder in it. Nothing of it is shared with another one."""
        import fsspec  # most nights need none

        of_s3 = {
            "connect_timeout": CONNECT_SECONDS, "read_timeout": READ_SECONDS, "retries": {"max_attempts": self.attempts}
        }  # fmt: skip
        options = {**({"config_kwargs": of_s3} if self.url.startswith("s3:") else {}), **self.options}
        made, root = fsspec.url_to_fs(self.url, skip_instance_cache=True, use_listings_cache=False, **options)
        if hasattr(made, "retries"):
            made.retries = 1  # s3fs's own, around those of its library
        return made, root.rstrip("/")


def within(seconds: float, ask: Callable[[], R]) -> R:
    """What a function gives, within some seconds: libraries of other file systems may wait for ever.

    Raises:
        TimeoutError: it gave nothing; what it does is left to itself, and ends with the process.
    """
    outcome: list[R] = []
    failure: list[Exception] = []

    def run() -> None:
        try:
            outcome.append(ask())
        except Exception as error:
            failure.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(seconds)
    if failure:
        raise failure[0]
    if not outcome:
        raise TimeoutError
    return outcome[0]
