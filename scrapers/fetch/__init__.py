"""The one polite HTTP client: everything the project takes from a site comes through here."""

from scrapers.fetch.client import PoliteClient
from scrapers.fetch.result import FetchResult

__all__ = ["FetchResult", "PoliteClient"]
