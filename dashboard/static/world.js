// The outline of the world's countries (Natural Earth), from TopoJSON: each border is in it once, as an arc of steps.
/** The countries of a topology as GeoJSON. */
export function countries(topology) {
  const { scale, translate } = topology.transform;
  const arcs = topology.arcs.map((arc) => {
    let x = 0;
    let y = 0;
    return arc.map(([right, up]) => {
      x += right;
      y += up;
      return [x * scale[0] + translate[0], y * scale[1] + translate[1]];
    });
  });
  const line = (index) => index < 0 ? arcs[~index].toReversed() : arcs[index];
  // an arc begins where the one before ends
  const ring = (parts) => parts.flatMap((index, nth) => nth === 0 ? line(index) : line(index).slice(1));
  const features = topology.objects.countries.geometries.flatMap((shape) => {
    if (shape.type !== "Polygon" && shape.type !== "MultiPolygon") return [];
    const coordinates = shape.type === "Polygon" ? shape.arcs.map(ring) : shape.arcs.map((polygon) => polygon.map(ring));
    return [{ type: "Feature", properties: { name: shape.properties?.name ?? "" }, geometry: { type: shape.type, coordinates } }];
  });
  return { type: "FeatureCollection", features };
}
