"""The polite HTTP client, through which every request to a site goes."""

from scrapers.fetch.client import PoliteClient
from scrapers.fetch.result import Fetcher, FetchResult

__all__ = ["FetchResult", "Fetcher", "PoliteClient"]
