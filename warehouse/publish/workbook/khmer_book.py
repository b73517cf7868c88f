"""The workbook of every text in Khmer beside its English: a native reader fills in a column, and Reach reads it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from io import BytesIO

import xlsxwriter

from warehouse.publish.report.khmer_texts import Correction, KhmerText
from warehouse.publish.report.language import original_words
from warehouse.publish.workbook.sheets import GRID, HEAD, TO_FILL, Looks, height, lay_out, put

SHEET, START = "texts", "start here"
_USED, ENGLISH, OURS, CORRECTION, REMARK, KEY = "used in", "English", "Khmer", "correction", "remark", "text"
_WIDTHS = {_USED: 22, ENGLISH: 55, OURS: 55, CORRECTION: 55, REMARK: 24, KEY: 30}
_CREATED = datetime(2000, 1, 1)
"""A day that stands in every workbook: the same texts are the same bytes."""
_HEADER_WITHIN = 20
"""Rows: the header is looked for in so many, since people write above a table."""
_SENTENCES = (
    "This workbook has every text that Reach writes in Khmer, beside its English. Reach's makers wrote the Khmer; "
    "please correct what a native reader would say otherwise.",
    "ឯកសារ Excel នេះមានអត្ថបទភាសាខ្មែរទាំងអស់ដែល Reach សរសេរ នៅក្បែរអត្ថបទភាសាអង់គ្លេស។ សូមកែអ្វីដែលអ្នកអានជាជនជាតិខ្មែរនឹងនិយាយផ្សេង។",
    "Write the whole better text into the yellow column. Leave it empty where our text is good; leave the other "
    "columns as they are.",
    "សូមសរសេរអត្ថបទទាំងមូលដែលល្អជាង ក្នុងជួរឈរពណ៌លឿង។ បើអត្ថបទរបស់យើងល្អហើយ សូមទុកឱ្យទទេ។ សូមកុំប្តូរជួរឈរផ្សេង។",
    "What stands in braces, such as {number}, is filled in later: copy it as it is. It may stand elsewhere in the "
    "text.",
    "អ្វីដែលនៅក្នុងសញ្ញា { } ដូចជា {number} នឹងត្រូវបំពេញពេលក្រោយ៖ សូមចម្លងវាដូចដើម។ វាអាចនៅកន្លែងផ្សេងក្នុងអត្ថបទ។",
    "Save the file as khmer.xlsx, and put it beside the plan or into the inbox's own folder. The next night uses it, "
    "and says which rows it cannot use, and why.",
    "សូមរក្សាទុកឯកសារជា khmer.xlsx ហើយដាក់វានៅក្បែរផែនការ ឬក្នុងថតប្រអប់ទទួលផ្ទាល់។",
    "Please send it to the makers of Reach as well, so that everybody has the better texts.",
    "សូមផ្ញើវាទៅអ្នកបង្កើត Reach ផងដែរ ដើម្បីឱ្យមនុស្សគ្រប់គ្នាមានអត្ថបទល្អជាង។",
)


def khmer_book(texts: Sequence[KhmerText], corrections: Mapping[str, str]) -> bytes:
    """Every text as an .xlsx, with the corrections that are in use filled in."""
    places = original_words("en")["page"]["khmer_places"]
    out = BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_urls": False, "strings_to_formulas": False}) as made:
        made.set_properties({"title": "Khmer texts of Reach", "created": _CREATED})
        looks = Looks(made)
        text, head = looks.style(text_wrap=True), looks.style(**HEAD)
        start = made.add_worksheet(START)
        start.set_column(0, 0, 110)
        for row, sentence in enumerate(_SENTENCES):
            start.set_row(row, height([(sentence, 95)]) + 8)
            start.write_string(row, 0, sentence, text)
        sheet = made.add_worksheet(SHEET)
        to_fill_in = looks.style(**TO_FILL, **GRID, text_wrap=True)
        for at, (title, width) in enumerate(_WIDTHS.items()):
            sheet.set_column(at, at, width)
            sheet.write_string(0, at, title, head)
        for row, one in enumerate(texts, 1):
            cells = (places[one.place], one.english, one.khmer, corrections.get(one.key, "").strip(), "", one.key)
            wrapped = [(cell, width * 0.8) for cell, width in zip(cells, _WIDTHS.values(), strict=True) if cell]
            sheet.set_row(row, height(wrapped) + 6)  # letters in Khmer reach above and below Latin ones
            for at, cell in enumerate(cells):
                put(sheet, row, at, cell, text, to_fill_in if _is_yellow(at) else text)
        lay_out(sheet, len(texts), list(_WIDTHS.values()), 2)
    return out.getvalue()


def _is_yellow(column: int) -> bool:
    return tuple(_WIDTHS)[column] in (CORRECTION, REMARK)


def corrections_in(cells: Mapping[tuple[int, int], object]) -> Iterator[Correction]:
    """The filled-in rows of the sheet of texts, by its filled cells (rows and columns from 0).

    Raises:
        ValueError: it has no header with the columns that are read back; the sentence's end names them.
    """
    wanted = (KEY, ENGLISH, CORRECTION)
    for header in range(_HEADER_WITHIN):
        column = {str(cell).strip(): at for (row, at), cell in cells.items() if row == header}
        if all(title in column for title in wanted):
            break
    else:
        raise ValueError(f"it has no row with the columns {', '.join(wanted)}")
    for row in sorted({row for row, _ in cells if row > header}):
        key, english, correction = (str(cells.get((row, column[title]), "")) for title in wanted)
        if correction.strip():
            yield Correction(row + 1, key.strip(), english, correction)
