-- The rules of every new catalogue; a rule that exists already, changed or not, stays as it is.
insert into public.validation_rules (rule_name, field_name, rule_type, rule_config, severity, description)
values
  ('required_title', 'title', 'required', '{}', 'error', 'A listing has a title.'),
  ('latitude_range', 'latitude', 'range', '{"min": -90, "max": 90}', 'error', 'Degrees north.'),
  ('longitude_range', 'longitude', 'range', '{"min": -180, "max": 180}', 'error', 'Degrees east.'),
  ('bedrooms_range', 'bedrooms', 'range', '{"min": 0, "max": 20}', 'error',
    'More bedrooms than a house has.'),
  ('bathrooms_range', 'bathrooms', 'range', '{"min": 0, "max": 10}', 'error',
    'More bathrooms than a house has.'),
  ('price_range', 'price', 'range', '{"min": 1000, "max": 50000000}', 'warning',
    'Outside what homes usually cost.'),
  ('price_is_certain', 'price', 'certain', '{}', 'error',
    'The price has one reading, and a likely one.'),
  ('valid_email', 'agent_email', 'pattern', '{"regex": "^[^@\\s]+@[^@\\s]+\\.[^@\\s]+$"}', 'warning',
    'Looks like an e-mail address.'),
  ('gps_agrees', 'gps_coordinates', 'custom', '{"function": "gps_agrees"}', 'warning',
    'gps_coordinates agree with latitude and longitude within 0.001°.'),
  ('unit_price_agrees', 'price_per_m2', 'custom', '{"function": "unit_price_agrees"}', 'info',
    'price_per_m2 × area is within 20 % of the price.'),
  ('image_urls_are_http', 'image_urls', 'custom', '{"function": "image_urls_are_http"}', 'warning',
    'Every image URL is http(s).')
on conflict (rule_name) do nothing;
