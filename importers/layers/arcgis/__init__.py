"""Layers of ArcGIS servers, by their REST interface."""
