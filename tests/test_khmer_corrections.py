"""What was corrected in a workbook can be taken into the program's own data files, each text at its own place."""

from __future__ import annotations

import tomllib
from typing import Any

import connectors
from tests.khmer_corrections import file_of, taken_in
from warehouse.publish.report.khmer_texts import khmer_texts

_TEXTS = khmer_texts(connectors.PLATFORMS)
_IN_PYTHON = {"figures", "platforms", "right_file", "plan"}


def test_each_text_of_a_data_file_is_replaced_and_no_other() -> None:
    in_data = [text for text in _TEXTS if file_of(text.key)]
    assert {text.key.split(".")[0] for text in _TEXTS if text not in in_data} == _IN_PYTHON
    for text in in_data[::7] + [
        text
        for text in in_data
        if text.key.startswith(("page.rules", "counts", "document.verdicts")) or '"' in text.khmer
    ]:
        file = file_of(text.key)
        assert file
        before = file.read_text(encoding="utf-8")
        after = taken_in(before, text, 'ក "ខ"')
        assert differing(tomllib.loads(before), tomllib.loads(after)) == [(text.khmer, 'ក "ខ"')], text.key


def differing(before: Any, after: Any) -> list[tuple[Any, Any]]:
    if isinstance(before, dict):
        assert before.keys() == after.keys()
        return [pair for key in before for pair in differing(before[key], after[key])]
    if isinstance(before, list):
        return [pair for one, other in zip(before, after, strict=True) for pair in differing(one, other)]
    return [] if before == after else [(before, after)]
