-- gps_agrees(row)
-- The objection when gps_coordinates do not agree with latitude and longitude within 0.001°, or null.
case when {row}.gps_coordinates ~ '^\s*-?\d{1,3}(\.\d{1,15})?\s*,\s*-?\d{1,3}(\.\d{1,15})?\s*$' then
  case when abs(split_part({row}.gps_coordinates, ',', 1)::numeric - {row}.latitude) > 0.001
      or abs(split_part({row}.gps_coordinates, ',', 2)::numeric - {row}.longitude) > 0.001
    then format('gps_coordinates %s disagree with latitude %s, longitude %s', {row}.gps_coordinates,
      {row}.latitude, {row}.longitude)
  end
end
