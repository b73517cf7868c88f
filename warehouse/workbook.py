"""Tables as a workbook: a sheet a table, ids as text, headers that stay."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import polars as pl
import xlsxwriter

_LONGEST_SHEET = 1_048_575
_LONGEST_CELL = 32_767


def write(path: Path, tables: Mapping[str, pl.DataFrame]) -> None:
    """Writes ``tables`` to ``path``; a table of more rows than a sheet has is cut, and its last row says so."""
    with xlsxwriter.Workbook(str(path), {"strings_to_numbers": False, "strings_to_urls": False,
                                         "strings_to_formulas": False, "remove_timezone": True}) as book:  # fmt: skip
        head = book.add_format({"bold": True})
        formats = {
            pl.Date: book.add_format({"num_format": "yyyy-mm-dd"}),
            pl.Datetime: book.add_format({"num_format": "yyyy-mm-dd hh:mm"}),
        }
        for name, table in tables.items():
            sheet = book.add_worksheet(name[:31])
            sheet.write_row(0, 0, table.columns, head)
            sheet.freeze_panes(1, 0)
            for column, (title, dtype) in enumerate(table.schema.items()):
                sheet.set_column(column, column, max(12, min(40, len(title) + 2)), formats.get(dtype.base_type()))
                for row, value in enumerate(table[title].head(_LONGEST_SHEET), 1):
                    if isinstance(value, str):
                        sheet.write_string(row, column, value[:_LONGEST_CELL])
                    elif value is not None:
                        sheet.write(row, column, value)
            if table.height:
                sheet.autofilter(0, 0, min(table.height, _LONGEST_SHEET), len(table.columns) - 1)
            if table.height > _LONGEST_SHEET:
                sheet.write_string(_LONGEST_SHEET, 0, f"… and {table.height - _LONGEST_SHEET:,} more rows")
