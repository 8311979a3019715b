-- The rules of every new catalogue; a rule that exists already, changed or not, stays as it is. An error is
-- only what cannot be; what is merely unlikely is a warning.
select pg_catalog.set_config('property_manager.seeding', 'on', true);
insert into public.validation_rules (rule_name, field_name, rule_type, rule_config, severity, description)
values
  ('required_title', 'title', 'required', '{}', 'error', 'A listing has a title.'),
  ('latitude_range', 'latitude', 'range', '{"min": -90, "max": 90}', 'error', 'Degrees north.'),
  ('longitude_range', 'longitude', 'range', '{"min": -180, "max": 180}', 'error', 'Degrees east.'),
  ('bedrooms_range', 'bedrooms', 'range', '{"min": 0, "max": 200}', 'error',
    'More bedrooms than any home has.'),
  ('bedrooms_usual', 'bedrooms', 'range', '{"max": 20}', 'warning', 'More bedrooms than most homes have.'),
  ('bathrooms_range', 'bathrooms', 'range', '{"min": 0, "max": 200}', 'error',
    'More bathrooms than any home has.'),
  ('bathrooms_usual', 'bathrooms', 'range', '{"max": 15}', 'warning', 'More bathrooms than most homes have.'),
  ('price_range', 'price', 'range',
    '{"min": 1000, "max": 50000000, "scaled": true, "when": {"operation_type": ["sale", null]}}', 'warning',
    'Outside what homes for sale usually cost.'),
  ('rent_per_month', 'price', 'range', '{"min": 50, "max": 200000, "scaled": true,
    "when": {"operation_type": "rent", "price_period": ["month", null]}}', 'warning',
    'Outside what homes usually cost a month.'),
  ('rent_per_week', 'price', 'range', '{"min": 20, "max": 100000, "scaled": true,
    "when": {"operation_type": "rent", "price_period": "week"}}', 'warning',
    'Outside what homes usually cost a week.'),
  ('rent_per_night', 'price', 'range', '{"min": 5, "max": 50000, "scaled": true,
    "when": {"operation_type": "rent", "price_period": "night"}}', 'warning',
    'Outside what homes usually cost a night.'),
  ('rent_per_year', 'price', 'range', '{"min": 500, "max": 3000000, "scaled": true,
    "when": {"operation_type": "rent", "price_period": "year"}}', 'warning',
    'Outside what homes usually cost a year.'),
  ('price_is_certain', 'price', 'certain', '{}', 'error',
    'The price has one reading, and a likely one.'),
  ('price_is_likely', 'price', 'likely', '{"times": 8, "homes": 12}', 'error',
    'The price is not ten times off what the source shows for that place and type.'),
  ('valid_email', 'agent_email', 'pattern', '{"regex": "^[^@\\s]+@[^@\\s]+\\.[^@\\s]+$"}', 'warning',
    'Looks like an e-mail address.'),
  ('gps_agrees', 'gps_coordinates', 'custom', '{"function": "gps_agrees"}', 'warning',
    'gps_coordinates agree with latitude and longitude within 0.001°.'),
  ('unit_price_agrees', 'price_per_m2', 'custom', '{"function": "unit_price_agrees"}', 'info',
    'price_per_m2 × area is within 20 % of the price.'),
  ('image_urls_are_http', 'image_urls', 'custom', '{"function": "image_urls_are_http"}', 'warning',
    'Every image URL is http(s).')
on conflict (rule_name) do nothing;
select pg_catalog.set_config('property_manager.seeding', '', true);
