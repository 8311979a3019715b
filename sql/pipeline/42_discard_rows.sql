-- Discards quarantined rows: nobody will make them usable. They stay as they are, with who decided it, when
-- and why, are counted, and are not taken again; a row that a source shows later is judged anew.
-- In: ids, or null for all open rows of a source, a session and a rule (each null for any). Out: how many.
create function api.quarantine_discard(p_ids bigint[], p_source text, p_session uuid, p_rule text,
  p_reason text, p_actor text) returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_id     bigint;
  v_status text;
  v_by     text;
  v_at     timestamptz;
  v_taken  bigint[];
begin
  if btrim(coalesce(p_reason, '')) = '' then
    raise exception 'say why the rows are discarded' using errcode = 'PMUSE', hint = 'add --reason';
  end if;
  with chosen as (
    select q.id from property_manager.quarantine q
    where q.status = 'open' and (p_ids is null or q.id = any (p_ids))
      and (p_source is null or q.source_id = (select f.id from public.sources f where f.name = p_source))
      and (p_session is null or q.session_id = p_session)
      and (p_rule is null or q.reasons @> jsonb_build_array(jsonb_build_object('rule', p_rule)))
    order by q.id for update
  ), discarded as (
    update property_manager.quarantine q
    set status = 'discarded', decided_at = now(), decided_by = p_actor, decision = p_reason
    from chosen c where q.id = c.id
    returning q.id
  )
  select array_agg(d.id order by d.id) into v_taken from discarded d;
  select w.id, q.status, q.decided_by, q.decided_at into v_id, v_status, v_by, v_at
  from unnest(p_ids) w (id)
  left join property_manager.quarantine q on q.id = w.id
  where w.id <> all (coalesce(v_taken, '{}'))
  order by w.id limit 1;
  if found and v_status is null then
    raise exception 'there is no quarantined row %', v_id
      using errcode = 'PMNOF', hint = 'see quarantine list';
  elsif found then
    raise exception 'row % is %: only open rows that were asked for are discarded', v_id,
      v_status || property_manager.decided(v_by, v_at)
      using errcode = 'PMUSE', hint = 'see quarantine show ' || v_id;
  end if;
  if v_taken is not null then
    perform property_manager.note_decided(p_actor, 'discard_quarantined', jsonb_build_object(
      'rows', cardinality(v_taken), 'ids', v_taken[1:1000], 'source', p_source, 'session', p_session,
      'for_rule', p_rule, 'reason', p_reason));
  end if;
  return coalesce(cardinality(v_taken), 0);
end
$$;
