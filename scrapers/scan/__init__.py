"""Index scans: what the index pages of a site show, and what a listing's page says of its being there."""

from scrapers.scan.liveness import Answer, GoneSign, answer_of, made_up, measure
from scrapers.scan.pages import Interrupted, ScanSink, scan
from scrapers.scan.report import ScanReport
from scrapers.scan.sighting import PageRead, Sighting

__all__ = [
    "Answer",
    "GoneSign",
    "Interrupted",
    "PageRead",
    "ScanReport",
    "ScanSink",
    "Sighting",
    "answer_of",
    "made_up",
    "measure",
    "scan",
]
