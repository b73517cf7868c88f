"""The page of Khmer texts has every text beside its English, and what it was before it was corrected."""

from __future__ import annotations

from connectors import PLATFORMS
from tests.conftest import World
from tests.warehouse.publish.report.forum import book_of
from warehouse.corrected_texts import Corrections, used
from warehouse.publish.report.khmer_page import khmer
from warehouse.publish.report.khmer_texts import khmer_texts


def test_every_text_stands_beside_its_english_and_a_corrected_one_beside_what_it_was(world: World) -> None:
    book, texts = book_of(world), khmer_texts(PLATFORMS)
    rows = [tuple(row["cells"]) for part in khmer(book)["parts"] for row in part["rows"]]
    assert sorted(rows) == sorted((text.english, text.khmer.strip()) for text in texts)
    with used(Corrections({"unit.plays": "", "data.unit.plays": "ក"})):
        parts = [part for part in khmer(book)["parts"] if len(part["heads"]) == 3]
    assert [part["title"] for part in parts] == ["Units"]
    assert [row["cells"] for row in parts[0]["rows"] if row["cells"][2]] == [
        ["plays or displays", "ក", "ការចាក់ ឬការបង្ហាញ"]
    ]
