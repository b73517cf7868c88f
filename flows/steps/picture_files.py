"""Pictures that people put into the workspace: logos for documents, and thumbnails of posts and assets."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from flows.steps.settings import SettingsError, Workspace
from warehouse.faults import fault
from warehouse.publish.thumbnails import Thumbnails

THUMBNAILS = "thumbnails"
"""The folder of a workspace with pictures of posts and assets, each named as its asset or post is."""
TYPES = frozenset({".png", ".jpg", ".jpeg"})
_OF_SYSTEMS = frozenset({"Thumbs.db", "desktop.ini"})
"""Files that Windows puts into folders of pictures."""
_THUMBNAIL_PIXELS = (480, 480)
"""Sharp enough for 240 points on a good screen, and some 40 kB."""
_MOST_PIXELS = 50_000_000
"""So many take some 200 MB while they are made small. Of a JPEG that counts after its own first step to smaller."""


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
    from PIL import Image, ImageOps  # a look at the inbox does without

    out = io.BytesIO()
    if not path.is_file():  # a pipe has no end
        raise SettingsError(f"{path} is no file: take it away.")
    try:
        with Image.open(path, formats=("PNG", "JPEG")) as image:
            image.draft(None, (2 * max(pixels), 2 * max(pixels)))
            is_too_large = image.width * image.height > _MOST_PIXELS
            if not is_too_large:
                ImageOps.exif_transpose(image, in_place=True)
                image.thumbnail(pixels)
                coloured = image.convert("RGBA")
                if kind == "JPEG":  # has no transparency: white shows through
                    coloured = Image.alpha_composite(Image.new("RGBA", coloured.size, "white"), coloured)
                    coloured = coloured.convert("RGB")
                coloured.save(out, kind)
    except Image.DecompressionBombError:
        is_too_large = True
    except Exception as error:  # of a damaged file Pillow raises many kinds; none may cost the pages
        raise SettingsError(f"{path} cannot be read as a picture: save it again as PNG.") from error
    if is_too_large:
        raise SettingsError(f"{path} is larger than {_MOST_PIXELS // 1_000_000} megapixels: save it smaller.")
    return out.getvalue()


def fingerprint(workspace: Workspace) -> str:
    """Another one where a picture came, went or changed, at the cost of a look; empty where there are none."""
    try:
        statuses = [(path.name, path.lstat()) for path in files_in(workspace.home / THUMBNAILS)]
    except OSError as error:
        return type(error).__name__
    looks = [(name, status.st_size, status.st_mtime_ns) for name, status in statuses]
    return hashlib.sha256(repr(looks).encode()).hexdigest()[:16] if looks else ""


def thumbnails(workspace: Workspace) -> tuple[Thumbnails, tuple[str, ...]]:
    """The workspace's pictures of posts and assets, and a sentence for each file that is none."""
    pictures, problems = dict[str, bytes](), []
    try:
        paths = list(files_in(workspace.home / THUMBNAILS))
    except OSError as error:
        return Thumbnails(), (f"Pages have no pictures: the folder {THUMBNAILS} cannot be read ({fault(error)}).",)
    for path in paths:
        try:
            if path.suffix.lower() not in TYPES:
                raise SettingsError(f"{path} is no PNG or JPEG, which is what pages take as a picture.")
            pictures[path.stem] = made_small(path, _THUMBNAIL_PIXELS, "JPEG")
        except SettingsError as error:
            problems.append(str(error))
    return Thumbnails(pictures), tuple(problems)
