-- Pinned fields: a sync does not change them, reports them, and saves what the source shows instead.

-- Whether two values of a field are equal by its kind of comparison; a status is compared exactly.
create function property_manager.is_same(p_compare text, p_one jsonb, p_other jsonb) returns boolean
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select case p_compare
    when 'text'
      then /*use collapse_space p_one #>> '{}'*/ is not distinct from /*use collapse_space p_other #>> '{}'*/
    when 'set' then property_manager.as_set(p_one) is not distinct from property_manager.as_set(p_other)
    else p_one is not distinct from p_other end
$$;

-- What a session shows of the pinned fields, and whether it differs from live. Absence is a status too. Rows
-- that are unchanged since they went live show what they showed then, and are left out.
create function property_manager.shown_pins(p_plan uuid, p_session public.scraping_sessions)
returns table (property_id text, field_name text, shown jsonb, differs boolean, missed boolean)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan as $$
declare
  v_source  constant public.sources := (select f from public.sources f where f.id = p_session.source_id);
  v_removed constant integer := (v_source.facts #>> '{removal,misses}')::integer;
  v_by_page constant boolean := property_manager.removes_by_page(p_session, v_source);
  v_status  constant smallint := (
    select bit from property_manager.listing_fields where name = 'standard_status');
begin
  if not exists (select from property_manager.pins p where p.source_id = v_source.id) then
    return;
  end if;
  return query
  with pinned as (
    select p.property_id, p.field_name, f.compare, coalesce(f.bit, v_status) as bit
    from property_manager.pins p
    left join property_manager.listing_fields f on f.name = p.field_name
    where p.source_id = v_source.id
  ), missed_now as (
    select p.property_id, p.field_name, p.compare, n.misses
    from pinned p
    join property_manager.plan_misses n on n.plan_id = p_plan and n.property_id = p.property_id
    where p.field_name = 'status'
    offset 0 -- looked up elsewhere only then
  ), shown_now as (
    select p.property_id, p.field_name, p.compare, l::public.properties_live as listing,
      case p.field_name
        /*each compared " "*/when '{name}' then to_jsonb(s.{name})/*end*/
        when 'status' then to_jsonb(/*use stated_status s, l*/) end as shown,
      false as missed
    from pinned p
    join property_manager.candidates c on c.session_id = p_session.id and c.property_id = p.property_id
      and c.known
    cross join lateral /*use staged c.session_id, c.row_no*/ s
    cross join lateral /*use listing_of v_source.name, p.property_id*/ l
    -- a row that lacks a field shows nothing new; its presence is a status
    where (get_bit(s.kept, p.bit) = 0 or p.field_name = 'status')
      and not exists (select from property_manager.quarantine q
        where q.session_id = p_session.id and q.row_no = c.row_no)
    union all
    select p.property_id, p.field_name, p.compare, l::public.properties_live,
      to_jsonb(case when p.misses >= v_removed and not (v_by_page and l.source_url like 'http%')
        then 'removed' else 'inactive' end), true
    from missed_now p
    cross join lateral /*use listing_of v_source.name, p.property_id*/ l
    where not /*use shown_elsewhere p_session, p.property_id*/
  )
  select m.property_id, m.field_name, m.shown,
    not property_manager.is_same(m.compare, m.shown, case m.field_name
      /*each compared " "*/when '{name}' then to_jsonb((m.listing).{name})/*end*/
      when 'status' then to_jsonb((m.listing).status) end), m.missed
  from shown_now m;
end
$$;

-- How many pinned fields of the source differ from what it shows, this session included.
create function property_manager.pins_differing(p_plan uuid, p_session public.scraping_sessions)
returns bigint
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select count(*)
  from property_manager.pins p
  left join property_manager.shown_pins(p_plan, p_session) m using (property_id, field_name)
  where p.source_id = p_session.source_id and coalesce(m.differs, p.shown_since is not null)
$$;

-- Saves with each pin what the source shows now, and since when.
create function property_manager.update_pins(p_plan uuid, p_session public.scraping_sessions) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan as $$
declare
  v_missed text[];
begin
  with written as (
    update property_manager.pins p
    set shown = case when m.differs then m.shown end,
        shown_since = case
          when not m.differs then null
          when p.shown_since is not null and p.shown is not distinct from m.shown then p.shown_since
          else p_session.completed_at end
    from property_manager.shown_pins(p_plan, p_session) m
    where p.source_id = p_session.source_id and p.property_id = m.property_id and p.field_name = m.field_name
    returning p.property_id, m.missed
  )
  select array_agg(property_id) filter (where missed) into v_missed from written;
  -- a listing that was missed must be compared when it returns
  update property_manager.listing_state set fingerprint = null
  where source_id = p_session.source_id and property_id = any (v_missed);
end
$$;
