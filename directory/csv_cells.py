"""CSV that is safe to open: one place for every file that a spreadsheet may read (RFC 4180; OWASP ASVS
1.2.10).

A text cell that a spreadsheet would run as a formula gets an apostrophe in front. Numbers stay numbers.
"""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import IO

STARTS_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠")
"""First characters (after spaces) that Excel, LibreOffice or Sheets take for a formula, wide forms
included."""


def safe_cell(value: object) -> str:
    """One cell: None is empty, numbers and dates as they are written, text never a formula."""
    if value is None:
        return ""
    if not isinstance(value, str):
        return str(value)
    # NUL is no text, and some readers end the file at it
    text = value.replace("\0", "")
    return "'" + text if value.lstrip(" ").startswith(STARTS_FORMULA) else text


def write_rows(file: IO[str], heading: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Writes a table; `file` must be opened with `newline=""`."""
    writer = csv.writer(file)
    writer.writerow([safe_cell(each) for each in heading])
    for row in rows:
        writer.writerow([safe_cell(each) for each in row])


def csv_text(heading: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """The same as one text, lines ending in CRLF."""
    file = io.StringIO(newline="")
    write_rows(file, heading, rows)
    return file.getvalue()
