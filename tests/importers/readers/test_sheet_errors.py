"""Errors such as #N/A are told apart from blanks in every kind of workbook."""

from __future__ import annotations

import base64
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest

from importers.readers.sheet_errors import error_marks
from parsing.staged import Unreadable
from parsing.vocabulary.blank import IS_ERROR
from tests.importers.conftest import account

ROWS: Final[list[list[Any]]] = [
    ["Ref", "Title", "Price", "City"],
    *([f"X-{at}", f"House {at}", 200_000 + 1_000 * at, "Ocoee"] for at in range(1, 9)),
    ["X-9", "House 9", Unreadable("#N/A", IS_ERROR), "Ocoee"],
    ["X-10", "House 10", Unreadable("#REF!", IS_ERROR), "Ocoee"],
]
_XLS: Final = (
    "eNrtmE1o1EAUx99kk93smm23tVWrIKVg1VrBfqjtoa7ferHWIlhE0HaNUKxd2daDHvyqPQqiJ8VLixcvfh38QA/qyYNQ0YMg"
    "CK0ePQkKHtqub/77NqaagwUVlbwlL/N/b+aX2cwkk+TFWNn4yO2FE/SdraMITefjFPXFFG/xokgR5/N5XSzubd7yof1TFrd5"
    "IKMWPUw+j+kx1OM9QQbdMp+wJ3rH2z46Su3Zfrf6D9pG9KFb6T60sVd0lSMlVIVelcNn4OfC30TNR/DrETkP38Z1x9VeGku3"
    "17XILO4yapArIc29hzZvEGmgSnqmZ/GpC6pQ16INud7uvr8zsdh06BrxuG1z+91cd984VfAAXqPP+WqiT8Ur9XF1GP+zcUUc"
    "/zIzHguIXzJMotOUP4AJPkxJGjB1xqLt2SPuwCSNUQ3LKt4iRJ3uIYtod+9gn8v7jlxvxuXam3oHj3Oya2UDz4Pt2WMDbnUD"
    "p3dmsq6LeKMXb4Ru8nQTdLOnm6FXe3o19BpPr4Fe6+m10C2eboFu9XSriX6tsr2OrUroJQS3nNSMW04Sl6LD/iCVolyGCzLF"
    "i8rk9Y8vd/R0pPcjchrLTGExWqLPH+XpjG7BjUuQmQOvM3VosQL+LKiLUF4IX8Hnmfe1HZVS2DqEOueQreXjNMFepZf6ysu4"
    "PPxh1/3Fw+/Ty7l8Y9vEiYobr9MjPFRx7r3Cb4jqVb26clnbg3Rxr+TG9Ra+6oebmG2kpO95WXFLaYoSKJbBF5Q+O8pThpyr"
    "goqwighLBbAUWKbUV2DxfKGThlaaNbrZkZxmRYVlBLAMsGLCKoyaLSwDrI27Hcn5WZEAVgSsuLAiYCWEFQHrXcaRnJ9lBrBM"
    "sOYIywTLEZYJ1tkBR3J+lhXAssBKCssCq0RYFlg1Q47k/KxoACsKVqmwomClhBUF6+lFR3J+ViyAFQOrTFgxsMqFFQOrZ9SR"
    "nJ9lB7BssOYKywarQlh2YX7dcSTnZ8UDWHGwKoUVB2uevqcZNivNqlOFjJ+UCCAlQJovpARIC4SUAGm+KmSKpHVGOd3Vk5If"
    "Ab5ZgkILLbTQQgsttBmm8ABJ8khGeNzRS2lMvutM8TYdfib5b62Tsvwb5BfTLdTP+xwdn9X8mUeWKrLUT7Ypfi/UtoePnqPD"
    "1IN+HJ71/OUXKuX/Pz/dMPXrLqHZHn96Nv38zcf/Cm46H+k="
)
"""The rows in Excel's format of 1997, compressed."""
_CODES: Final = {"#N/A": 0x2A, "#REF!": 0x17}


def write_xls(path: Path) -> None:
    path.write_bytes(zlib.decompress(base64.b64decode(_XLS)))


def write_ods(path: Path) -> None:
    """As LibreOffice does: an error is an empty text, or the number 0, of the type "error"."""
    rows = "".join(f"<table:table-row>{''.join(map(_ods_cell, row))}</table:table-row>" for row in ROWS)
    names = {
        "office": "urn:oasis:names:tc:opendocument:xmlns:office:1.0",
        "table": "urn:oasis:names:tc:opendocument:xmlns:table:1.0",
        "text": "urn:oasis:names:tc:opendocument:xmlns:text:1.0",
        "calcext": "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0",
    }
    spaces = " ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in names.items())
    content = (
        f'<office:document-content {spaces} office:version="1.2"><office:body><office:spreadsheet>'
        f'<table:table table:name="Homes">{rows}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content)
        archive.writestr("META-INF/manifest.xml", "<manifest/>")


def _ods_cell(value: Any) -> str:
    if isinstance(value, Unreadable) and value.given == "#REF!":
        stated = 'office:value-type="float" office:value="0" calcext:value-type="error"'
        return f"<table:table-cell {stated}><text:p>#REF!</text:p></table:table-cell>"
    if isinstance(value, Unreadable):
        stated = 'office:value-type="string" office:string-value="" calcext:value-type="error"'
        return f"<table:table-cell {stated}><text:p>{value.given}</text:p></table:table-cell>"
    if isinstance(value, int):
        return f'<table:table-cell office:value-type="float" office:value="{value}"/>'
    return f'<table:table-cell office:value-type="string"><text:p>{value}</text:p></table:table-cell>'


def write_xlsb(path: Path) -> None:
    """Binary records: a kind, a length, a body."""
    sheet = _record(129) + _record(148, struct.pack("<IIII", 0, len(ROWS) - 1, 0, 3)) + _record(145)
    for at, row in enumerate(ROWS):
        sheet += _record(0, struct.pack("<IIHHBI", at, 0, 300, 0, 0, 0))
        sheet += b"".join(_xlsb_cell(column, value) for column, value in enumerate(row))
    named = struct.pack("<II", 0, 1) + _xlsb_text("rId1") + _xlsb_text("Homes")
    book = _record(131) + _record(143) + _record(156, named) + _record(144) + _record(132)
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"
    rels = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="rId1" Type="{kind}" Target="worksheets/sheet1.bin"/></Relationships>'
    )
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.bin", book)
        archive.writestr("xl/_rels/workbook.bin.rels", rels)
        archive.writestr("xl/worksheets/sheet1.bin", sheet + _record(146) + _record(130))


def _xlsb_cell(column: int, value: Any) -> bytes:
    head = struct.pack("<II", column, 0)
    if isinstance(value, Unreadable):
        return _record(3, head + bytes([_CODES[value.given]]))
    if isinstance(value, int):
        return _record(5, head + struct.pack("<d", value))
    return _record(6, head + _xlsb_text(value))


def _xlsb_text(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def _record(kind: int, body: bytes = b"") -> bytes:
    named = bytes([kind]) if kind < 0x80 else bytes([(kind & 0x7F) | 0x80, kind >> 7])
    assert len(body) < 0x80
    return named + bytes([len(body)]) + body


WRITERS: Final = {"xls": write_xls, "ods": write_ods, "xlsb": write_xlsb}


@pytest.mark.parametrize("kind", WRITERS)
def test_an_error_is_no_blank_and_no_number(tmp_path: Path, kind: str) -> None:
    """#N/A and #REF! are cells that cannot be read, with their text; they were blanks, and in ODS 0."""
    path = tmp_path / f"homes.{kind}"
    write: Callable[[Path], None] = WRITERS[kind]
    write(path)
    found = account(path)
    assert [cells["Price"] for cells in found.cells] == [row[2] for row in ROWS[1:]]
    assert [cells["Ref"] for cells in found.cells] == [row[0] for row in ROWS[1:]]


def test_a_row_that_stands_for_several_has_its_errors_in_each(tmp_path: Path) -> None:
    path = tmp_path / "homes.ods"
    write_ods(path)
    with zipfile.ZipFile(path) as archive:
        content = archive.read("content.xml").decode()
    cell = '<table:table-cell table:number-columns-repeated="2" calcext:value-type="error"/>'
    row = f'<table:table-row table:number-rows-repeated="2"><table:table-cell/>{cell}</table:table-row>'
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("content.xml", content.replace("</table:table>", f"{row}</table:table>"))
    error = Unreadable("#N/A", IS_ERROR)
    assert list(error_marks(path, "Homes", pytest.fail))[-2:] == [
        (at, {1: error, 2: error}) for at in (11, 12)
    ]
    assert list(error_marks(path, "Others", pytest.fail)) == []


def test_a_workbook_whose_errors_cannot_be_told_is_warned_of(tmp_path: Path) -> None:
    """Its errors are read as blanks or as 0: the user hears of it, and how to read them."""
    path = tmp_path / "homes.xls"
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 2000)
    warnings: list[str] = []
    assert list(error_marks(path, "Homes", warnings.append)) == []
    (warning,) = warnings
    assert warning.startswith('Errors such as #N/A on sheet "Homes" may be read as blanks or as 0')


def test_a_sheet_that_breaks_half_way_is_warned_of(tmp_path: Path) -> None:
    path = tmp_path / "homes.ods"
    write_ods(path)
    with zipfile.ZipFile(path) as archive:
        content = archive.read("content.xml").decode()
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("content.xml", content.replace("</table:table>", "</broken>"))
    warnings: list[str] = []
    list(error_marks(path, "Homes", warnings.append))
    assert len(warnings) == 1
