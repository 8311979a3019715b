-- An export over HTTPS, page by page: no cursor outlives a request.

-- The next listings after one, each cell as Postgres writes it: as they are, or as they were at a moment, or
-- those that meet the conditions of a search. The moment of the last sighting is not known of the past.
create function api.export_page(
  p_source text, p_status text, p_at timestamptz, p_wanted jsonb,
  p_after_source text, p_after_id text, p_limit integer
) returns table (cells text[])
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  if p_at is not null then
    return query
    select array[l.source, /*each all ", "*/l.{name}::text/*end*/, l.status, l.first_seen_at::text, null]
    from api.listings_at(p_at, p_source) l
    where (p_status is null or l.status = p_status)
      and (p_after_source is null or (l.source, l.property_id) > (p_after_source, p_after_id))
    order by l.source, l.property_id
    limit p_limit;
  elsif p_wanted is not null then
    return query
    select array[l.source, /*each all ", "*/l.{name}::text/*end*/, l.status, l.first_seen_at::text,
      l.last_seen_at::text]
    from api.search_listings(p_wanted) w
    join public.listings l on l.id = w.id
    where p_after_source is null or (l.source, l.property_id) > (p_after_source, p_after_id)
    order by l.source, l.property_id
    limit p_limit;
  else
    return query
    select array[l.source, /*each all ", "*/l.{name}::text/*end*/, l.status, l.first_seen_at::text,
      l.last_seen_at::text]
    from public.listings l
    where (p_source is null or l.source = p_source) and (p_status is null or l.status = p_status)
      and (p_after_source is null or (l.source, l.property_id) > (p_after_source, p_after_id))
    order by l.source, l.property_id
    limit p_limit;
  end if;
end
$$;
