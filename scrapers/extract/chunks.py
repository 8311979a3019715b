"""The text of a page in pieces, each with its element."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from selectolax.lexbor import LexborNode


@dataclass(slots=True)
class Chunk:
    """A piece of text and the element it stands in; a hint is an icon's or attribute's word."""

    text: str
    element: LexborNode
    hint: bool = False


@dataclass
class Content:
    """Chunks in document order, and which of them each element spans."""

    chunks: list[Chunk] = field(default_factory=list)
    spans: dict[int, tuple[int, int]] = field(default_factory=dict)

    @cached_property
    def text(self) -> str:
        """All of it, a line a chunk."""
        return "\n".join(chunk.text for chunk in self.chunks if not chunk.hint)

    def span(self, element: LexborNode) -> tuple[int, int]:
        """The chunks inside an element."""
        return self.spans.get(element.mem_id, (0, 0))
