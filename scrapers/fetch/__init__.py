"""The one polite HTTP client: everything the project takes from a site comes through here."""

from scrapers.fetch.client import FetchResult, PoliteClient

__all__ = ["FetchResult", "PoliteClient"]
