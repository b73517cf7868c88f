"""The page of every text in Khmer beside its English, for a native reader."""

from __future__ import annotations

from warehouse.archive.receipts import KHMER
from warehouse.corrected_texts import in_use
from warehouse.publish.report import lists
from warehouse.publish.report.contents import Row
from warehouse.publish.report.khmer_texts import khmer_texts
from warehouse.publish.report.page_book import Book


def khmer(book: Book) -> Row:
    """A table for each place in which texts are used, and the workbook in which they are corrected."""
    corrections, by_place = in_use().texts, dict[str, list[Row]]()
    for text in khmer_texts(book.day.platforms):
        correction, ours = corrections.get(text.key, "").strip(), text.khmer.strip()
        cells = [text.english, correction or ours, ours if correction else None]
        by_place.setdefault(text.place, []).append({"css": "", "cells": cells})
    heads, places = ("in_english", "in_khmer", "khmer_before"), book.texts.words["khmer_places"]
    parts = [(str(places[place]), heads, rows) for place, rows in by_place.items()]
    return lists.table(book.texts("khmer"), book.texts("khmer_says"), parts) | {"download": KHMER}
