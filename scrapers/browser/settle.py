"""Lets a page become whole: its scripts have loaded, its end was scrolled to, "load more" was pressed."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Final

from scrapers.browser.loading import Loader

ROUNDS: Final = 40
"""How often a page's end is scrolled to at most."""
_QUIET: Final = 0.15
_LONGEST_LOAD: Final = 15.0

_MORE: Final = (
    r"^(?:load|show|see|view) more\b|^more (?:results|listings|homes|properties)\b"
    r"|^(?:ver|cargar|mostrar) m[áa]s\b|^(?:ver|carregar|mostrar) mais\b"
    r"|^mehr (?:laden|anzeigen|ergebnisse)\b|^weitere .*(?:laden|anzeigen)"
    r"|^(?:voir|afficher|charger) plus\b|^(?:carica|mostra|vedi) (?:altr|di pi[ùu])"
    r"|^meer (?:laden|tonen|resultaten)\b|^(?:pokaż|załaduj) więcej|^(?:visa|ladda) fler"
    r"|もっと見る|さらに表示|加载更多|查看更多"
)
"""What is written on a button that brings more of a list."""

_ROUND: Final = """more => new Promise(done => {
  const pattern = new RegExp(more, 'i');
  const root = document.documentElement;
  const size = () => [root.scrollHeight, document.getElementsByTagName('*').length].join();
  const shown = node => node.getClientRects().length > 0;
  const button = [...document.querySelectorAll(
      'button, [role=button], input[type=button], a:not([href]), a[href="#"], a[href^="javascript:"]')]
    .find(node => pattern.test((node.innerText || node.value || '').trim()) && !node.disabled && shown(node));
  const before = size();
  window.scrollTo(0, root.scrollHeight);
  if (button) button.click();
  setTimeout(() => done(size() !== before), 300);
})"""
"""Scrolls to the end and presses the button, if there is one; whether the page has changed by then."""


async def settle(
    page: Any, loader: Loader, turn: Callable[[], Awaitable[None]], *, rounds: int = ROUNDS
) -> bool:
    """Return whether all was loaded that scrolling and "load more" bring; else the rounds were used up.

    Each round that asks the site for something takes a `turn` of its pace.
    """
    await _quiet(loader)
    for _ in range(rounds):
        asked = loader.started
        has_changed = await page.evaluate(_ROUND, _MORE)
        if loader.started > asked:
            await turn()
            await _quiet(loader)
        elif not has_changed:
            return True
    return False


async def _quiet(loader: Loader) -> None:
    """Wait for what is loading; a site that never stops asking (a chat, a counter) is not waited for."""
    try:
        async with asyncio.timeout(_LONGEST_LOAD):
            await loader.quiet(_QUIET)
    except TimeoutError:
        return
