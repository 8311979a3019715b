"""What an ArcGIS layer says of itself: its fields, its object id, and how it can be paged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from importers.errors import ImportFileError
from importers.layers.arcgis.server import ArcGISServer

_USUAL_MOST: Final = 1_000
"""Features an answer, of a server that does not say."""
_GEOCODER: Final = frozenset({"loc_name", "match_addr", "addr_type"})
"""Fields of a geocoder's output, beside `USER_…`."""


@dataclass(frozen=True, slots=True)
class LayerFacts:
    """The description of one layer, as far as reading it needs it."""

    title: str
    oid: str | None
    fields: dict[str, str]
    """Name → type, without the geometry."""
    most: int
    """Features an answer has at most."""
    pages: bool
    """Whether answers can be ordered and begin after others."""
    geometry: str | None
    edited: Any
    """When its features or its fields were last changed, where it says so."""
    version: str

    @classmethod
    def of(cls, about: dict[str, Any], server: ArcGISServer) -> LayerFacts:
        """Read a description. Raises ImportFileError for what is no layer of features."""
        fields = about.get("fields")
        if not isinstance(fields, list) or not fields:
            raise ImportFileError(f"{server.name} is no layer of features", next_step=_next_step(about))
        names = {
            str(field["name"]): str(field.get("type", ""))
            for field in fields
            if field.get("type") != "esriFieldTypeGeometry"
        }
        typed = (name for name, kind in names.items() if kind == "esriFieldTypeOID")
        oid = about.get("objectIdField") or next(typed, None)
        can = about.get("advancedQueryCapabilities") or {}
        editing = about.get("editingInfo") or {}
        most = about.get("maxRecordCount")
        return cls(
            title=str(about.get("name") or ""),
            oid=str(oid) if oid else None,
            fields=names,
            most=most if isinstance(most, int) and most > 0 else _USUAL_MOST,
            pages=bool(can.get("supportsPagination")),
            geometry=about.get("geometryType"),
            edited=tuple(editing.get(name) for name in sorted(editing)),
            version=str(about.get("currentVersion") or ""),
        )

    @property
    def dates(self) -> tuple[str, ...]:
        """The fields whose numbers are milliseconds of an epoch."""
        return tuple(name for name, kind in self.fields.items() if kind == "esriFieldTypeDate")

    @property
    def location_kind(self) -> str:
        """What its places are: of polygons centroids; of a geocoder's output what it found."""
        if self.geometry == "esriGeometryPolygon":
            return "centroid"
        geocoded = any(name.startswith("USER_") or name.lower() in _GEOCODER for name in self.fields)
        return "geocode" if geocoded else "point"


def _next_step(about: dict[str, Any]) -> str:
    layers = [each for each in about.get("layers") or () if isinstance(each, dict)]
    if not layers:
        return "give the url of one layer: …/MapServer/0 or …/FeatureServer/0"
    shown = ", ".join(f"{each.get('id')} {each.get('name')}" for each in layers[:20])
    return f"add the number of one of its layers to the url: {shown}"
