-- Rollback: a change set is undone by another one, change by change; which can itself be undone.

-- The change set that a session's sync made.
create function api.change_set_of(p_session uuid) returns bigint
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_set bigint;
begin
  select id into v_set from property_manager.change_sets where session_id = p_session and origin = 'sync';
  if not found then
    raise exception 'session % was never applied: there is nothing to undo', left(p_session::text, 8)
      using errcode = 'PMNOF', hint = 'see list-sessions --status completed';
  end if;
  return v_set;
end
$$;

-- The state of a change set. It is undone by at most one other; when that one is undone in turn, its effect
-- is back, carried by the last. Refused for an erasure, and when the changes that carry its effect are
-- folded.
-- Out: {source, session_id, state: in_effect | undone, change_set_id: the one that carries its effect, or
-- carried it last, brings_back: whether undoing that one brings the first of the chain back, undone_by,
-- undone_at, undone_actor}.
create function api.undoing(p_set bigint) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_chain property_manager.change_sets[];
  v_last  property_manager.change_sets;
  v_state jsonb;
begin
  with recursive chain as (
    select s as link, 0 as step from property_manager.change_sets s where s.id = p_set
    union all
    select s, c.step + 1 from chain c join property_manager.change_sets s on s.undoes = (c.link).id
  )
  select array_agg(link order by step desc) into v_chain from chain;
  if v_chain is null then
    raise exception 'there is no change set %', p_set
      using errcode = 'PMNOF',
        hint = 'explain and rollback name change sets; of a session: rollback --session-id ID';
  end if;
  v_last := v_chain[1];
  if v_last.origin = 'erase' then
    raise exception 'change set % cannot be undone: it is an erasure', v_last.id
      using errcode = 'PMUSE',
        hint = 'erased values are gone for good; what is kept out can be let in again: erase --lift ID';
  elsif v_last.origin = 'rename' then
    raise exception 'change set % cannot be undone: it gave source % its name', v_last.id,
      v_last.counts ->> 'renamed_to'
      using errcode = 'PMUSE', hint = 'rename the source back: sources rename NEW OLD';
  elsif v_last.counts ? 'part_of' then
    raise exception 'change set % cannot be undone alone: it is part of a merge', v_last.id
      using errcode = 'PMUSE', hint = format('undo the whole merge: rollback --change-set %s',
        coalesce((select whole.undoes from property_manager.change_sets whole
          where whole.id = (v_last.counts ->> 'part_of')::bigint), (v_last.counts ->> 'part_of')::bigint));
  elsif v_last.origin = 'rollback' and v_last.counts ? 'merged_from' and cardinality(v_chain) = 1 then
    raise exception 'change set % cannot be undone: it took a merge back', v_last.id
      using errcode = 'PMUSE', hint = format('merge them again: sources merge %s %s',
        property_manager.shell_word(v_last.counts ->> 'merged_from'),
        property_manager.shell_word(v_last.counts ->> 'merged_to'));
  elsif v_last.source_id is null then
    raise exception 'change set % has nothing to undo: its source was removed', v_last.id
      using errcode = 'PMNOF', hint = 'see sources list';
  end if;
  v_state := jsonb_build_object('source', (select name from public.sources where id = v_last.source_id),
    'session_id', v_last.session_id);
  if cardinality(v_chain) % 2 = 1 then
    perform property_manager.refuse_merged(s) from public.sources s where s.id = v_last.source_id;
    if exists (select from property_manager.parts_of(v_last.id) s
      where property_manager.is_compacted(s.id)) then
      raise exception 'change set % cannot be undone: it is older than the history that is kept', v_last.id
        using errcode = 'PMHIS',
          hint = 'older changes are folded into one image a listing: cleanup --compact-days N';
    end if;
    return v_state || jsonb_build_object('state', 'in_effect', 'change_set_id', v_last.id,
      'brings_back', property_manager.brings_back(v_last.id), 'undone_by', null, 'undone_at', null,
      'undone_actor', null);
  end if;
  return v_state || jsonb_build_object('state', 'undone', 'change_set_id', v_chain[2].id,
    'brings_back', property_manager.brings_back(v_chain[2].id), 'undone_by', v_last.id, 'undone_at',
    v_last.committed_at, 'undone_actor', v_last.actor);
end
$$;

-- The change set that undid a session's, as text.
create function property_manager.undone_by(p_session uuid) returns text
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select api.undoing(api.change_set_of(p_session)) ->> 'undone_by'
$$;

-- What undoing a change set does to each of its changes: `reversed` where it is the last change of its
-- field;
-- `kept` where the field was changed since, or pinned; `failed` where the old value cannot be restored. A
-- listing that was created becomes removed: rows are never deleted. What a merge handed over goes back,
-- whatever was changed of it since.
create function property_manager.rollback_plan(p_set bigint)
returns table (
  change_id bigint, listing_id uuid, property_id text, field_name text, from_value jsonb, to_value jsonb,
  verdict text, reason text
)
language sql stable security definer set search_path = pg_catalog, pg_temp set enable_nestloop = off
set jit = off as $$
  with undone as (
    select c.id, c.source, c.listing_id, coalesce(l.property_id, c.property_id) as property_id,
      coalesce(c.field_name, 'status') as field_name,
      case when c.field_name is not null then c.new_value when c.origin = 'merge' then to_jsonb(l.status)
        else c.new_value -> 'status' end as from_value,
      case when c.field_name is null then '"removed"' else c.old_value end as to_value,
      c.origin = 'merge' and coalesce(c.new_value = '"removed"' or c.field_name is null, true) as handed
    from public.property_changes c
    left join public.properties_live l on l.id = c.listing_id
    where c.change_set_id = p_set
  )
  select u.id, u.listing_id, u.property_id, u.field_name, u.from_value, u.to_value, v.verdict,
    case
      when later.origin = 'erase' or u.to_value::text like '%[erased]%' then 'its value was erased'
      when later.id is not null then format('%s since, %s by %s (change set %s)',
        case later.origin when 'sync' then 'synced' when 'edit' then 'edited' when 'rollback'
          then 'rolled back' else 'changed' end,
        property_manager.format_moment(later.created_at),
        coalesce('session ' || left(later.session_id::text, 8), later.actor), later.change_set_id)
      when pin.pinned_at is not null
        then format('pinned by %s, %s', pin.pinned_by, property_manager.format_moment(pin.pinned_at))
      when u.field_name <> 'status' and f.name is null then 'there is no such field any more'
      when v.verdict = 'failed' and u.field_name = 'property_id' then 'another listing has that id now'
      when v.verdict = 'failed' then 'no listing can be without it'
      when v.verdict = 'kept' then 'it is so already'
      else /*use describe_change u.field_name, coalesce(f.compare, 'text'), u.from_value, u.to_value,
        null::text*/
    end
  from undone u
  left join property_manager.listing_fields f on f.name = u.field_name
  left join public.sources o on o.name = u.source
  left join property_manager.pins pin on pin.source_id = o.id and pin.property_id = u.property_id
    and pin.field_name = u.field_name and not u.handed
  left join lateral (
    select n.* from public.property_changes n
    where n.listing_id = u.listing_id and n.id > u.id and n.field_name = u.field_name and not u.handed
    order by n.id desc limit 1
  ) later on true
  cross join lateral (
    select case
      when later.origin = 'erase' or u.to_value::text like '%[erased]%' then 'failed'
      when later.id is not null or pin.pinned_at is not null then 'kept'
      when u.from_value is not distinct from u.to_value then 'kept'
      when u.field_name <> 'status' and f.name is null then 'failed'
      when u.field_name = 'property_id' and exists (
        select from public.properties_live o
        where o.source = u.source and o.property_id = u.to_value #>> '{}' and o.id <> u.listing_id
          and not exists (select from public.property_changes leaving
            where leaving.change_set_id = p_set and leaving.listing_id = o.id
              and leaving.field_name = 'property_id' and not exists (
                select from public.property_changes n
                where n.listing_id = o.id and n.field_name = 'property_id' and n.id > leaving.id))) then
                  'failed'
      when coalesce(u.to_value, 'null') = 'null' and u.field_name in ('title', 'source_url', 'status')
        then 'failed'
      else 'reversed' end as verdict
  ) v
$$;

-- What undoing a change set does, of listings or of county records.
create function property_manager.undoing_plan(p_set bigint)
returns table (
  change_id bigint, listing_id uuid, property_id text, field_name text, from_value jsonb, to_value jsonb,
  verdict text, reason text
)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  if property_manager.kind_of_set(p_set) is null then
    return query select * from property_manager.rollback_plan(p_set);
  else
    return query select * from property_manager.record_rollback_plan(p_set);
  end if;
end
$$;

-- The kind of the county records that a change set is of; null where it is of listings.
create function property_manager.kind_of_set(p_set bigint) returns text
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select property_manager.record_kind(f)
  from property_manager.change_sets s join public.sources f on f.id = s.source_id
  where s.id = p_set
$$;

-- The first p_limit of them, failed and kept ones first, and how many there are of each kind.
create function api.rollback_plan(p_set bigint, p_limit integer)
returns table (
  property_id text, field text, old jsonb, new jsonb, verdict text, reason text,
  reversed bigint, kept bigint, failed bigint
)
language sql stable security definer set search_path = pg_catalog, pg_temp set enable_nestloop = off
set jit = off as $$
  select p.property_id, p.field_name, p.from_value, p.to_value, p.verdict, p.reason,
    count(*) filter (where p.verdict = 'reversed') over (),
    count(*) filter (where p.verdict = 'kept') over (),
    count(*) filter (where p.verdict = 'failed') over ()
  from property_manager.parts_of(p_set) s cross join lateral property_manager.undoing_plan(s.id) p
  order by array_position('{failed,kept,reversed}', p.verdict), p.property_id, p.field_name
  limit p_limit
$$;

-- The addresses that undoing a change set would restore; Python makes their normal forms.
create function api.rollback_addresses(p_set bigint) returns table (address text)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select distinct p.to_value #>> '{}'
  from property_manager.parts_of(p_set) s cross join lateral property_manager.rollback_plan(s.id) p
  where property_manager.kind_of_set(s.id) is null and p.field_name = 'address'
    and p.verdict = 'reversed' and p.to_value #>> '{}' is not null
$$;

-- Writes the changes that undo a change set to the audit. Out: {reversed, kept, failed}.
create function property_manager.audit_reversal(
  p_undone bigint, p_set bigint, p_source public.sources, p_actor text, p_now timestamptz
) returns jsonb
language sql security definer set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan as $$
  with plan as materialized (
    select * from property_manager.rollback_plan(p_undone)
  ), audited as (
    insert into public.property_changes (change_set_id, listing_id, source, property_id, change_type,
      field_name, old_value, new_value, confidence_score, change_reason, significant, origin, actor,
      created_at)
    select p_set, p.listing_id, p_source.name, p.property_id,
      /*use change_type_of p.field_name, p.to_value*/, p.field_name,
      p.from_value, p.to_value, 1, 'rolled back: ' || p.reason,
      coalesce(f.monitored, p.field_name = 'status'), 'rollback', p_actor, p_now
    from plan p
    left join property_manager.listing_fields f on f.name = p.field_name
    where p.verdict = 'reversed'
    order by p.change_id
  )
  select jsonb_build_object(
    'reversed', count(*) filter (where verdict = 'reversed'),
    'kept', count(*) filter (where verdict = 'kept'),
    'failed', count(*) filter (where verdict = 'failed'))
  from plan
$$;

-- Undoes a change set, or the one that carries its effect now, in one transaction. Changes nothing where it
-- is undone already or nothing can be reversed.
-- In: the normal forms of the addresses that are restored, by address, null for one without; how many
-- changes of each verdict the caller has seen, or null: where it would be others, it fails as a serialization
-- failure.
-- Out: what undoing() returns, and {undoes, change_set_id: the new one or null, position, reversed, kept,
-- failed}.
create function api.rollback(
  p_set bigint, p_actor text, p_normal jsonb default '{}', p_now timestamptz default now(),
  p_seen jsonb default null
) returns jsonb
language plpgsql security definer set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan as $$
declare
  v_source   public.sources := property_manager.lock_source(api.undoing(p_set) ->> 'source');
  v_state    jsonb;
  v_undone   property_manager.change_sets;
  v_merge    jsonb := '{}'::jsonb;
  v_parts    property_manager.change_sets[];
  v_set      bigint;
  v_sets     bigint[] := '{}'::bigint[];
  v_counts   jsonb := '{"reversed": 0, "kept": 0, "failed": 0}'::jsonb;
  v_part     property_manager.change_sets;
  v_sources  public.sources[] := '{}'::public.sources[];
  v_part_of  public.sources;
  v_done     jsonb;
  v_position bigint;
begin
  p_now := property_manager.moment_done(p_now);
  perform property_manager.tune_planner();
  -- the changes that decide here must not be folded meanwhile
  perform property_manager.share_history();
  v_state := api.undoing(p_set);
  if v_state ->> 'state' = 'undone' then
    return v_state
      || '{"undoes": null, "change_set_id": null, "position": null, "reversed": 0, "kept": 0, "failed": 0}';
  end if;

  select * into v_undone from property_manager.change_sets s
  where s.id = (v_state ->> 'change_set_id')::bigint;
  select array_agg(s order by s.position) into v_parts from property_manager.parts_of(v_undone.id) s;
  v_set := nextval('property_manager.change_set_ids');
  foreach v_part in array v_parts loop
    select * into v_part_of from public.sources s where s.id = v_part.source_id;
    if v_part_of.id <> v_source.id then
      v_part_of := property_manager.lock_any_source(v_part_of.name);
    end if;
    v_sources := v_sources || v_part_of;
    v_sets := v_sets || case when v_part.id = v_undone.id then v_set
      else nextval('property_manager.change_set_ids') end;
    v_done := case when property_manager.record_kind(v_part_of) is null
      then property_manager.audit_reversal(v_part.id, v_sets[cardinality(v_sets)], v_part_of, p_actor, p_now)
      else property_manager.audit_record_reversal(v_part.id, v_sets[cardinality(v_sets)], v_part_of, p_actor,
        p_now) end;
    select jsonb_object_agg(c.key, c.value::bigint + (v_done ->> c.key)::bigint) into v_counts
    from jsonb_each_text(v_counts) c;
  end loop;
  if p_seen <> v_counts or p_seen is not null and exists (
    select from public.property_changes c
    where c.change_set_id = any (v_sets) and c.field_name = 'address' and c.new_value #>> '{}' is not null
      and not p_normal ? (c.new_value #>> '{}')
  ) then
    raise exception 'what the rollback of change set % would do has changed meanwhile', v_undone.id
      using errcode = 'serialization_failure';
  end if;
  if v_counts -> 'reversed' = '0' then
    return v_state || v_counts
      || jsonb_build_object('undoes', v_undone.id, 'change_set_id', null, 'position', null);
  end if;

  for n in 1 .. cardinality(v_sets) loop
    if property_manager.record_kind(v_sources[n]) is null then
      perform property_manager.follow_changes(v_sources[n], v_sets[n], p_normal, p_now);
    else
      perform property_manager.follow_record_changes(v_sources[n], v_sets[n], p_now);
    end if;
  end loop;
  perform property_manager.follow_rule(v_undone.id, (v_state ->> 'brings_back')::boolean);
  if v_state ->> 'session_id' is not null then
    perform property_manager.count_session((v_state ->> 'session_id')::uuid,
      (v_state ->> 'brings_back')::boolean);
  end if;
  if v_undone.counts ? 'merged_from' then
    perform property_manager.part_again(v_undone.id);
    v_merge := jsonb_build_object('merged_from', v_undone.counts -> 'merged_from',
      'merged_to', v_undone.counts -> 'merged_to');
  end if;
  v_position := property_manager.publish(v_set, v_source, (v_state ->> 'session_id')::uuid, null, 'rollback',
    p_actor, v_counts || v_merge, p_now, v_undone.id);
  for n in 1 .. cardinality(v_sets) loop
    if v_sets[n] <> v_set then
      perform property_manager.publish(v_sets[n], v_sources[n], null, null, 'rollback', p_actor,
        jsonb_build_object('part_of', v_set), p_now, v_parts[n].id);
    end if;
  end loop;
  return v_state || v_counts || jsonb_build_object('undoes', v_undone.id, 'change_set_id', v_set, 'position',
    v_position);
end
$$;

-- Whether undoing a change set brings the first of its chain back, rather than undoing it.
create function property_manager.brings_back(p_set bigint) returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  with recursive chain as (
    select s.undoes, 0 as step from property_manager.change_sets s where s.id = p_set
    union all
    select s.undoes, c.step + 1 from chain c join property_manager.change_sets s on s.id = c.undoes
  )
  select max(step) % 2 = 1 from chain
$$;

-- Takes a session out of history, or brings it back (p_counts): one that was rolled back does not count for
-- the guard, for later sessions, as a sighting or as an absence. A session that cleanup has removed counts
-- for nothing.
create function property_manager.count_session(p_session uuid, p_counts boolean) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_session public.scraping_sessions;
begin
  update public.scraping_sessions
  set sync_status = case when p_counts then 'completed' else 'rolled_back' end
  where id = p_session
  returning * into v_session;
  if not found then
    return;
  elsif p_counts then
    perform property_manager.count_sightings(v_session);
  else
    perform property_manager.discount_sightings(v_session);
  end if;
end
$$;

-- Takes back what a session missed, where no later sighting has settled it, and the watermark that it set.
create function property_manager.discount_sightings(p_session public.scraping_sessions) returns void
language sql security definer set search_path = pg_catalog, pg_temp as $$
  with missed as (
    select m.property_id
    from property_manager.plans p join property_manager.plan_misses m on m.plan_id = p.id
    where p.session_id = p_session.id and p.status = 'applied'
  ), left_over as (
    -- a later session's miss still counts
    select k.property_id, case when k.missed_at > p_session.completed_at then k.misses - 1
      else 0 end as misses
    from missed join property_manager.listing_scopes k using (property_id)
    where k.scope_id = p_session.scope_id and k.misses > 0 and k.missed_at >= p_session.completed_at
      and k.seen_at < p_session.completed_at
  )
  update property_manager.listing_scopes k
  set misses = o.misses,
      missed_at = case when o.misses > 0 then k.missed_at end,
      missed_content = case when o.misses > 0 then k.missed_content end
  from left_over o
  where k.scope_id = p_session.scope_id and k.property_id = o.property_id;

  update property_manager.scopes
  set watermark = (
    select max(s.completed_at) from public.scraping_sessions s
    where s.scope_id = p_session.scope_id and s.sync_status = 'completed' and s.verdict = 'complete'
      and s.properties_found > 0
  )
  where id = p_session.scope_id and watermark = p_session.completed_at;
$$;

-- Brings that back, unless a later session has covered the scope since.
create function property_manager.count_sightings(p_session public.scraping_sessions) returns void
language sql security definer set search_path = pg_catalog, pg_temp as $$
  update property_manager.listing_scopes k
  set seen_at = /*use seen_at k, f*/,
      misses = m.misses, missed_at = p_session.completed_at,
      missed_content = (select (property_manager.sifted(p_session.id) ->> 'content')::bigint)
  from property_manager.plans p
  join property_manager.plan_misses m on m.plan_id = p.id
  join property_manager.scopes f on f.id = p_session.scope_id
  where p.session_id = p_session.id and p.status = 'applied'
    and coalesce(f.watermark < p_session.completed_at, true)
    and k.scope_id = p_session.scope_id and k.property_id = m.property_id
      and k.seen_at < p_session.completed_at;

  update property_manager.scopes
  set watermark = greatest(watermark, p_session.completed_at)
  where id = p_session.scope_id and p_session.verdict = 'complete' and p_session.properties_found > 0;
$$;
