"""The workbook of whom to ask, a sheet to work through: a row a person, with the messages to paste.

It is a file of its own: contacts do not stand in the workbook that is sent to a donor.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time
from io import BytesIO

import xlsxwriter

from warehouse.publish.report.language import LANGUAGES, words
from warehouse.publish.report.todo_texts import Request
from warehouse.publish.workbook.sheets import DAY, HEAD, Looks, height, lay_out, put

SHEET = "whom to ask"
_COLUMNS = {
    "who": 24, "organisation": 24, "pages": 30, "newest figures": 16, "by": 12, "message": 60, "message in Khmer": 60,
    "done": 10,
}  # fmt: skip


def todo_book(requests: Sequence[Request], as_of: date) -> bytes:
    """Who is asked for which pages by when, as an .xlsx; the last column is empty, to be ticked."""
    out = BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_urls": False, "strings_to_formulas": False}) as made:
        # The day of the figures: the same requests are the same bytes.
        made.set_properties({"title": f"Whom to ask, as of {as_of}", "created": datetime.combine(as_of, time())})
        looks = Looks(made)
        sheet = made.add_worksheet(SHEET)
        sheet.set_paper(9)  # A4
        sheet.set_footer(f"&LAs of {as_of}&C{SHEET}&RPage &P of &N")
        head, text, day = looks.style(**HEAD), looks.style(text_wrap=True), looks.style(DAY, align="left")
        for place, (title, width) in enumerate(_COLUMNS.items()):
            sheet.set_column(place, place, width)
            sheet.write_string(0, place, title, head)
        for row, request in enumerate(requests, 1):
            todo = request.todo
            pages = "\n".join(f"{page.account_name} ({page.platform})" for page in todo.pages)
            newest = "\n".join("none yet" if page.last_day is None else f"{page.last_day}" for page in todo.pages)
            texts = (todo.who, todo.organisation, pages, newest)
            cells = (*texts, request.by, request.messages["en"], request.messages["km"])
            widths = zip(cells, _COLUMNS.values(), strict=False)
            sheet.set_row(row, height((cell, width) for cell, width in widths if isinstance(cell, str)))
            for place, cell in enumerate(cells):
                put(sheet, row, place, cell, day if isinstance(cell, date) else text, text)
        if not requests:
            for row, language in enumerate(LANGUAGES, 1):
                sheet.write_string(row, 0, str(words(language)["page"]["todo_none"]))
        lay_out(sheet, len(requests), list(_COLUMNS.values()), 1)
    return out.getvalue()
