"""Layers of counties, each opened as rows by the reader of its type."""

from importers.layers.open import open_layer
from importers.layers.rows import LayerRows, Remote
from importers.record import LATITUDE, LOCATION_KIND, LONGITUDE, SHAPE

__all__ = ["LATITUDE", "LOCATION_KIND", "LONGITUDE", "SHAPE", "LayerRows", "Remote", "open_layer"]
