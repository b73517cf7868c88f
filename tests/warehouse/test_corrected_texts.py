"""Corrections of Khmer hold for the work inside, and nowhere else."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from warehouse.corrected_texts import Corrections, corrected, in_use, used


def test_a_correction_holds_inside_and_not_after_an_error_either() -> None:
    def fail_inside() -> None:
        with used(Corrections({"page.pages": "ខ"})):
            assert (corrected("page.pages", "ក"), corrected("page.other", "ក")) == ("ខ", "ក")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_inside()
    assert corrected("page.pages", "ក") == "ក"
    assert not in_use().texts


def test_two_workspaces_in_one_process_have_each_their_own() -> None:
    with used(Corrections({"page.pages": "ខ"})), ThreadPoolExecutor(1) as pool:
        assert pool.submit(corrected, "page.pages", "ក").result() == "ក"
