"""Which picture stands for a post or an asset."""

from __future__ import annotations

from warehouse.publish.thumbnails import Thumbnails

PICTURES = Thumbnails({"Vlog-1": b"of the asset", "facebook_1_2": b"of the post", "again": b"of the asset"})


def test_a_posts_own_picture_goes_before_that_of_its_asset() -> None:
    assert PICTURES.of_post("facebook", "1_2", "vlog-1").content == b"of the post"  # type: ignore[union-attr]
    assert PICTURES.of_post("facebook", "1_3", "vlog-1").content == b"of the asset"  # type: ignore[union-attr]
    assert PICTURES.of_post("facebook", "1_3") is None


def test_a_name_is_the_same_in_any_case_as_windows_has_it() -> None:
    assert PICTURES.of_asset("vlog-1") == PICTURES.of_asset("VLOG-1") is not None
    assert PICTURES.of_asset("vlog-2") is PICTURES.of_asset(None) is None


def test_one_picture_is_one_file_whose_name_only_its_content_tells() -> None:
    assert len(PICTURES.all) == 2
    assert PICTURES.of_asset("again") == PICTURES.of_asset("vlog-1")
    assert all(len(picture.name) == 20 and picture.name.endswith(".jpg") for picture in PICTURES.all)
