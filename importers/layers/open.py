"""Opens a layer of a county as rows, by the reader of its type."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from dataclasses import replace
from pathlib import PurePosixPath
from typing import Final, cast
from urllib.parse import unquote_to_bytes, urlsplit

from config.county.model import ONLINE, AnyLayer, AuctionLayer
from config.errors import UsageError
from config.secrets import remember
from importers.layers.arcgis.reading import ArcGISRows
from importers.layers.auctions.reading import AuctionRows
from importers.layers.places import places_of
from importers.layers.rows import Asking, LayerRows, Remote
from importers.layers.socrata import SocrataRows
from importers.options import DEFAULT_LIMITS, ReadLimits, ReadOptions
from importers.readers.contained import open_contained
from importers.readers.local import LocalFile, open_local, readable_name, unnamed_file
from importers.readers.reading import open_input
from importers.rows import Rows

_OF_LIBRARIES: Final = frozenset({"shapefile", "geopackage", "geoparquet"})
"""Types whose files are read by libraries of other languages, in a process of their own."""


@asynccontextmanager
async def open_layer(
    layer: AnyLayer,
    access: Remote,
    limits: ReadLimits = DEFAULT_LIMITS,
    *,
    requests_per_second: float | None = None,
) -> AsyncIterator[LayerRows]:
    """Open a layer: from its url, or from its file; what was downloaded is gone when the context ends.

    Raises UsageError, ImportFileError and FetchError.
    """
    if layer.type in ONLINE and layer.url is not None:
        headers = _headers(layer)
        async with access.asking(layer.url, requests_per_second=requests_per_second, headers=headers) as ask:
            yield LayerRows(await _asked(layer, ask))
        return
    if layer.type == "realauction":
        yield LayerRows(AuctionRows(layer))
        return
    with ExitStack() as stack:
        local = await _local(layer, access, limits, stack)
        options = read_options(layer, limits)
        if layer.type in _OF_LIBRARIES and local.named is not None:
            local = replace(local, path=local.named)  # its files beside it are found by its name
        if layer.type in _OF_LIBRARIES or local.is_binary():
            async with open_contained(local, options) as rows:
                yield LayerRows(rows, format=layer.type)
        else:
            with open_input(local.name, options, local=local.path, changed=local.changed) as reading:
                yield LayerRows(reading, format=layer.type)


async def _asked(layer: AnyLayer, ask: Asking) -> Rows:
    """The rows of a layer that is asked page by page."""
    if layer.type == "arcgis":
        return await ArcGISRows.opened(layer, ask)
    if layer.type == "socrata":
        return await SocrataRows.opened(layer, ask)
    return AuctionRows(cast("AuctionLayer", layer), ask)


def _headers(layer: AnyLayer) -> dict[str, str]:
    """What requests carry beside the question: a portal's app token, by which it counts them."""
    if layer.type != "socrata" or layer.options.token is None:
        return {}
    token = os.environ.get(layer.options.token)
    if not token:
        raise UsageError(
            f"layer {layer.name} names the environment variable {layer.options.token}, which is not set",
            next_step="set it to the portal's app token, or take token out of the layer's options",
        )
    remember(token)
    return {"X-App-Token": token}


def read_options(layer: AnyLayer, limits: ReadLimits) -> ReadOptions:
    """How the file of a layer is read. Raises UsageError for a layout that is none."""
    match layer.type:
        case "delimited":
            given = layer.options
            return ReadOptions(
                format="csv",
                encoding=given.encoding,
                delimiter=given.delimiter,
                skip_rows=given.skip_rows,
                sheet=given.inside,
                header=given.header,
                limits=limits,
            )
        case "fixed_width":
            fixed = layer.options
            return ReadOptions(
                format="fixed_width",
                encoding=fixed.encoding,
                skip_rows=fixed.skip_rows,
                sheet=fixed.inside,
                places=places_of(fixed),
                limits=limits,
            )
        case "geojson" | "shapefile" | "geopackage" | "geoparquet":
            shapes = layer.options
            return ReadOptions(
                format=layer.type,
                encoding=shapes.encoding,
                sheet=shapes.layer,
                crs=shapes.crs,
                limits=limits,
            )
    return ReadOptions(limits=limits)


async def _local(layer: AnyLayer, access: Remote, limits: ReadLimits, stack: ExitStack) -> LocalFile:
    """The layer's file, downloaded where it has a url."""
    if layer.path is not None:
        return await open_local(str(layer.path), limits, stack)
    url = str(layer.url)
    parts = urlsplit(url)
    name = readable_name(unquote_to_bytes(PurePosixPath(parts.path).name)) or str(parts.hostname)
    file, path = stack.enter_context(unnamed_file())
    await access.download(url, path)
    return LocalFile(name, path, file.fileno())
