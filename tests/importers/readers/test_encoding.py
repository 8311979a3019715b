"""Encodings: marked, detected or stated; invalid bytes are a problem of their own row only."""

from __future__ import annotations

import codecs

import pytest

from importers import ImportFileError
from tests.importers.conftest import Read

TEXT = "id,title\n1,Østerbro café\n2,Ærø, nær havn\n".replace("Ærø, nær", '"Ærø, nær').replace(
    "havn", 'havn"'
)
ROWS = [{"id": "1", "title": "Østerbro café"}, {"id": "2", "title": "Ærø, nær havn"}]


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (TEXT.encode(), "utf-8"),
        (codecs.BOM_UTF8 + TEXT.encode(), "utf-8"),
        (TEXT.encode("utf-16"), "utf-16-le"),
        (codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"), "utf-16-be"),
        (TEXT.encode("utf-16-le"), "utf-16-le"),
        (TEXT.encode("utf-16-be"), "utf-16-be"),
        (TEXT.encode("utf-32"), "utf-32-le"),
        (TEXT.encode("iso-8859-1"), "cp1252"),
    ],
)
def test_the_encoding_is_detected(read: Read, content: bytes, name: str) -> None:
    found = read(content)
    assert found.encoding == name
    assert found.columns == ["id", "title"]
    assert found.cells == ROWS


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Квартира в Москве у парка", "cp1251"),
        ("東京のマンション、駅から徒歩五分", "cp932"),
        ("北京市朝阳区公寓出售", "gb18030"),
    ],
)
def test_other_scripts_are_distinguished_from_western(read: Read, title: str, name: str) -> None:
    found = read(f"id,title\n1,{title}\n2,{title}\n".encode(name))
    assert found.encoding == name
    assert found.cells[0]["title"] == title


@pytest.mark.parametrize(
    "title",
    ["Piso en Málaga, jardín", "Großes Haus München", "Hus på Østerbro", "£5 • “cosy” – 90 m²", "€ 450"],
)
def test_western_text_is_read_as_windows_1252_with_a_warning(read: Read, title: str) -> None:
    found = read(f'id,title\n1,"{title}"\n'.encode("cp1252"))
    assert found.cells[0]["title"] == title
    assert "read as cp1252" in found.warnings[0]


def test_a_stated_encoding_is_used(read: Read) -> None:
    found = read("id,title\n1,Śródmieście\n".encode("cp1250"), encoding="windows-1250")
    assert found.cells[0]["title"] == "Śródmieście"
    with pytest.raises(ImportFileError, match="no text encoding named 'klingon'"):
        read(TEXT, encoding="klingon")


def test_a_byte_order_mark_is_removed_under_a_stated_encoding(read: Read) -> None:
    assert read(codecs.BOM_UTF8 + TEXT.encode(), encoding="utf-8").columns == ["id", "title"]
    assert read(TEXT.encode("utf-16"), encoding="utf-16").cells == ROWS


@pytest.mark.parametrize("padding", [0, 300_000])
def test_invalid_bytes_in_the_middle_are_a_problem_of_their_row(read: Read, padding: int) -> None:
    """Also beyond the bytes in which the encoding is detected."""
    filler = b"".join(b"%d,caf\xc3\xa9\n" % n for n in range(padding // 9 or 3))
    found = read(b"id,title\n" + filler + b"x,bad\xff\xfehere\n" + b"y,fine\n")
    (bad,) = found.problems
    assert found.encoding == "utf-8"
    assert "column 'title': bytes that are not utf-8" in str(bad.problem)
    assert bad.raw == b"x,bad\xff\xfehere\n"
    assert bad.cells["id"] == "x"
    assert found.cells[-1] == {"id": "y", "title": "fine"}


def test_a_western_row_in_utf_8_is_a_problem(read: Read) -> None:
    """As when two exports were concatenated."""
    found = read("id,title\n1,Østerbro\n2,Ærø\n".encode() + "3,Café i København\n".encode("cp1252"))
    assert found.encoding == "utf-8"
    assert [cells["id"] for cells in found.cells] == ["1", "2"]


def test_stray_bytes_do_not_change_the_detected_encoding(read: Read) -> None:
    found = read(b"id,title\n1,a\n2,b\xff\xfec\n3,d\n")
    assert found.encoding == "utf-8"
    assert [record.number for record in found.problems] == [2]


def test_wide_text_cut_inside_a_character_spoils_its_last_row(read: Read) -> None:
    found = read("id,title\n1,a\n2,b".encode("utf-16") + b"c")
    assert [cells["id"] for cells in found.cells] == ["1"]
    assert found.problems[0].cells["id"] == "2"
    assert found.incomplete


def test_a_lone_surrogate_in_wide_text_is_a_problem(read: Read) -> None:
    content = codecs.BOM_UTF16_LE + "id,title\n1,a\n2,b".encode("utf-16-le") + b"\x00\xd8"
    content += "\n3,c\n".encode("utf-16-le")
    found = read(content)
    assert [cells["id"] for cells in found.cells] == ["1", "3"]
    assert found.problems[0].raw == "2,b".encode("utf-16-le") + b"\x00\xd8" + "\n".encode("utf-16-le")
