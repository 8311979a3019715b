"""RESO Web APIs: pages by the server's links, withdrawals, watermarks and key sweeps."""

from __future__ import annotations

from typing import Any

import pytest

from config.errors import FetchError
from importers import ImportFileError, Record
from importers.readers.reso import Deletion, Endpoint, Key, ResoFeed

BASE = "https://mls.example/odata/Property"
PLAIN = Endpoint(BASE)


def listing(key: str, modified: str = "2026-06-01T12:00:00Z", **more: Any) -> dict[str, Any]:
    return {"ListingKey": key, "ModificationTimestamp": modified, **more}


class StatusError(FetchError):
    def __init__(self, status: int) -> None:
        super().__init__(f"answered {status}", url=BASE, status=status)


class Server:
    """Answers each url from its list of answers, and records the requests."""

    def __init__(self, **pages: Any) -> None:
        self.pages = pages
        self.asked: list[str] = []

    async def __call__(self, url: str) -> dict[str, Any]:
        self.asked.append(url)
        name = url.partition("$skip=")[2] or "first"
        answer = self.pages[name]
        answer = answer.pop(0) if isinstance(answer, list) else answer
        if isinstance(answer, Exception):
            raise answer
        assert isinstance(answer, dict)
        return answer


def page(*rows: Any, after: str | None = None, **more: Any) -> dict[str, Any]:
    following = {"@odata.nextLink": f"{BASE}?$skip={after}"} if after else {}
    return {"@odata.context": "$metadata#Property", "value": list(rows), **following, **more}


async def all_of(feed: ResoFeed, since: str | None = None) -> list[Record | Deletion]:
    return [change async for change in feed.changes(since)]


async def test_next_links_are_followed_as_given_to_the_end() -> None:
    server = Server(first=page(listing("1"), listing("2"), after="a%20b"), **{"a%20b": page(listing("3"))})
    feed = ResoFeed(PLAIN, server)
    assert [change.cells["ListingKey"] for change in await all_of(feed)] == ["1", "2", "3"]
    assert server.asked == [f"{BASE}?$orderby=ModificationTimestamp", f"{BASE}?$skip=a%20b"]
    assert (feed.rows_read, feed.incomplete) == (3, None)


async def test_a_relative_next_link_is_followed() -> None:
    server = Server(
        first=page(listing("1"), **{"@odata.nextLink": "Property?$skip=2"}), **{"2": page(listing("2"))}
    )
    assert len(await all_of(ResoFeed(PLAIN, server))) == 2
    assert server.asked[-1] == f"{BASE}?$skip=2"


async def test_changes_since_a_time_include_that_time() -> None:
    server = Server(first=page())
    endpoint = Endpoint(
        BASE, filter="OriginatingSystemName eq 'testmls'", viewable="MlgCanView eq true", top=500
    )
    assert await all_of(ResoFeed(endpoint, server), "2026-06-01T12:00:00.123Z") == []
    assert server.asked == [
        f"{BASE}?$filter=OriginatingSystemName%20eq%20'testmls'"
        "%20and%20ModificationTimestamp%20ge%202026-06-01T12:00:00.123Z"
        "&$orderby=ModificationTimestamp&$top=500"
    ]


async def test_only_a_full_pass_filters_by_viewable() -> None:
    endpoint = Endpoint(BASE, filter="A eq 1 or A eq 2", viewable="MlgCanView eq true")
    assert endpoint.changes_url(None).startswith(
        f"{BASE}?$filter=(A%20eq%201%20or%20A%20eq%202)%20and%20MlgCanView%20eq%20true&"
    )
    assert "MlgCanView" not in endpoint.changes_url("2026-06-01T00:00:00Z")


async def test_a_withdrawn_record_is_a_deletion() -> None:
    server = Server(first=page(listing("1", MlgCanView=False), listing("2", MlgCanView=True)))
    gone, kept = await all_of(ResoFeed(PLAIN, server))
    assert isinstance(gone, Deletion)
    assert (gone.number, gone.key) == (1, "1")
    assert isinstance(kept, Record)


async def test_records_are_not_parsed() -> None:
    row = listing(
        "1", DaysOnMarket=12.0, CloseDate="TBD", Possession="Closing", Basement=["Full"], VEN_x=None
    )
    feed = ResoFeed(PLAIN, Server(first=page(row)))
    (record,) = await all_of(feed)
    assert record.cells == row
    assert feed.columns == list(row)


async def test_the_watermark_is_the_newest_time_in_any_notation() -> None:
    stamps = ["2026-06-01T12:00:00.456Z", "2026-06-01T14:00:00.500+02:00", "2026-06-01T12:00:00", "soon"]
    feed = ResoFeed(PLAIN, Server(first=page(*(listing(str(n), stamp) for n, stamp in enumerate(stamps)))))
    await all_of(feed)
    assert feed.watermark == "2026-06-01T14:00:00.500+02:00"
    zoneless = ResoFeed(PLAIN, Server(first=page(listing("1", "2026-06-01T12:00:00"))))
    await all_of(zoneless)
    assert zoneless.watermark == "2026-06-01T12:00:00Z"


async def test_an_empty_pass_has_no_watermark() -> None:
    feed = ResoFeed(PLAIN, Server(first=page()))
    assert await all_of(feed) == []
    assert feed.watermark is None


@pytest.mark.parametrize("status", [400, 404, 410])
async def test_a_stale_next_link_continues_from_the_watermark_once(status: int) -> None:
    first = page(listing("1"), listing("2", "2026-06-02T00:00:00Z"), after="2")
    again = page(listing("2", "2026-06-02T00:00:00Z"), listing("3", "2026-06-03T00:00:00Z"))
    server = Server(first=[first, again], **{"2": StatusError(status)})
    feed = ResoFeed(PLAIN, server)
    assert [change.cells["ListingKey"] for change in await all_of(feed)] == ["1", "2", "2", "3"]
    assert "ge%202026-06-02T00:00:00Z" in server.asked[-1]
    assert "had expired" in feed.warnings[0]

    timeless = Server(first=page({"ListingKey": "1"}, after="2"), **{"2": StatusError(status)})
    with pytest.raises(FetchError):
        await all_of(ResoFeed(PLAIN, timeless))

    endless = Server(first=[first, first], **{"2": StatusError(status)})
    with pytest.raises(FetchError):
        await all_of(ResoFeed(PLAIN, endless))


@pytest.mark.parametrize(
    "pages", [{"first": StatusError(404)}, {"first": page(listing("1"), after="2"), "2": StatusError(500)}]
)
async def test_other_failures_are_not_stale_links(pages: dict[str, Any]) -> None:
    server = Server(**pages)
    with pytest.raises(FetchError):
        await all_of(ResoFeed(PLAIN, server))
    assert len(server.asked) == len(pages)


async def test_a_record_without_key_or_shape_is_a_problem_with_its_bytes() -> None:
    nameless, shapeless, good = await all_of(
        ResoFeed(PLAIN, Server(first=page({"ListPrice": 1}, "x", listing("1"))))
    )
    assert isinstance(nameless, Record)
    assert nameless.problem == f"{BASE}, record 1: no ListingKey"
    assert nameless.raw == b'{"ListPrice": 1}'
    assert isinstance(shapeless, Record)
    assert (shapeless.cells, shapeless.raw) == ({}, b'"x"')
    assert isinstance(good, Record)
    assert good.problem is None


async def test_a_single_record_comes_without_a_list() -> None:
    (record,) = await all_of(ResoFeed(PLAIN, Server(first=listing("1"))))
    assert record.cells["ListingKey"] == "1"


@pytest.mark.parametrize(
    "answer",
    [{"error": {"code": "x", "message": "no such filter"}}, {"hello": 1}, {"value": {"ListingKey": 1}}],
)
async def test_an_answer_without_a_list_is_an_error(answer: dict[str, Any]) -> None:
    with pytest.raises(ImportFileError, match=f"{BASE} did not answer like a RESO Web API"):
        await all_of(ResoFeed(PLAIN, Server(first=answer)))


async def test_a_next_link_to_another_server_is_refused() -> None:
    server = Server(first=page(listing("1"), **{"@odata.nextLink": "https://evil.example/?$skip=2"}))
    with pytest.raises(ImportFileError, match=r"another server for its next page: evil\.example"):
        await all_of(ResoFeed(PLAIN, server))
    assert len(server.asked) == 1


async def test_circular_next_links_are_refused() -> None:
    server = Server(first=page(listing("1"), after="2"), **{"2": page(listing("2"), after="2")})
    with pytest.raises(ImportFileError, match="read already"):
        await all_of(ResoFeed(PLAIN, server))


async def test_top_read_as_a_limit_is_incomplete() -> None:
    feed = ResoFeed(Endpoint(BASE, top=2), Server(first=page(listing("1"), listing("2"))))
    await all_of(feed)
    assert "takes $top as a limit" in str(feed.incomplete)


async def test_a_sweep_gives_every_key_and_selects_only_keys() -> None:
    server = Server(
        first=page(listing("1"), after="2", **{"@odata.count": "2"}),
        **{"2": page(listing("2", "2026-06-02"))},
    )
    feed = ResoFeed(Endpoint(BASE, viewable="MlgCanView eq true"), server)
    assert [key async for key in feed.sweep()] == [Key("1", "2026-06-01T12:00:00Z"), Key("2", "2026-06-02")]
    assert feed.incomplete is None
    assert server.asked[0] == (
        f"{BASE}?$filter=MlgCanView%20eq%20true&$select=ListingKey,ModificationTimestamp"
        "&$orderby=ListingKey&$count=true"
    )


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (page(listing("1"), **{"@odata.count": 3}), "1 of 3 keys"),
        (page(listing("1"), {"ModificationTimestamp": "2026"}), "has no ListingKey"),
    ],
)
async def test_a_short_sweep_is_incomplete(answer: dict[str, Any], why: str) -> None:
    feed = ResoFeed(PLAIN, Server(first=answer))
    assert [key.key async for key in feed.sweep()] == ["1"]
    assert why in str(feed.incomplete)


async def test_a_failed_sweep_is_an_error() -> None:
    feed = ResoFeed(PLAIN, Server(first=page(listing("1"), after="2"), **{"2": StatusError(404)}))
    with pytest.raises(FetchError):
        [key async for key in feed.sweep()]


def test_an_endpoint_is_read_from_its_url() -> None:
    found = Endpoint.parse(f"reso:{BASE}?$filter=City eq 'X'&$expand=Media&$top=100")
    assert found == Endpoint(BASE, filter="City eq 'X'", expand="Media", top=100)
    assert Endpoint.parse(f"reso:{BASE}") == PLAIN


@pytest.mark.parametrize(
    "where",
    ["reso:", "reso:ftp://x/y", "reso:https://mls.example/", f"reso:{BASE}?$skip=3", f"reso:{BASE}?$top=x"],
)
def test_an_invalid_endpoint_is_refused(where: str) -> None:
    with pytest.raises(ImportFileError):
        Endpoint.parse(where)
