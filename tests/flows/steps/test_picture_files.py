"""Pictures that people put into the workspace come out small and upright, and what is none is named."""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image

from flows.steps import picture_files
from flows.steps.settings import Workspace
from tests.conftest import CAMPAIGN, PAGE, World, meta, post
from tests.flows.published import publish

ASSET = (
    f'[[asset]]\nid = "clip"\ncampaign = "forum"\nname = "My town"\nposts = ["facebook:{PAGE}_122158000000000001"]\n'
)


def picture(folder: Path, name: str, size: tuple[int, int] = (800, 400), mode: str = "RGB") -> None:
    folder.mkdir(exist_ok=True)
    Image.new(mode, size).save(folder / name)


def test_a_workspace_without_pictures_has_none(tmp_path: Path) -> None:
    pictures, problems = picture_files.thumbnails(Workspace(tmp_path))
    assert (pictures.all, problems) == ([], ())


def test_pictures_are_made_small_and_what_shows_through_becomes_white(tmp_path: Path) -> None:
    folder = tmp_path / picture_files.THUMBNAILS
    picture(folder, "clip.png", mode="RGBA")
    picture(folder, "facebook_1_2.JPG", (10, 20))
    pictures, problems = picture_files.thumbnails(Workspace(tmp_path))
    of_asset, of_post = pictures.of_asset("clip"), pictures.of_post("facebook", "1_2")
    assert of_asset is not None
    assert of_post is not None
    assert problems == ()
    with Image.open(io.BytesIO(of_asset.content)) as made:
        assert (made.format, made.size, made.getpixel((0, 0))) == ("JPEG", (480, 240), (255, 255, 255))
    with Image.open(io.BytesIO(of_post.content)) as made:
        assert made.size == (10, 20)


def test_what_is_no_picture_is_named_and_costs_the_others_nothing(tmp_path: Path) -> None:
    folder = tmp_path / picture_files.THUMBNAILS
    picture(folder, "clip.png")
    (folder / "a.jpg").write_bytes(b"text")
    (folder / "b.svg").write_text("<svg/>")
    (folder / "Thumbs.db").write_bytes(b"")
    pictures, problems = picture_files.thumbnails(Workspace(tmp_path))
    assert len(pictures.all) == 1
    assert ["a.jpg cannot be read" in problems[0], "b.svg is no PNG or JPEG" in problems[1]] == [True, True]
    assert len(problems) == 2


def bomb(path: Path) -> None:
    Image.new("1", (9_000, 9_000)).save(path)


def with_a_text_for_a_number(path: Path) -> None:
    """A picture that is turned, and whose notes have a text where Pillow writes a number."""
    notes = Image.Exif()
    notes[0x0112], notes[0x010E] = 6, "text"
    Image.new("RGB", (8, 8)).save(path, exif=notes.tobytes().replace(b"\x01\x0e\x00\x02", b"\x01\x02\x00\x02"))


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (with_a_text_for_a_number, "cannot be read as a picture"),
        (bomb, "is larger than 50 megapixels: save it smaller"),
        (lambda path: path.write_bytes(b""), "cannot be read as a picture"),
        (lambda path: path.mkdir(), "is no file"),
        (lambda path: os.mkfifo(path), "is no file"),
    ],
)
def test_a_picture_that_would_stop_or_fill_the_machine_is_named(
    tmp_path: Path, make: Callable[[Path], object], why: str
) -> None:
    folder = tmp_path / picture_files.THUMBNAILS
    picture(folder, "clip.png")
    make(folder / "bad.png")
    pictures, (problem,) = picture_files.thumbnails(Workspace(tmp_path))
    assert len(pictures.all) == 1
    assert why in problem


def test_a_folder_of_pictures_that_cannot_be_listed_costs_the_pages_its_pictures_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    picture(tmp_path / picture_files.THUMBNAILS, "clip.png")

    def no_disk(folder: Path) -> Iterator[Path]:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "iterdir", no_disk)
    pictures, (problem,) = picture_files.thumbnails(Workspace(tmp_path))
    assert (pictures.all, "thumbnails cannot be read" in problem) == ([], True)
    assert picture_files.fingerprint(Workspace(tmp_path))


def test_an_assets_page_and_its_campaigns_posts_show_its_picture(world: World) -> None:
    world.plan(CAMPAIGN + ASSET)
    world.drop("2024-12-01/a.csv", meta(post(1, Views=10)))
    picture(world.workspace.home / picture_files.THUMBNAILS, "clip.jpg")
    publish(world.workspace, has_report=True)
    folder = world.workspace.published / "report"
    (lies_at,) = (folder / "pictures").iterdir()
    address = f'src="pictures/{lies_at.name}"'
    (asset_page,) = folder.glob("asset-*.html")
    assert f'{address} alt="My town"' in asset_page.read_text(encoding="utf-8")
    assert f'{address} alt=""' in (folder / "campaign-forum.html").read_text(encoding="utf-8")
    assert f'src="../pictures/{lies_at.name}"' in (folder / "km" / asset_page.name).read_text(encoding="utf-8")
