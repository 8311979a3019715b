-- A source is merged into another one, which shows its listings from then on. A home that both have is the
-- other's; one that only it has becomes a listing of the other with all that is known of it. Its own listings
-- are marked as removed and keep their history. All of it are changes of the audit, so a rollback undoes it.

-- Refuses to merge what is not one source, or not in a state to be merged.
create function property_manager.require_mergeable(p_from public.sources, p_into public.sources) returns void
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_session public.scraping_sessions;
  v_fact    record;
begin
  perform property_manager.refuse_records(s.name, 'layers of counties are not merged')
  from (values (p_from.name), (p_into.name)) s (name);
  select f.* into v_fact
  from (values ('currency', p_from.currency, p_into.currency), ('country', p_from.country, p_into.country))
    f (name, gone, kept)
  where f.gone <> f.kept limit 1;
  if found then
    raise exception 'source % cannot be merged into %: its % is %, that of % is %', p_from.name, p_into.name,
      v_fact.name, v_fact.gone, p_into.name, v_fact.kept
      using errcode = 'PMUSE', hint = format('they are not one source; see sources show %s',
        property_manager.shell_word(p_from.name));
  end if;
  select s.* into v_session from public.scraping_sessions s
  where s.source_id = p_from.id and (s.status = 'running' or s.sync_status in ('pending', 'held'))
  order by s.started_at limit 1;
  if v_session.status = 'running' then
    raise exception 'source % cannot be merged into %: its session % has stopped half-way', p_from.name,
      p_into.name, left(v_session.id::text, 8)
      using errcode = 'PMUSE', hint = format('resume it: scrape --resume %s; or give it up: '
        'repair --scrapes', left(v_session.id::text, 8));
  elsif found then
    raise exception 'source % cannot be merged into %: its session % waits for a sync', p_from.name,
      p_into.name, left(v_session.id::text, 8)
      using errcode = 'PMUSE', hint = format('apply it first: sync --session-id %s; or drop its plan: '
        'plans list', left(v_session.id::text, 8));
  elsif not exists (select from public.properties_live l
    where l.source = p_from.name and l.status <> 'removed') then
    raise exception 'source % cannot be merged into %: it shows no listing', p_from.name, p_into.name
      using errcode = 'PMUSE', hint = format('see sources show %s; one that never went live: '
        'sources remove %1$s', property_manager.shell_word(p_from.name));
  end if;
end
$$;

-- Merges a source into another, or only says what would become of it.
-- In: both, whether equal ids are one home, whether to change nothing, how many homes to show side by side.
-- Out: {source, into, dry_run, listings: those that the source shows, moved: those of them that only it has,
-- doubles, by_url, by_id, by_address, taken: doubles that take over its values, clashes: ids of two homes,
-- clash: one of them, quarantined, homes: [{from_id, into_id, witness, title, from_price, into_title,
-- into_price, currency, taken}], change_set_id, position, again: sessions of the other that are planned
-- anew}.
create function api.merge_sources(
  p_from text, p_into text, p_same_ids boolean, p_dry_run boolean, p_limit integer, p_actor text,
  p_now timestamptz default now()
) returns jsonb
language plpgsql security definer set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan as $$
declare
  v_from public.sources;
  v_into public.sources;
  v_plan jsonb;
begin
  if p_from = p_into then
    raise exception 'source % cannot be merged into itself', p_from
      using errcode = 'PMUSE', hint = 'name two sources; see sources list';
  end if;
  -- always in the same order, so that two merges do not wait for each other
  if p_from < p_into then
    v_from := property_manager.lock_unwritten_source(p_from);
    v_into := property_manager.lock_unwritten_source(p_into);
  else
    v_into := property_manager.lock_unwritten_source(p_into);
    v_from := property_manager.lock_unwritten_source(p_from);
  end if;
  perform property_manager.require_mergeable(v_from, v_into);
  perform property_manager.tune_planner();
  v_plan := property_manager.merge_figures(v_from, v_into, p_same_ids, p_limit)
    || jsonb_build_object('source', p_from, 'into', p_into, 'dry_run', p_dry_run, 'change_set_id', null,
      'position', null, 'again', '[]'::jsonb);
  if p_dry_run then
    return v_plan;
  elsif v_plan -> 'clashes' <> '0' then
    raise exception 'source % cannot be merged into %: % ids are of two different homes, such as %', p_from,
      p_into, v_plan ->> 'clashes', v_plan ->> 'clash'
      using errcode = 'PMUSE', hint = 'if an id is the same home in both, whatever it is called: --same-ids';
  end if;
  return v_plan || property_manager.merge_into(v_from, v_into, p_same_ids, v_plan, p_actor,
    property_manager.moment_done(p_now));
end
$$;

-- Merges two sources that are locked. Three change sets: one of no listing, for readers of the feed and for
-- rollback; one of the source that goes; one of the source that stays, where it changes.
-- Out: {change_set_id, position, again}.
create function property_manager.merge_into(
  p_from public.sources, p_into public.sources, p_same_ids boolean, p_figures jsonb, p_actor text,
  p_now timestamptz
) returns jsonb
language plpgsql security definer set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan as $$
declare
  v_set      constant bigint := nextval('property_manager.change_set_ids');
  v_out      constant bigint := nextval('property_manager.change_set_ids');
  v_in       constant bigint := nextval('property_manager.change_set_ids');
  v_part     constant jsonb := jsonb_build_object('part_of', v_set);
  v_position bigint;
begin
  insert into property_manager.merged_homes (from_listing, into_listing, source_id, witness)
  select d.from_listing, d.into_listing, p_from.id, d.witness
  from property_manager.doubles(p_from, p_into, p_same_ids) d where d.witness is not null;
  perform property_manager.take_values(p_from, p_into, v_in, p_actor, p_now);
  perform property_manager.take_listings(p_from, p_into, v_in, p_actor, p_now);
  perform property_manager.take_sightings(p_from, p_into);
  insert into public.property_changes (change_set_id, listing_id, source, property_id, change_type,
    field_name, old_value, new_value, confidence_score, change_reason, significant, origin, actor, created_at)
  select v_out, l.id, l.source, l.property_id, 'removed', 'status', to_jsonb(l.status), '"removed"', 1,
    format('merged into source %s, where it is %s', p_into.name, i.property_id), false, 'merge', p_actor,
    p_now
  from public.properties_live l
  join property_manager.merged_homes m on m.from_listing = l.id
  join public.properties_live i on i.id = m.into_listing
  where l.source = p_from.name and l.status <> 'removed'
  order by l.property_id;
  perform property_manager.follow_changes(p_from, v_out, '{}', p_now);
  perform property_manager.join_merged_homes(p_from, v_set, p_actor);
  perform property_manager.rename_in_jobs(p_from.name, p_into.name);
  update property_manager.id_plans set status = 'superseded', decided_at = now()
  where source_id in (p_from.id, p_into.id) and status in ('ready', 'refused');

  v_position := property_manager.publish(v_set, p_into, null, null, 'merge', p_actor, jsonb_build_object(
    'merged_from', p_from.name, 'merged_to', p_into.name, 'doubles', p_figures -> 'doubles',
    'moved', p_figures -> 'moved', 'rule_taken',
    p_into.id_rule is null and p_from.id_rule is not null), p_now);
  perform property_manager.publish(v_out, p_from, null, null, 'merge', p_actor, v_part
    || jsonb_build_object('removed_properties', p_figures -> 'listings'), p_now);
  if exists (select from public.property_changes c where c.change_set_id = v_in) then
    perform property_manager.publish(v_in, p_into, null, null, 'merge', p_actor, v_part
      || jsonb_build_object('new_properties', p_figures -> 'moved', 'updated_properties',
        p_figures -> 'taken'), p_now);
  end if;
  update public.sources set merged_into = p_into.id, merge_set_id = v_set, updated_at = now()
  where id = p_from.id;
  update public.sources set id_rule = p_from.id_rule, updated_at = now()
  where id = p_into.id and id_rule is null and p_from.id_rule is not null;
  return jsonb_build_object('change_set_id', v_set, 'position', v_position, 'again',
    property_manager.wait_again(p_into));
end
$$;

-- Lets the listings that stay take over what the doubles that go have newer; they are known by the ids of
-- those, too.
create function property_manager.take_values(
  p_from public.sources, p_into public.sources, p_set bigint, p_actor text, p_now timestamptz
) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan as $$
declare
  v_normal jsonb;
begin
  insert into public.property_changes (change_set_id, listing_id, source, property_id, change_type,
    field_name, old_value, new_value, confidence_score, change_reason, significant, origin, actor, created_at)
  select p_set, l.id, l.source, l.property_id, /*use change_type_of t.field_name, t.new_value*/,
    t.field_name, t.old_value, t.new_value, 1, format('as source %s had it', p_from.name), t.monitored,
    'merge', p_actor, p_now
  from (
    select array_agg(m.from_listing) as gone, array_agg(m.into_listing) as kept
    from property_manager.merged_homes m where m.source_id = p_from.id
  ) a
  cross join lateral property_manager.taken_values(p_into, a.gone, a.kept) t
  join public.properties_live l on l.id = t.listing_id
  order by l.property_id, t.field_name;
  select jsonb_object_agg(f.address, f.address_normalized) into v_normal
  from public.property_changes c
  join property_manager.merged_homes m on m.into_listing = c.listing_id and m.source_id = p_from.id
  join public.properties_live f on f.id = m.from_listing
  where c.change_set_id = p_set and c.field_name = 'address';
  perform property_manager.follow_changes(p_into, p_set, coalesce(v_normal, '{}'), p_now);
  insert into property_manager.former_ids (source_id, property_id, listing_id, changed_at)
  select p_into.id, f.property_id, i.id, p_now
  from property_manager.merged_homes m
  join public.properties_live f on f.id = m.from_listing
  join public.properties_live i on i.id = m.into_listing
  where m.source_id = p_from.id and f.property_id <> i.property_id
  on conflict do nothing;
end
$$;

-- Makes listings of the homes that only the source that goes shows, with what is known of them.
create function property_manager.take_listings(
  p_from public.sources, p_into public.sources, p_set bigint, p_actor text, p_now timestamptz
) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan as $$
declare
  v_ids text[];
begin
  with made as (
    insert into public.properties_live as l (
      source, /*each all ", "*/{name}/*end*/, status, data_completeness_score, data_quality_score,
      verification_status, search_vector, change_set_id, created_at, updated_at, first_seen_at,
      last_updated_at)
    select p_into.name, /*each all ", "*/n.{name}/*end*/, n.status, n.data_completeness_score,
      n.data_quality_score, n.verification_status,
      case when p_from.language = p_into.language then n.search_vector
        else /*use search_document p_into.language::regconfig, n*/ end,
      p_set, p_now, p_now, n.first_seen_at, p_now
    from public.properties_live f
    cross join lateral jsonb_populate_record(f, jsonb_build_object('source_url',
      /*use renamed_url f.source_url, p_from.name, p_into.name*/)) n
    where f.source = p_from.name and f.status <> 'removed' and not exists (
      select from property_manager.merged_homes m where m.from_listing = f.id)
    order by f.property_id
    returning l.id, l.source, l.property_id, /*use listing_image l*/ as image
  ), audited as (
    insert into public.property_changes (change_set_id, listing_id, source, property_id, change_type,
      new_value, confidence_score, change_reason, significant, origin, actor, created_at)
    select p_set, m.id, m.source, m.property_id, 'created', m.image, 1,
      format('merged from source %s, where it was %s', p_from.name, m.property_id), false, 'merge', p_actor,
      p_now
    from made m
    order by m.property_id
  ), linked as (
    insert into property_manager.merged_homes (from_listing, into_listing, source_id, witness)
    select f.id, m.id, p_from.id, 'moved'
    from made m join public.properties_live f on f.source = p_from.name and f.property_id = m.property_id
  )
  select array_agg(m.property_id) into v_ids from made m;

  insert into property_manager.listing_state (source_id, property_id, warnings, revised_at)
  select p_into.id, s.property_id, s.warnings, clock_timestamp()
  from property_manager.listing_state s
  where s.source_id = p_from.id and s.property_id = any (v_ids);
  insert into property_manager.listing_warnings (source_id, property_id, rule_name, rule_version, severity,
    outcome, field_name, value, reason, readings)
  select p_into.id, w.property_id, w.rule_name, w.rule_version, w.severity, w.outcome, w.field_name, w.value,
    w.reason, w.readings
  from property_manager.listing_warnings w
  where w.source_id = p_from.id and w.property_id = any (v_ids);
  insert into property_manager.pins
  select (jsonb_populate_record(n, jsonb_build_object('source_id', p_into.id))).*
  from property_manager.pins n
  where n.source_id = p_from.id and n.property_id = any (v_ids);
end
$$;

-- Lets the scopes of the source that stays have seen what those of the same name of the other have. Where
-- both have shown listings, the watermark of neither covers all of them: each keeps the moment at which it
-- was seen, and the earlier watermark holds.
create function property_manager.take_sightings(p_from public.sources, p_into public.sources) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan as $$
begin
  insert into property_manager.scopes (source_id, source, name, watermark)
  select p_into.id, p_into.name, f.name, f.watermark
  from property_manager.scopes f where f.source_id = p_from.id
  on conflict do nothing;
  update property_manager.listing_scopes k
  set seen_at = i.watermark
  from property_manager.scopes i
  join property_manager.scopes f on f.source_id = p_from.id and f.name = i.name
  where i.source_id = p_into.id and k.scope_id = i.id and k.misses = 0 and k.seen_at < i.watermark;
  insert into property_manager.listing_scopes as k (scope_id, property_id, misses, seen_at, missed_at,
    missed_content)
  select i.id, own.property_id, s.misses, /*use seen_at s, f*/, s.missed_at, s.missed_content
  from property_manager.merged_homes m
  join public.properties_live gone on gone.id = m.from_listing
  join public.properties_live own on own.id = m.into_listing
  join property_manager.listing_scopes s on s.property_id = gone.property_id
  join property_manager.scopes f on f.id = s.scope_id and f.source_id = p_from.id
  join property_manager.scopes i on i.source_id = p_into.id and i.name = f.name
  where m.source_id = p_from.id
  on conflict (scope_id, property_id) do update
    set misses = excluded.misses, seen_at = excluded.seen_at, missed_at = excluded.missed_at,
      missed_content = excluded.missed_content
    where k.seen_at < excluded.seen_at;
  update property_manager.scopes i
  set watermark = case when f.watermark is null then null else least(i.watermark, f.watermark) end
  from property_manager.scopes f
  where i.source_id = p_into.id and f.source_id = p_from.id and f.name = i.name and i.watermark is not null;
end
$$;

-- The change sets that are undone with a change set: those that are part of it, where it is a merge; else it
-- alone.
create function property_manager.parts_of(p_set bigint) returns setof property_manager.change_sets
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select s.* from property_manager.change_sets s where s.id = p_set and not s.counts ? 'merged_from'
  union all
  select s.* from property_manager.change_sets whole
  join property_manager.change_sets s on s.position between whole.position + 1 and whole.position + 2
    and s.counts -> 'part_of' = to_jsonb(whole.id)
  where whole.id = p_set and whole.counts ? 'merged_from'
$$;

-- Takes back, as the changes of a merge are undone, what links the sources. What was erased of one of two
-- listings that were one home stays erased of either.
create function property_manager.part_again(p_set bigint) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan as $$
declare
  v_from public.sources;
begin
  select * into v_from from public.sources where merge_set_id = p_set for update;
  insert into property_manager.erasures (kind, source_id, property_id, fields, actor, requested_at,
    completed_at, counts)
  select 'listing', other.source_id, other.property_id, e.fields, e.actor, e.requested_at, e.completed_at,
    e.counts
  from property_manager.erasures e
  cross join lateral property_manager.same_homes(e.source_id, e.property_id) other
  join public.sources s on s.id = other.source_id
  join public.properties_live l on l.source = s.name and l.property_id = other.property_id
  where e.kind = 'listing' and e.lifted_at is null and other.source_id <> e.source_id
    and v_from.id in (other.source_id, e.source_id)
    and not exists (select from property_manager.erasures known
      where known.source_id = other.source_id and known.property_id = other.property_id
        and known.fields = e.fields and known.lifted_at is null);
  delete from property_manager.former_ids f
  using property_manager.merged_homes m, public.properties_live gone
  where m.source_id = v_from.id and gone.id = m.from_listing and f.listing_id = m.into_listing
    and f.source_id = v_from.merged_into and f.property_id = gone.property_id
    and f.changed_at >= (select committed_at from property_manager.change_sets where id = p_set);
  delete from property_manager.merged_homes where source_id = v_from.id;
  perform property_manager.part_merged_homes(p_set, 'rollback');
  update public.sources o set id_rule = null, updated_at = now()
  from property_manager.change_sets s
  where s.id = p_set and s.counts -> 'rule_taken' = 'true' and o.id = v_from.merged_into
    and o.id_rule = v_from.id_rule;
  update public.sources set merged_into = null, merge_set_id = null, updated_at = now() where id = v_from.id;
end
$$;
