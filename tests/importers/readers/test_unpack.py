"""Packed files: gzip, zip, stdin and downloads; bombs, truncation and choices."""

from __future__ import annotations

import gzip
import io
import random
import zipfile
from pathlib import Path

import pytest

from config.errors import NotFoundError
from importers import (
    ChoiceNeededError,
    DamagedFileError,
    ImportFileError,
    NotAListingFileError,
    ReadLimits,
    ReadOptions,
    open_input,
)
from tests.importers.conftest import Read

_RANDOM = random.Random(1)
CSV = b"id,title\n" + b"".join(b"%d,%s\n" % (n, _RANDOM.randbytes(12).hex().encode()) for n in range(2000))


def zipped(**members: bytes) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name.replace("__", "/").replace("_", "."), data)
    return content.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        gzip.compress(CSV),
        gzip.compress(CSV[:5000]) + gzip.compress(CSV[5000:]),
        gzip.compress(CSV) + b"\0" * 100,
        zipped(listings_csv=CSV),
        zipped(listings_csv=CSV, README_md=b"read me", **{"MACOSX__._listings_csv": b"junk"}),
        zipped(listings_csv_gz=gzip.compress(CSV)),
        gzip.compress(zipped(listings_csv=CSV)),
    ],
)
def test_a_packed_table_is_read_under_any_name(read: Read, content: bytes) -> None:
    found = read(content, "listings.bin")
    assert len(found.cells) == 2000
    assert found.incomplete is None
    assert not found.problems


def test_truncated_gzip_gives_its_rows_and_is_incomplete(read: Read) -> None:
    packed = gzip.compress(CSV)
    found = read(packed[: len(packed) // 2], "listings.csv.gz")
    assert 500 < len(found.cells) < 1500
    assert found.incomplete == "listings.csv.gz is cut: its gzip data ends early"
    assert len(found.problems) <= 1


def test_the_last_row_before_a_cut_is_not_trusted(read: Read) -> None:
    content = gzip.compress(b"id,price\n1,450000\n2,450000", compresslevel=0)
    found = read(content[:-8])  # its checksum is gone
    assert [cells["id"] for cells in found.cells] == ["1"]
    assert found.problems[0].raw == b"2,450000"


def test_damaged_gzip_gives_the_rows_before_the_damage(read: Read) -> None:
    packed = bytearray(gzip.compress(CSV))
    packed[len(packed) // 2 :] = b"\xff" * (len(packed) - len(packed) // 2)
    found = read(bytes(packed), "listings.csv.gz")
    assert found.cells
    assert found.incomplete
    assert found.problems


def test_a_truncated_zip_is_refused(read: Read) -> None:
    with pytest.raises(DamagedFileError, match="probably cut"):
        read(zipped(listings_csv=CSV)[:-200], "listings.zip")


def test_a_damaged_zip_is_incomplete(read: Read) -> None:
    packed = bytearray(zipped(listings_csv=CSV))
    packed[len(packed) // 2] ^= 0xFF
    found = read(bytes(packed), "listings.zip")
    assert "listings.zip/listings.csv is damaged" in str(found.incomplete)
    assert len(found.cells) > 500


def test_several_tables_in_a_zip_need_a_choice(read: Read) -> None:
    content = zipped(a_csv=b"id\n1\n", sub__b_csv=b"id\n2\n")
    with pytest.raises(ChoiceNeededError) as refused:
        read(content, "listings.zip")
    assert refused.value.choices == ("a.csv", "sub/b.csv")
    assert read(content, "listings.zip", sheet="b.csv").cells == [{"id": "2"}]


@pytest.mark.parametrize("content", [zipped(), zipped(photo_jpg=b"\xff\xd8\xff")])
def test_a_zip_without_a_table_is_refused(read: Read, content: bytes) -> None:
    with pytest.raises(NotAListingFileError):
        read(content, "listings.zip")


def test_an_office_document_is_refused_by_name(read: Read) -> None:
    with pytest.raises(NotAListingFileError, match="a Word document"):
        read(zipped(word__document_xml=b"<x/>"), "listings.docx")


@pytest.mark.parametrize("pack", [gzip.compress, lambda data: zipped(listings_csv=data)])
def test_a_decompression_bomb_is_refused(read: Read, pack: object) -> None:
    assert callable(pack)
    content = pack(b"id,title\n" + b"1,a\n" * 500_000)
    with pytest.raises(DamagedFileError, match="no listing file does"):
        read(content, limits=ReadLimits(ratio=50, ratio_from=100_000))


def test_deeply_nested_packing_is_refused(read: Read) -> None:
    content = CSV
    for _ in range(5):
        content = gzip.compress(content)
    with pytest.raises(NotAListingFileError, match="packed more than"):
        read(content)


def test_a_download_is_named_after_its_url(tmp_path: Path) -> None:
    local = tmp_path / "download"
    local.write_bytes(b"<html>sign in</html>")
    with pytest.raises(NotAListingFileError, match=r"listings\.csv is an HTML page"):
        open_input("https://example.com/export/listings.csv?token=secret", local=local)
    with pytest.raises(ImportFileError, match="downloaded before"):
        open_input("https://example.com/export/listings.csv")


def test_a_missing_file_and_a_folder_have_their_own_errors(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="there is no file"):
        open_input(tmp_path / "none.csv")
    with pytest.raises(ImportFileError, match="is a folder"):
        open_input(tmp_path)


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"%PDF-1.7", "a PDF document"),
        (b"  <!DOCTYPE html><html></html>", "an HTML page"),
        (b"<!-- saved --><HTML>", "an HTML page"),
        (b"\x89PNG\r\n", "an image"),
        (b"SQLite format 3\0", "an SQLite database"),
        (b"<?xml version='1.0'?><RETS/>", "an XML file"),
        (bytes(range(256)) * 100, "binary data"),
        (b"BZh91AY", "compressed with bzip2"),
        ("<html>é</html>".encode("utf-16"), "an HTML page"),
    ],
)
def test_other_kinds_of_files_are_refused_by_name(read: Read, content: bytes, what: str) -> None:
    with pytest.raises(NotAListingFileError, match=what):
        read(content, "listings.csv")


def test_content_decides_the_format_not_the_name(read: Read) -> None:
    assert read('[{"id": 1}]', "listings.csv").format == "json"
    assert read("id\n1\n", "listings.json").format == "csv"


def test_an_unknown_format_is_refused(read: Read) -> None:
    with pytest.raises(ImportFileError, match="no format named 'xml'"):
        read(CSV, format="xml")
    assert ReadOptions().format is None


@pytest.mark.parametrize(
    "content",
    [
        gzip.compress(CSV, mtime=0)[:12],
        b"\x1f\x8b\x08\0" + b"\xff" * 50,
        zipped(listings_csv=CSV).replace(b"PK\x03\x04", b"PK\x03\x04" + b"\xff" * 9),
    ],
)
def test_an_unreadable_packed_file_is_an_error(read: Read, content: bytes) -> None:
    with pytest.raises(DamagedFileError):
        read(content)


def test_an_unsupported_zip_method_is_refused(read: Read) -> None:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_BZIP2) as archive:
        archive.writestr("listings.csv", CSV)
    with pytest.raises(ImportFileError, match="packed with a method"):
        read(content.getvalue())


def test_a_stored_zip_is_read(read: Read) -> None:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("listings.csv", CSV)
    found = read(content.getvalue())
    assert (len(found.cells), found.incomplete) == (2000, None)


def test_rows_before_damage_in_a_small_file_are_read(read: Read) -> None:
    packed = bytearray(gzip.compress(CSV))
    packed[len(packed) - 2000] ^= 0xFF
    found = read(bytes(packed))
    assert len(found.cells) > 1500
    assert found.incomplete
