"""Pictures that people put into the workspace: logos for documents, and thumbnails of posts and assets."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from PIL import Image, ImageOps

from flows.steps.settings import SettingsError, Workspace
from warehouse.publish.thumbnails import Thumbnails

THUMBNAILS = "thumbnails"
"""The folder of a workspace with pictures of posts and assets, each named as its asset or post is."""
TYPES = frozenset({".png", ".jpg", ".jpeg"})
_OF_SYSTEMS = frozenset({"Thumbs.db", "desktop.ini"})
"""Files that Windows puts into folders of pictures."""
_THUMBNAIL_PIXELS = (480, 480)
"""Sharp enough for 240 points on a good screen, and some 40 kB."""


def files_in(folder: Path) -> Iterator[Path]:
    """What people put into a folder, by name, pictures or not; nothing where there is no folder."""
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        if not path.name.startswith(".") and path.name not in _OF_SYSTEMS:
            yield path


def made_small(path: Path, pixels: tuple[int, int], kind: Literal["PNG", "JPEG"]) -> bytes:
    """A picture, upright and no larger than so many pixels, in the colours of screens.

    Printers' colours (CMYK) are not read by Word or browsers alike.

    Raises:
        SettingsError: it cannot be read.
    """
    out = io.BytesIO()
    try:
        with Image.open(path, formats=("PNG", "JPEG")) as image:
            upright = ImageOps.exif_transpose(image)
            upright.thumbnail(pixels)
            coloured = upright.convert("RGBA")
            if kind == "JPEG":  # has no transparency: white shows through
                coloured = Image.alpha_composite(Image.new("RGBA", coloured.size, "white"), coloured).convert("RGB")
            coloured.save(out, kind)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise SettingsError(f"{path} cannot be read as a picture: save it again as PNG.") from error
    return out.getvalue()


def thumbnails(workspace: Workspace) -> tuple[Thumbnails, tuple[str, ...]]:
    """The workspace's pictures of posts and assets, and a sentence for each file that is none."""
    pictures, problems = dict[str, bytes](), []
    for path in files_in(workspace.home / THUMBNAILS):
        try:
            if path.suffix.lower() not in TYPES:
                raise SettingsError(f"{path} is no PNG or JPEG, which is what pages take as a picture.")
            pictures[path.stem] = made_small(path, _THUMBNAIL_PIXELS, "JPEG")
        except SettingsError as error:
            problems.append(str(error))
    return Thumbnails(pictures), tuple(problems)
