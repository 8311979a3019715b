"""Unpacks an input: a file on disk, also inside gzip or zip, readable more than once."""

from __future__ import annotations

import contextlib
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from importers.errors import ChoiceNeededError, DamagedFileError, ImportFileError, NotAListingFileError
from importers.options import ReadLimits, ReadOptions
from importers.readers.local import unnamed_file
from importers.readers.recognise import binary_format
from importers.record import Notes

CHUNK: Final = 1 << 18
_HEAD: Final = 1 << 16
_DEEPEST: Final = 3
_GZIP: Final = zlib.MAX_WBITS | 16
_TABLES: Final = (".csv", ".tsv", ".json", ".jsonl", ".ndjson", ".xlsx", ".xls", ".parquet", ".gz")
_DOCUMENTS: Final = {"word/document.xml": "a Word document", "ppt/presentation.xml": "a presentation"}


@dataclass(frozen=True, slots=True)
class InputFile:
    """A file that can be read from its beginning more than once."""

    name: str
    """The name for messages."""
    chunks: Callable[[], Iterator[bytes]]
    kind: str | None
    """gzip, zip, parquet, xlsx or xls; None for a text."""
    head: bytes
    local: Callable[[], Path]
    """Returns a copy on disk, for readers that need random access."""


def unpack(path: Path, name: str, options: ReadOptions, notes: Notes, stack: ExitStack) -> InputFile:
    """Return the innermost file of `path`. Raises ImportFileError."""
    found = _described(name, lambda: _file_chunks(path), lambda: path)
    for _ in range(_DEEPEST):
        if found.kind == "gzip":
            found = _gunzipped(found, options.limits, notes, stack)
        elif found.kind == "zip":
            inner = _unzipped(found, options, notes, stack)
            if inner is None:
                return InputFile(found.name, found.chunks, "xlsx", found.head, found.local)
            found = inner
        else:
            return found
    raise NotAListingFileError(
        f"{name} is packed more than {_DEEPEST} times", next_step="unpack it, then import the table"
    )


def _described(name: str, chunks: Callable[[], Iterator[bytes]], local: Callable[[], Path]) -> InputFile:
    head = b""
    for chunk in chunks():
        head += chunk
        if len(head) >= _HEAD:
            break
    head = head[:_HEAD]
    return InputFile(name, chunks, binary_format(head, name), head, local)


def _file_chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            yield chunk


def _spooled(name: str, chunks: Callable[[], Iterator[bytes]], stack: ExitStack) -> InputFile:
    kept: list[Path] = []

    def local() -> Path:
        if not kept:
            file, path = stack.enter_context(unnamed_file())
            file.writelines(chunks())
            file.flush()
            kept.append(path)
        return kept[0]

    return _described(name, chunks, local)


def _gunzipped(packed: InputFile, limits: ReadLimits, notes: Notes, stack: ExitStack) -> InputFile:
    name = packed.name.removesuffix(".gz")
    return _spooled(name, lambda: _gunzip(packed, limits, notes), stack)


def _gunzip(packed: InputFile, limits: ReadLimits, notes: Notes) -> Iterator[bytes]:
    """Yield the content of every gzip member, up to the first damage, which is noted."""
    stream = zlib.decompressobj(_GZIP)
    consumed = produced = 0
    for chunk in packed.chunks():
        consumed += len(chunk)
        data = chunk
        while data:
            if stream.eof:
                data = data.lstrip(b"\0")  # padding between or after members
                if not data:
                    break
                stream = zlib.decompressobj(_GZIP)
            out, error = _inflate(stream, data)
            produced += len(out)
            _refuse_bomb(packed.name, consumed, produced, limits)
            if out:
                yield out
            if error:
                damage = f"{packed.name} is damaged: its gzip data is not valid ({error})"
                notes.incomplete = _noted_damage(damage, produced)
                return
            data = stream.unused_data if stream.eof else stream.unconsumed_tail
    if not stream.eof:
        notes.incomplete = _noted_damage(f"{packed.name} is cut: its gzip data ends early", produced)


def _refuse_bomb(name: str, packed: int, expanded: int, limits: ReadLimits) -> None:
    if expanded > limits.expanded or (expanded > limits.ratio_from and expanded > packed * limits.ratio):
        raise DamagedFileError(
            f"{name} expands from {packed:,} to more than {expanded:,} bytes, which no listing file does",
            next_step="unpack it yourself and look at it before importing it",
        )


def _unzipped(packed: InputFile, options: ReadOptions, notes: Notes, stack: ExitStack) -> InputFile | None:
    """Return the one table in a zip, or None if the zip is a workbook."""
    path = packed.local()
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise DamagedFileError(
            f"{packed.name} is a zip that cannot be opened ({error}): it is probably cut",
            next_step="download or copy it again",
        ) from error
    names = {member.filename for member in members}
    for inside, what in _DOCUMENTS.items():
        if inside in names:
            raise NotAListingFileError(f"{packed.name} is {what}, not a listing file")
    if names & {"xl/workbook.xml", "xl/workbook.bin", "content.xml"}:
        _refuse_large_workbook(packed.name, members, options.limits)
        return None
    member = _the_table(packed.name, members, options.sheet)
    _refuse_bomb(
        f"{member.filename} in {packed.name}", member.compress_size, member.file_size, options.limits
    )
    if member.flag_bits & 1:
        raise ImportFileError(
            f"{member.filename} in {packed.name} is encrypted",
            next_step="extract it with its password first",
        )
    if member.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        raise ImportFileError(
            f"{member.filename} in {packed.name} is packed with a method that is not supported",
            next_step="extract it first, or pack it again as an ordinary zip",
        )
    name = f"{packed.name}/{member.filename}"
    return _spooled(name, lambda: _unzip(path, member, name, notes), stack)


def _refuse_large_workbook(name: str, members: list[zipfile.ZipInfo], limits: ReadLimits) -> None:
    size = sum(member.file_size for member in members)
    if size > limits.workbook:
        raise ImportFileError(
            f"{name} expands to {size:,} bytes; a workbook is held in memory, up to {limits.workbook:,}",
            next_step="save the sheet as CSV, which is read row by row",
        )


def _the_table(name: str, members: list[zipfile.ZipInfo], wanted: str | None) -> zipfile.ZipInfo:
    files = [member for member in members if _is_file(member.filename)]
    tables = [member for member in files if member.filename.lower().endswith(_TABLES)] or files
    chosen = [member for member in tables if wanted in {member.filename, Path(member.filename).name}]
    if len(chosen) == 1:
        return chosen[0]
    if len(tables) == 1:
        return tables[0]
    if not tables:
        raise NotAListingFileError(f"{name} is a zip that holds no table")
    choices = [member.filename for member in tables]
    named = ", ".join(choices[:10]) + (f" and {len(choices) - 10:,} more" if len(choices) > 10 else "")
    raise ChoiceNeededError(
        f"{name} holds {len(tables):,} files: {named}",
        choices=choices,
        next_step=f"choose one: --sheet {choices[0]}",
    )


def _is_file(filename: str) -> bool:
    parts = filename.split("/")
    return bool(parts[-1]) and "__MACOSX" not in parts and not parts[-1].startswith(".")


def _unzip(path: Path, member: zipfile.ZipInfo, name: str, notes: Notes) -> Iterator[bytes]:
    """Yield a member's content up to the first damage; `zipfile` would drop what precedes it."""
    stream = zlib.decompressobj(-zlib.MAX_WBITS)
    produced = crc = 0
    error: zlib.error | None = None
    for packed in _packed(path, member):
        data = packed
        while data and not error and produced < member.file_size:
            out, error = (
                (data, None) if member.compress_type == zipfile.ZIP_STORED else _inflate(stream, data)
            )
            out = out[: member.file_size - produced]
            produced, crc = produced + len(out), zlib.crc32(out, crc)
            if out:
                yield out
            data = b"" if member.compress_type == zipfile.ZIP_STORED else stream.unconsumed_tail
    if error or produced != member.file_size or crc != member.CRC:
        damage = f"{name} is damaged: {error or 'its size or checksum is not the one in the zip'}"
        notes.incomplete = _noted_damage(damage, produced)


def _packed(path: Path, member: zipfile.ZipInfo) -> Iterator[bytes]:
    """Yield the packed bytes of a member, which follow its local header."""
    with path.open("rb") as file:
        file.seek(max(member.header_offset, 0))
        header = file.read(30)
        if header[:4] != b"PK\x03\x04" or len(header) < 30:
            return
        file.seek(int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little"), 1)
        left = member.compress_size
        while left > 0 and (chunk := file.read(min(CHUNK, left))):
            left -= len(chunk)
            yield chunk


def _inflate(stream: zlib._Decompress, data: bytes) -> tuple[bytes, zlib.error | None]:
    """Return what the data expands to, up to where it is damaged, and the error."""
    before = stream.copy()
    try:
        return stream.decompress(data, CHUNK), None
    except zlib.error as error:
        out = bytearray()
        with contextlib.suppress(zlib.error):  # the same error, one byte later
            for at in range(len(data)):
                out += before.decompress(data[at : at + 1], CHUNK)
        return bytes(out), error


def _noted_damage(damage: str, read: object) -> str:
    """Return the damage if something was read before it, else raise DamagedFileError."""
    if not read:
        raise DamagedFileError(damage, next_step="download or copy it again")
    return damage
