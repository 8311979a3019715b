"""Asks one layer of an ArcGIS server; an error within an answer is raised, as such answers say 200."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode, urlsplit, urlunsplit

from config.errors import FetchError, LayerRefusedError, TokenRefusedError
from config.terminal import one_line
from importers.layers.answers import decoded
from importers.layers.rows import Asking

_LONGEST_URL: Final = 1_900
"""Characters; proxies and servers refuse longer ones, so that they go as a form."""
_TOKEN: Final = frozenset({498, 499})
_FOR_GOOD: Final = frozenset({400, 401, 403, 404, 405})


@dataclass(frozen=True, slots=True)
class ArcGISServer:
    """One layer: `…/FeatureServer/0` or `…/MapServer/56`."""

    url: str
    name: str
    """The layer in messages."""
    ask: Asking

    @classmethod
    def of(cls, url: str, ask: Asking) -> ArcGISServer:
        """The layer that a url names, also by its query page."""
        parts = urlsplit(url)
        path = parts.path.rstrip("/").removesuffix("/query")
        base = urlunsplit((parts.scheme, parts.netloc, path, "", ""))
        return cls(base, f"{parts.hostname}{path}", ask)

    async def about(self) -> dict[str, Any]:
        """The layer's description of itself. Raises FetchError."""
        return await self._asked(self.url, {})

    async def query(self, **parameters: str) -> dict[str, Any]:
        """The answer to one query. Raises FetchError."""
        return await self._asked(f"{self.url}/query", parameters)

    async def _asked(self, url: str, parameters: dict[str, str]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        form = {**parameters, "f": "json"}

        def check(body: bytes) -> None:
            answer = decoded(body, url, self.name)
            if not isinstance(answer, dict):
                raise LayerRefusedError(f"{self.name} answered with JSON that is no object", url=url)
            if "error" in answer:
                raise self._error(answer["error"])
            found.clear()
            found.update(answer)

        whole = f"{url}?{urlencode(form)}"
        if len(whole) > _LONGEST_URL:
            await self.ask.post(url, form, check)
        else:
            await self.ask.get(whole, check)
        return found

    def _error(self, error: Any) -> FetchError:
        """The error that an answer states; one of the server itself may pass."""
        said = error if isinstance(error, dict) else {"message": error}
        code = said.get("code")
        parts = [said.get("message"), *(said.get("details") or ())]
        why = "; ".join(dict.fromkeys(one_line(str(part).strip()) for part in parts if part))
        numbered = "an error" if code is None else f"error {code}"
        message = f"{self.name} answered with {numbered}: {why[:300].rstrip('. ') or 'without a message'}"
        if code in _TOKEN:
            return TokenRefusedError(
                message, url=self.url, next_step="only layers that are open to all are read: choose another"
            )
        return LayerRefusedError(
            message,
            url=self.url,
            transient=code not in _FOR_GOOD,
            next_step="compare the layer's url and its where with its page" if code in _FOR_GOOD else None,
        )
