-- The change feed: changes in commit order without gaps. A reader keeps its position as (position, change
-- id).
create function api.feed_after(p_position bigint, p_change bigint, p_source text, p_limit integer)
returns table (
  "position" bigint, change_id bigint, change_set_id bigint, origin text, actor text, session_id uuid,
  committed_at timestamptz,
  source text, listing_id uuid, property_id text, change_type text, field_name text, old_value jsonb,
  new_value jsonb, confidence_score numeric, change_reason text, significant boolean
)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select s.position, c.id, s.id, c.origin, c.actor, s.session_id, s.committed_at,
    c.source, c.listing_id, c.property_id, c.change_type, c.field_name, c.old_value, c.new_value,
    c.confidence_score, c.change_reason, c.significant
  from property_manager.change_sets s
  join public.property_changes c on c.change_set_id = s.id
  where (s.position, c.id) > (p_position, p_change) and s.position >= p_position
    and (p_source is null or c.source = p_source)
  order by s.position, c.id
  limit p_limit
$$;

-- The last position of the feed.
create function api.feed_position() returns bigint
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select position from property_manager.feed
$$;
