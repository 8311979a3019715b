-- What a change set says of a whole source, beside the changes of listings: that it was renamed, merged into
-- another (the next sets have its changes), or taken out of it again. No row for any other change set.
create function property_manager.source_event(p_set property_manager.change_sets)
returns table (source text, change_type text, old_value jsonb, new_value jsonb, change_reason text)
language sql stable set search_path = pg_catalog, pg_temp as $$
  select p_set.counts ->> 'renamed_to', 'renamed', p_set.counts -> 'renamed_from',
    p_set.counts -> 'renamed_to', format('renamed from %s to %s', p_set.counts ->> 'renamed_from',
      p_set.counts ->> 'renamed_to')
  where p_set.counts ? 'renamed_to'
  union all
  select p_set.counts ->> 'merged_to', 'merged', p_set.counts -> 'merged_from', p_set.counts -> 'merged_to',
    format('merged %s into %s', p_set.counts ->> 'merged_from', p_set.counts ->> 'merged_to')
  where p_set.counts ? 'merged_to' and p_set.undoes is null
  union all
  select p_set.counts ->> 'merged_to', 'unmerged', p_set.counts -> 'merged_to', p_set.counts -> 'merged_from',
    format('took %s out of %s again', p_set.counts ->> 'merged_from', p_set.counts ->> 'merged_to')
  where p_set.counts ? 'merged_to' and p_set.undoes is not null
$$;

-- The change feed: changes in commit order without gaps. A reader keeps its position as (position, change
-- id). That a source was renamed or merged is one event, of no listing: a reader that keeps listings by
-- source and id relabels those of a renamed one, as the whole feed has the new name from then on; the
-- listings of a merged one follow as changes.
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
        or p_source in (s.counts ->> 'renamed_from', s.counts ->> 'merged_from'))
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
    v_left := v_left - v_read;
    if v_set.position > p_position then
      return query
      select v_set.position, 0::bigint, v_set.id, v_set.origin, v_set.actor, null::uuid, v_set.committed_at,
        e.source, null::uuid, null::text, e.change_type, 'source', e.old_value, e.new_value, 1::numeric,
        e.change_reason, true
      from property_manager.source_event(v_set) e;
      get diagnostics v_read = row_count;
      v_left := v_left - v_read;
    end if;
    exit when v_left <= 0;
  end loop;
end
$$;

-- The last position of the feed.
create function api.feed_position() returns bigint
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select position from property_manager.feed
$$;
