"""Three people's first hours: what they type from an empty folder, what the screen says, and that the figures are right."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.connectors.bluesky.server import Bluesky
from tests.flows.first_hours.document import DOCUMENT, document
from tests.flows.first_hours.script import NAMES, SECONDS_A_LINE, read
from tests.flows.first_hours.sitting import Sitting
from tests.platforms.server import running
from tests.platforms.world import Account, now

TEN_MINUTES = 600


@pytest.mark.parametrize("name", NAMES)
def test_a_person_does_it_as_written_and_the_figures_are_right(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    did = "did:plc:abc234mekong"
    with running({"bluesky": Bluesky({did: Account(did, "mekong.example").with_posts(12, now())})}) as server:
        places = {"server": f'\nbase_url = "{server.base_url("bluesky")}"'}
        Sitting(read(name), tmp_path, monkeypatch, places).play()


def test_the_document_is_what_is_played() -> None:
    assert DOCUMENT.read_text("utf-8") == document(), "python -m tests.flows.first_hours.document writes it again"


@pytest.mark.parametrize("name", NAMES)
def test_a_figure_of_their_own_takes_under_ten_minutes_of_typing(name: str) -> None:
    assert read(name).lines_to_first_figure * SECONDS_A_LINE < TEN_MINUTES
