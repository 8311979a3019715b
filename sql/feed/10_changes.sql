-- The change feed: changes in commit order without gaps. A reader keeps its position as (position, change
-- id). That a source was renamed is one event, of no listing: a reader that keeps listings by source and id
-- relabels them, as the whole feed has the new name from then on.
create function api.feed_after(p_position bigint, p_change bigint, p_source text, p_limit integer)
returns table (
  "position" bigint, change_id bigint, change_set_id bigint, origin text, actor text, session_id uuid,
  committed_at timestamptz,
  source text, listing_id uuid, property_id text, change_type text, field_name text, old_value jsonb,
  new_value jsonb, confidence_score numeric, change_reason text, significant boolean
)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_set  property_manager.change_sets;
  v_left integer := p_limit;
  v_read bigint;
begin
  -- set by set, so that a page costs its own changes however many follow
  for v_set in
    select s.* from property_manager.change_sets s
    where s.position >= p_position
      and (p_source is null or s.source_id = (select f.id from public.sources f where f.name = p_source)
        or s.origin = 'rename' and s.counts ->> 'renamed_from' = p_source)
    order by s.position
  loop
    return query
    select v_set.position, c.id, v_set.id, c.origin, c.actor, v_set.session_id, v_set.committed_at,
      c.source, c.listing_id, c.property_id, c.change_type, c.field_name, c.old_value, c.new_value,
      c.confidence_score, c.change_reason, c.significant
    from public.property_changes c
    -- a range of one id: with equality the planner could walk all changes by their id
    where (c.change_set_id, c.id) > (v_set.id, case when v_set.position = p_position then p_change else 0 end)
      and c.change_set_id < v_set.id + 1
    order by c.change_set_id, c.id
    limit v_left;
    get diagnostics v_read = row_count;
    if v_set.origin = 'rename' and v_set.position > p_position then
      return query
      select v_set.position, 0::bigint, v_set.id, v_set.origin, v_set.actor, null::uuid, v_set.committed_at,
        v_set.counts ->> 'renamed_to', null::uuid, null, 'renamed', 'source', v_set.counts -> 'renamed_from',
        v_set.counts -> 'renamed_to', 1::numeric, format('renamed from %s to %s',
          v_set.counts ->> 'renamed_from', v_set.counts ->> 'renamed_to'), true;
      v_read := 1;
    end if;
    v_left := v_left - v_read;
    exit when v_left <= 0;
  end loop;
end
$$;

-- The last position of the feed.
create function api.feed_position() returns bigint
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select position from property_manager.feed
$$;
