"""A site's own list of its addresses, in one file or several. What it does not name may still be there."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from typing import Final

from lxml import etree

from config.errors import ExtractionError
from config.source import Source
from parsing.canonical import canonical
from scrapers.extract.index import Index, known_hosts
from scrapers.extract.links import clean, may_be_listing
from scrapers.extract.page import host

MOST_BYTES: Final = 60_000_000
"""Of one file, unpacked; the protocol allows 50 MB."""
MOST_ADDRESSES: Final = 100_000
_GZIP: Final = b"\x1f\x8b"
_FILES: Final = (b"<urlset", b"<sitemapindex", b"<?xml")


def is_sitemap(body: bytes) -> bool:
    """Whether a body is a sitemap by its first bytes: compressed, XML, or an address a line."""
    head = body[:2_000].lstrip(b"\xef\xbb\xbf \r\n\t")
    return head.startswith((_GZIP, *_FILES)) or re.match(rb"https?://\S+\s", head + b"\n") is not None


def read_sitemap(body: bytes, url: str, source: Source) -> Index:
    """The listings that a sitemap names, those that changed last first, and the further files it names.

    Raises ExtractionError for a file that cannot be read to its end.
    """
    addresses, files = _read(_unpacked(body, url), url)
    pattern = source.pagination.match if source.pagination else None
    hosts = known_hosts(url, source)
    links: dict[str, str] = {}
    for address, changed in addresses:
        if host(address) not in hosts or not _is_meant(address, pattern):
            continue
        links.setdefault(canonical(clean(address), source.urls), changed)
    newest_first = sorted(links, key=lambda link: links[link], reverse=True)
    return Index(
        newest_first,
        [{"source_url": link} for link in newest_first],
        next_url=None,
        total=None,
        is_last=not files,
        is_cut=len(addresses) >= MOST_ADDRESSES,
        more=[file for file in files if host(file) in hosts],
        changed={link: changed for link, changed in links.items() if changed},
    )


def _is_meant(address: str, pattern: str | None) -> bool:
    return may_be_listing(address) if pattern is None else re.search(pattern, address) is not None


def _unpacked(body: bytes, url: str) -> bytes:
    if not body.startswith(_GZIP):
        return body
    stream = zlib.decompressobj(zlib.MAX_WBITS | 16)
    try:
        text = stream.decompress(body, MOST_BYTES)
    except zlib.error as error:
        raise _unreadable(url, f"it cannot be decompressed: {error}") from error
    if stream.unconsumed_tail:
        raise _unreadable(url, f"it is larger than {MOST_BYTES:,} bytes")
    if not stream.eof:
        raise _unreadable(url, "it ends early")
    return text


def _read(text: bytes, url: str) -> tuple[list[tuple[str, str]], list[str]]:
    """The addresses with the time of their last change, as it is written; and the further files."""
    if not text.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<"):
        lines = text.decode("utf-8-sig", "replace").split()
        return [(line, "") for line in lines if line.startswith("http")][:MOST_ADDRESSES], []
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True)
    try:
        root = etree.fromstring(text.strip(), parser)
    except etree.XMLSyntaxError as error:
        raise _unreadable(url, str(error)) from error
    entries = [(_child(entry, "loc"), _child(entry, "lastmod")) for entry in _entries(root)]
    named = [(address, changed) for address, changed in entries if address.startswith("http")]
    if _name(root) == "sitemapindex":
        return [], [address for address, _ in named]
    return named[:MOST_ADDRESSES], []


def _entries(root: etree._Element) -> Iterator[etree._Element]:
    return (entry for entry in root if isinstance(entry.tag, str) and _name(entry) in ("url", "sitemap"))


def _child(entry: etree._Element, name: str) -> str:
    found = (child.text for child in entry if isinstance(child.tag, str) and _name(child) == name)
    return (next(found, None) or "").strip()


def _name(element: etree._Element) -> str:
    """A tag without its namespace."""
    return str(element.tag).rpartition("}")[2]


def _unreadable(url: str, why: str) -> ExtractionError:
    return ExtractionError(
        f"reading the sitemap {url}: {why}",
        next_step="open it in a browser; another address of it stands in the site's robots.txt",
    )
