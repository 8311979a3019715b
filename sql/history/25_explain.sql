-- Where the values of one listing come from.

-- The changes of each field of a listing since its image, newest first, and the change sets of the newest
-- ones.
-- In: the listing; one field, or null for all; the moment. Out: fields: [{field, changes}], sets.
create function property_manager.field_changes(
  p_listing uuid, p_field text, p_moment timestamptz, out fields jsonb, out sets bigint[]
)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  with history as (
    select c.*, s.position, s.committed_at, u.id as undone_set, u.origin as undone_origin,
      u.session_id as undone_session, u.committed_at as undone_at,
      max(c.id) filter (where c.change_type = 'created') over () as image_id
    from public.property_changes c
    cross join lateral /*use change_set c.change_set_id*/ s
    left join lateral /*use change_set s.undoes*/ u on c.origin = 'rollback'
    where c.listing_id = p_listing and s.committed_at <= p_moment
  ), asked as (
    select name from (
      select f.name, f.bit from property_manager.listing_fields f where f.role = 'content'
      union all
      select 'status', -1
      union all
      select 'property_id', -2 where p_field = 'property_id' or exists (select from history h where
        h.field_name = 'property_id')
    ) known
    where p_field is null or name = p_field
    order by bit
  ), answered as (
    select a.name as field, x.id, x.change_set_id,
      row_number() over (partition by a.name order by x.id desc) as nth,
      jsonb_build_object(
        'id', x.id, 'kind', x.change_type, 'origin', x.origin, 'actor', x.actor, 'at', x.committed_at,
        'reason', x.change_reason, 'confidence', x.confidence_score, 'significant', x.significant,
        'change_set_id', x.change_set_id, 'position', x.position, 'session_id', x.session_id,
        'old', case when x.field_name is null then null else x.old_value end,
        'new', case when x.field_name is null then x.new_value -> a.name else x.new_value end,
        'undoes', case when x.undone_set is null then null else jsonb_build_object(
          'change_set_id', x.undone_set, 'origin', x.undone_origin, 'session_id', x.undone_session,
          'at', x.undone_at) end) as change
    from asked a
    join history x on x.id >= x.image_id and (x.field_name = a.name or x.id = x.image_id)
  )
  select jsonb_agg(jsonb_build_object('field', f.field, 'changes', f.changes)), array_agg(distinct f.newest)
  from (
    select t.field, jsonb_agg(t.change order by t.id desc) as changes,
      max(t.change_set_id) filter (where t.nth = 1) as newest
    from answered t
    group by t.field
  ) f
$$;

-- The staged rows that change sets took a listing's values from, with the findings of the rules on each:
-- {change set: row}. A row is found by the plan that applied it, under the id that the listing had then.
create function property_manager.origin_rows(
  p_sets bigint[], p_source integer, p_property_id text, p_listing uuid
)
returns jsonb
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select coalesce(jsonb_object_agg(s.id, jsonb_build_object(
    'row_no', r.row_no, 'staged', t.row_no is not null, 'raw', t.raw, 'evidence', t.evidence,
    'issues', coalesce(t.issues, '[]'), 'url', t.source_url, 'fetched_at', t.scraped_at,
    'page', property_manager.kept_page(p_source, t.source_url, t.scraped_at),
    'erased_at', case when t.raw is null and t.raw_bytes is null then (
      select max(e.completed_at) from property_manager.erasures e
      where (e.source_id, e.property_id) in (
        select h.source_id, h.property_id from property_manager.same_homes(p_source, p_property_id) h)) end,
    'validated', jsonb_typeof(property_manager.sifted(s.session_id) -> 'rules_version') = 'number',
    'findings', (
      select coalesce(jsonb_agg(jsonb_build_object(
        'rule', f.rule_name, 'version', f.rule_version, 'severity', f.severity, 'outcome', f.outcome,
        'field', f.field_name, 'value', f.value, 'reason', f.reason) order by f.rule_name), '[]')
      from property_manager.findings f
      where f.session_id = s.session_id and f.row_no = r.row_no
    ))), '{}')
  from property_manager.change_sets s
  cross join lateral (
    select p.row_no from property_manager.plan_rows p
    where p.plan_id = s.plan_id and p.property_id = (
      select c.property_id from public.property_changes c
      where c.listing_id = p_listing and c.change_set_id = s.id limit 1)
    offset 0
  ) r
  left join lateral /*use staged s.session_id, r.row_no*/ t on true
  where s.id = any (p_sets)
$$;

-- The sessions of change sets, or what cleanup has left of them: {id: facts}.
create function property_manager.origin_sessions(p_sets bigint[]) returns jsonb
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  with asked as (
    select s.session_id from property_manager.change_sets s where s.id = any (p_sets)
  )
  select coalesce(jsonb_object_agg(e.id, to_jsonb(e)), '{}')
  from (
    select n.id, n.kind, n.session_name, n.base_url, k.name as scope, n.verdict, n.started_at,
      n.completed_at,
      n.filters_applied -> 'mapping' as mapping, null::timestamptz as cleaned_at
    from public.scraping_sessions n
    join property_manager.scopes k on k.id = n.scope_id
    where n.id in (select session_id from asked)
      and not exists (select from property_manager.cleaned_sessions g where g.session_id = n.id)
    union all
    select g.session_id, g.kind, g.session_name, g.base_url, g.scope, g.verdict, g.started_at,
      g.completed_at,
      jsonb_build_object('name', g.mapping), g.cleaned_at
    from property_manager.cleaned_sessions g
    where g.session_id in (select session_id from asked)
  ) e
$$;

-- What the page of a listing answered when it was asked whether the listing is still there, the last ten
-- times until a moment, newest first. Out: [{answer, sign, status, page_hash, url, at, session_id}].
create function property_manager.page_answers(p_source integer, p_property_id text, p_moment timestamptz)
returns jsonb
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select coalesce(jsonb_agg(jsonb_build_object('answer', k.answer, 'sign', k.sign, 'status', k.status,
    'page_hash', k.page_hash, 'url', k.url, 'at', k.checked_at, 'session_id', k.session_id)
    order by k.id desc), '[]')
  from (
    select * from property_manager.page_checks c
    where c.source_id = p_source and c.property_id = p_property_id and c.checked_at <= p_moment
    order by c.id desc limit 10
  ) k
$$;

-- Everything that decided the fields of a listing at a moment: the changes of each field since its image,
-- newest first, and for the newest the staged row it came from, the findings of the rules on that row, and
-- its session, or what is left of it. Costs the changes of the listing.
-- In: source and id; one field, or null for all; the moment, or null for all that was committed.
-- Out: {image, fields: [{field, changes}], rows: {change set: row}, sessions: {id: facts}, checks, pins,
-- begins};
-- null when the listing was not known then.
create function api.explain(p_source text, p_property_id text, p_field text, p_moment timestamptz)
returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_source  public.sources;
  v_listing public.properties_live;
  v_image   jsonb;
  v_fields  jsonb;
  v_sets    bigint[];
begin
  perform property_manager.refuse_records(p_source, 'run: county explain KIND ID');
  if p_moment is null then
    p_moment := 'infinity';
  else
    perform property_manager.require_history(p_moment, p_source);
  end if;
  select * into v_source from public.sources where name = p_source;
  select * into v_listing from public.properties_live
  where id = property_manager.listing_named(p_source, p_property_id, p_moment);
  select f.image into v_image
  from property_manager.fold_of(array[v_listing.id], 9223372036854775807, p_moment) f;
  if v_image is null then
    return null;
  end if;
  select c.fields, c.sets into v_fields, v_sets
  from property_manager.field_changes(v_listing.id, p_field, p_moment) c;
  return jsonb_build_object(
    'image', v_image,
    'fields', v_fields,
    'begins', (select h.begins from property_manager.horizons h where h.source_id = v_source.id),
    'pins', (
      select coalesce(jsonb_object_agg(p.field_name, to_jsonb(p)), '{}')
      from property_manager.pins p
      where p.source_id = v_source.id and p.property_id = v_listing.property_id
    ),
    'provenance', jsonb_build_object('page_number', v_listing.page_number, 'scraped_at',
      v_listing.scraped_at,
      'address_normalized', v_listing.address_normalized),
    'rows', property_manager.origin_rows(v_sets, v_source.id, v_listing.property_id, v_listing.id),
    'sessions', property_manager.origin_sessions(v_sets),
    'checks', case when coalesce(p_field, 'status') = 'status'
      then property_manager.page_answers(v_source.id, v_listing.property_id, p_moment) else '[]' end
  );
end
$$;
