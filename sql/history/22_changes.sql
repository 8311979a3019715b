-- The changes of one listing, and what two moments of a source differ in.

-- The changes of a listing, newest first, a page at a time; the first of them is its image as it came.
-- In: source and id; one field, or null for all; the last change of the page before, or null; at most.
create function api.listing_changes(p_source text, p_property_id text, p_field text, p_before bigint,
  p_limit integer)
returns table (
  change_id bigint, change_set_id bigint, changed_at timestamptz, change_type text, field_name text,
  old_value jsonb, new_value jsonb, change_reason text, significant boolean, origin text, actor text,
  session_id uuid
)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select c.id, c.change_set_id, s.committed_at, c.change_type, c.field_name, c.old_value, c.new_value,
    c.change_reason, c.significant, c.origin, c.actor, c.session_id
  from public.properties_live l
  join public.property_changes c on c.listing_id = l.id
  cross join lateral /*use change_set c.change_set_id*/ s
  where l.source = p_source and l.property_id = p_property_id
    and (p_field is null or c.field_name = p_field) and (p_before is null or c.id < p_before)
  order by c.id desc
  limit p_limit
$$;

-- Where a session stands in the history of its source: when its sync was committed. An error when it was not.
create function api.session_moment(p_session uuid) returns table (source text, moment timestamptz)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  return query
  select f.name, s.committed_at
  from property_manager.change_sets s
  join public.sources f on f.id = s.source_id
  where s.session_id = p_session and s.origin = 'sync';
  if not found then
    raise exception 'session % was never applied', left(p_session::text, 8)
      using errcode = 'PMNOF', hint = 'see list-sessions --status completed';
  end if;
end
$$;

-- What became of the listings of a source between two moments: those that came, and each field that is not as
-- it was; a change that was taken back is none. Costs the changes made in between.
-- In: source; the moments, the earlier one first; the last listing of the page before, or null; at most.
-- Out: a listing a row by its id; what: new | removed | back | changed; fields: [{field, old, new, changes}];
-- and how many there are of each kind in all.
create function api.listings_diff(p_source text, p_from timestamptz, p_to timestamptz, p_after text,
  p_limit integer)
returns table (
  property_id text, title text, what text, fields jsonb, came bigint, removed bigint, back bigint,
  changed bigint
)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp set jit = off as $$
begin
  perform property_manager.require_history(p_from, p_source);
  perform api.require_past(p_to);
  return query
  with made as materialized (
    select c.listing_id, c.id, c.change_type, c.field_name, c.old_value, c.new_value
    from property_manager.change_sets s
    join public.property_changes c on c.change_set_id = s.id
    where s.source_id = (select f.id from public.sources f where f.name = p_source)
      and s.committed_at > p_from and s.committed_at <= p_to
  ), net as (
    select m.listing_id, m.field_name, min(m.id) as first_id,
      (array_agg(m.old_value order by m.id))[1] as old, (array_agg(m.new_value order by m.id desc))[1] as new,
      count(*) as times
    from made m
    where m.field_name is not null
    group by m.listing_id, m.field_name
  ), here as (
    select i.listing_id from made i where i.change_type = 'created' group by i.listing_id
  ), found as (
    select coalesce(n.listing_id, h.listing_id) as listing_id, h.listing_id is not null as came,
      coalesce(jsonb_agg(
        jsonb_build_object('field', n.field_name, 'old', n.old, 'new', n.new, 'changes', n.times)
        order by n.field_name) filter (where n.field_name is not null and h.listing_id is null), '[]')
        as fields,
      max(n.new #>> '{}') filter (where n.field_name = 'status') as status
    from here h
    full join (select * from net where net.old is distinct from net.new) n on n.listing_id = h.listing_id
    group by coalesce(n.listing_id, h.listing_id), h.listing_id
  ), told as (
    select l.property_id, l.title, f.fields,
      case when f.came then 'new' when f.status in ('inactive', 'removed') then 'removed'
        when f.status = 'active' then 'back' else 'changed' end as what
    from found f join public.properties_live l on l.id = f.listing_id
  ), counted as (
    select count(*) filter (where t.what = 'new') as came,
      count(*) filter (where t.what = 'removed') as removed,
      count(*) filter (where t.what = 'back') as back,
      count(*) filter (where t.what = 'changed') as changed
    from told t
  )
  select t.property_id, t.title, t.what, t.fields, c.came, c.removed, c.back, c.changed
  from told t cross join counted c
  where p_after is null or t.property_id > p_after collate "C"
  order by t.property_id collate "C"
  limit p_limit;
end
$$;
