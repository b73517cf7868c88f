"""The pictures that stand for posts and assets on pages and in documents: files that people put into the workspace.

Exports and APIs give addresses of pictures, which end after days, and no page of ours asks the internet.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from warehouse.texts import match_key


class Thumbnail(NamedTuple):
    """A small JPEG, and the name of its file beside pages, which its content tells."""

    name: str
    content: bytes


@dataclass(frozen=True)
class Thumbnails:
    """Small JPEGs by what their files are called: an asset's id, or a post's platform and id with ``_`` between."""

    files: Mapping[str, bytes] = field(default_factory=dict)

    def of_asset(self, asset_id: str | None) -> Thumbnail | None:
        """An asset's picture, where there is one."""
        content = self._by_key.get(match_key(asset_id)) if asset_id else None
        return None if content is None else _named(content)

    def of_post(self, platform: str, post_id: str, asset_id: str | None = None) -> Thumbnail | None:
        """A post's own picture, else that of its asset."""
        return self.of_asset(f"{platform}_{post_id}") or self.of_asset(asset_id)

    @property
    def all(self) -> list[Thumbnail]:
        """Every picture once."""
        return [_named(content) for content in dict.fromkeys(self.files.values())]

    @cached_property
    def _by_key(self) -> Mapping[str, bytes]:
        return {match_key(name): content for name, content in self.files.items()}


NO_THUMBNAILS = Thumbnails()


def _named(content: bytes) -> Thumbnail:
    return Thumbnail(f"{hashlib.sha256(content).hexdigest()[:16]}.jpg", content)
