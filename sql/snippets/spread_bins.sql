-- spread_bins(row)
-- The cell that each number of a row falls into, as rows (field, cell): eighths of a power of ten of prices
-- and areas, whole rooms up to thirty, tenths of a degree.
(
  values
    ('price', case when {row}.price > 0 then floor(8 * log({row}.price::float8)) end),
    ('total_area_m2', case when {row}.total_area_m2 > 0 then floor(8 * log({row}.total_area_m2::float8)) end),
    ('covered_area_m2',
      case when {row}.covered_area_m2 > 0 then floor(8 * log({row}.covered_area_m2::float8)) end),
    ('lot_size_m2', case when {row}.lot_size_m2 > 0 then floor(8 * log({row}.lot_size_m2::float8)) end),
    ('bedrooms', case when {row}.bedrooms is not null then least({row}.bedrooms, 30)::float8 end),
    ('bathrooms', case when {row}.bathrooms is not null then least({row}.bathrooms, 30)::float8 end),
    ('latitude', floor(10 * {row}.latitude::float8)),
    ('longitude', floor(10 * {row}.longitude::float8))
)
