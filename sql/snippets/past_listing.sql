-- past_listing(image, listing)
-- A live row as it stood when its image was this: what the audit does not hold is null, first_seen_at never
-- changes.
jsonb_populate_record(null::public.properties_live, {image} || jsonb_build_object(
  'id', {listing}.id, 'source', {listing}.source, 'first_seen_at', {listing}.first_seen_at))
