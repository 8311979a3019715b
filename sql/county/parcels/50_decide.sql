-- What people say of records that wait: the parcel that one is of, or that it is of none; and taking it back.

-- Keeps what was said of a record, and puts the record where it belongs now. Out: the decision.
create function property_manager.say_of_record(p_kind text, p_record uuid, p_decided text, p_parcel uuid,
  p_reason text, p_actor text, p_undoes bigint) returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_decision bigint;
begin
  -- not while links are being made
  perform from property_manager.parcel_links for update;
  insert into county.parcel_decisions (record, kind, source, record_id, decided, parcel, named,
    parcel_id_normalized, parcel_id, reason, actor, undoes)
  select p_record, p_kind, r.source, r.record_id, p_decided, p_parcel, n.id, r.parcel_id_normalized,
    r.parcel_id, p_reason, p_actor, p_undoes
  from property_manager.record_place(p_kind, p_record) r
  left join lateral property_manager.parcel_named(r.state, r.county_fips, r.parcel_id_normalized) n on true
  returning id into v_decision;
  perform property_manager.link_kind(p_kind, array[p_record]);
  perform property_manager.note_decided(p_actor, 'decide_record', jsonb_build_object('decision', v_decision,
    'kind', p_kind, 'record', p_record, 'decided', p_decided, 'parcel', p_parcel, 'reason', p_reason,
    'undoes', p_undoes));
  return v_decision;
end
$$;

-- Says that a record is of a parcel, or (null) of none. Raises PMNOF for an unknown parcel, PMUSE for one of
-- another county. Out: the decision; null where that was said before.
create function api.decide_record(p_kind text, p_record uuid, p_parcel uuid, p_reason text, p_actor text)
returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_decided constant text := case when p_parcel is null then 'leave' else 'link' end;
  v_record  record;
  v_parcel  record;
  v_last    record;
begin
  select r.* into v_record from property_manager.record_place(p_kind, p_record) r;
  if v_record.record_id is null then
    raise exception 'there is no record % among %', p_record, p_kind using errcode = 'PMNOF';
  end if;
  if p_parcel is not null then
    select p.state, p.county_fips into v_parcel from county.properties p where p.id = p_parcel;
    if not found then
      raise exception 'there is no parcel %', p_parcel using errcode = 'PMNOF';
    elsif (v_parcel.state, v_parcel.county_fips) <> (v_record.state, v_record.county_fips) then
      raise exception 'the parcel is of county %, and the record of %',
        v_parcel.county_fips, v_record.county_fips
        using errcode = 'PMUSE', hint = 'name a parcel of the record''s own county';
    end if;
  end if;
  select d.* into v_last from county.parcel_decisions d where d.record = p_record order by d.id desc limit 1;
  if v_last.decided = v_decided
    and v_last.parcel is not distinct from p_parcel
    and v_last.parcel_id_normalized is not distinct from v_record.parcel_id_normalized
    and v_record.property_id is not distinct from p_parcel then
    return null;
  end if;
  return property_manager.say_of_record(p_kind, p_record, v_decided, p_parcel, p_reason, p_actor, null);
end
$$;

-- Takes back what was said of a record last: it stands again as its id says. Raises PMNOF, and PMUSE for a
-- decision that is not the last one. Out: the new decision.
create function api.undo_record_decision(p_decision bigint, p_actor text) returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_decision county.parcel_decisions;
  v_last     bigint;
begin
  select d.* into v_decision from county.parcel_decisions d where d.id = p_decision;
  if not found then
    raise exception 'there is no decision %', p_decision using errcode = 'PMNOF';
  end if;
  select max(d.id) into v_last from county.parcel_decisions d where d.record = v_decision.record;
  if v_decision.decided = 'undo' or v_last <> p_decision then
    raise exception 'decision % is not what holds of this record', p_decision
      using errcode = 'PMUSE', hint = 'county waiting show names its decisions, the last one first';
  end if;
  return property_manager.say_of_record(v_decision.kind, v_decision.record, 'undo', null, null, p_actor,
    p_decision);
end
$$;
