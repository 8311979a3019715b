"""Files of shapes: GeoJSON, shapefile, GeoPackage and GeoParquet, their places in degrees of WGS 84."""
