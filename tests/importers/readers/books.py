"""Writes workbooks with what spreadsheet programs put into them beside values."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from benchmarks.workbook import write_sheets

_TEXT: Final = r'<c t="inlineStr"><is><t>{}</t></is></c>'
_MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def book(
    folder: Path,
    sheets: Mapping[str, Sequence[Sequence[Any]]],
    *,
    states: Mapping[str, str] | None = None,
    merged: Sequence[str] = (),
    formats: Mapping[str, str] | None = None,
    hidden_rows: Sequence[int] = (),
    hidden_column: int | None = None,
    filtered: bool = False,
) -> Path:
    """Write a workbook; a text that begins with "=" is a formula without a value, "#N/A" an error.

    The formula `=""` has an empty text as its value. All but `states` is of the first sheet: merged areas,
    and formats of numbers by the letters of columns.
    """
    path = folder / "listings.xlsx"
    write_sheets(path, sheets)
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name).decode() for name in archive.namelist()}
    for name, state in (states or {}).items():
        parts["xl/workbook.xml"] = parts["xl/workbook.xml"].replace(
            f'<sheet name="{name}"', f'<sheet state="{state}" name="{name}"'
        )
    for name, text in parts.items():
        if name.startswith("xl/worksheets/"):
            parts[name] = _with_formulas(text)
    first = "xl/worksheets/sheet1.xml"
    sheet = parts[first]
    if formats:
        sheet, parts["xl/styles.xml"] = _formatted(sheet, formats)
    for number in hidden_rows:
        sheet = sheet.replace(f'<row r="{number}">', f'<row r="{number}" hidden="1">')
    if hidden_column is not None:
        columns = f'<cols><col min="{hidden_column}" max="{hidden_column}" hidden="1"/></cols>'
        sheet = sheet.replace("<sheetData>", f"{columns}<sheetData>")
    after = '<autoFilter ref="A1:D3"/>' if filtered else ""
    if merged:
        areas = "".join(f'<mergeCell ref="{area}"/>' for area in merged)
        after += f"<mergeCells>{areas}</mergeCells>"
    parts[first] = sheet.replace("</sheetData>", f"</sheetData>{after}")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return path


def _with_formulas(sheet: str) -> str:
    sheet = sheet.replace(_TEXT.format('=""'), '<c t="str"><f>""</f><v></v></c>')
    sheet = re.sub(_TEXT.format("=([^<]*)"), r"<c><f>\1</f><v></v></c>", sheet)
    return re.sub(_TEXT.format("(#[^<]*[!?A])"), r'<c t="e"><v>\1</v></c>', sheet)


def _formatted(sheet: str, formats: Mapping[str, str]) -> tuple[str, str]:
    """Return the sheet with styles on columns of numbers, and the styles."""
    codes = list(formats.items())
    numbers = "".join(
        f'<numFmt numFmtId="{164 + at}" formatCode="{code}"/>' for at, (_, code) in enumerate(codes)
    )
    styles = '<xf numFmtId="0"/>' + "".join(f'<xf numFmtId="{164 + at}"/>' for at in range(len(codes)))
    for at, (letter, _) in enumerate(codes, 1):
        before = r"<c[^>]*>(?:(?!</c>).)*</c>" * (ord(letter) - ord("A"))
        sheet = re.sub(rf'(<row r="\d+">{before}<c)(?=><v>)', rf'\1 s="{at}"', sheet)
    return sheet, (
        f'<styleSheet xmlns="{_MAIN}"><numFmts>{numbers}</numFmts><cellXfs>{styles}</cellXfs></styleSheet>'
    )
