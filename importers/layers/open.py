"""Opens a layer of a county as rows, by the reader of its type."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from pathlib import PurePosixPath
from urllib.parse import unquote_to_bytes, urlsplit

from config.county.model import AnyLayer
from importers.layers.arcgis.reading import ArcGISRows
from importers.layers.rows import LayerRows, Remote
from importers.options import DEFAULT_LIMITS, ReadLimits, ReadOptions
from importers.readers.contained import open_contained
from importers.readers.local import LocalFile, open_local, readable_name, unnamed_file
from importers.readers.reading import open_input


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
    if layer.type == "arcgis":
        async with access.asking(str(layer.url), requests_per_second=requests_per_second) as ask:
            yield LayerRows(await ArcGISRows.opened(layer, ask))
        return
    with ExitStack() as stack:
        local = await _local(layer, access, limits, stack)
        options = ReadOptions(format="csv", limits=limits)
        if local.is_binary():
            async with open_contained(local, options) as rows:
                yield LayerRows(rows, format=layer.type)
        else:
            with open_input(local.name, options, local=local.path, changed=local.changed) as reading:
                yield LayerRows(reading, format=layer.type)


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
