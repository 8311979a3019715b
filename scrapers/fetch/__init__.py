"""The polite HTTP client, through which every request to a site goes."""

from scrapers.fetch.client import PoliteClient
from scrapers.fetch.gate import Budget, Gate
from scrapers.fetch.result import Fetcher, FetchResult

__all__ = ["Budget", "FetchResult", "Fetcher", "Gate", "PoliteClient"]
