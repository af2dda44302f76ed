"""A table as a file to take along: CSV as a spreadsheet opens it, and Excel. Cells are words, never formulas."""

import csv
from collections.abc import Sequence
from io import BytesIO, StringIO

CSV_TYPE = "text/csv; charset=utf-8"
EXCEL_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

# A cell that begins so is run by a spreadsheet (OWASP, CSV injection).
_RUN = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_WIDEST = 40

Table = Sequence[Sequence[str]]


def as_csv(table: Table) -> bytes:
    """UTF-8 with the mark by which Excel knows it; a cell that would be run gets an apostrophe before it."""
    text = StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerows([_harmless(cell) for cell in row] for row in table)
    return text.getvalue().encode("utf-8-sig")


def as_excel(table: Table) -> bytes:
    """One sheet, every cell a text; its head stays on top and on each printed page."""
    from xlsxwriter import Workbook  # only whoever asks for Excel pays for it

    made = BytesIO()
    with Workbook(made, {"in_memory": True}) as book:
        sheet = book.add_worksheet("一覧")
        bold = book.add_format({"bold": True})
        for number, row in enumerate(table):
            for column, cell in enumerate(row):
                sheet.write_string(number, column, cell, None if number else bold)
        for column, cells in enumerate(zip(*table, strict=True)):
            # A Japanese letter is as wide as two.
            sheet.set_column(column, column, min(_WIDEST, 2 * max(map(len, cells)) + 2))
        sheet.freeze_panes(1, 0)
        sheet.repeat_rows(0)
        sheet.set_landscape()
        sheet.set_paper(9)  # A4
    return made.getvalue()


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_RUN) else cell
