"""Pages that scripts build: rendered by a browser whose every request goes through the polite client."""

from scrapers.browser.client import BrowserClient

__all__ = ["BrowserClient"]
