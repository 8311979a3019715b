-- Gives a change set its position in the feed and notifies the readers, once per change set, with ids and
-- counts only.
create function property_manager.publish(
  p_set bigint, p_source public.sources, p_session uuid, p_plan uuid, p_origin text, p_actor text,
  p_counts jsonb, p_now timestamptz, p_undoes bigint default null
) returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_position bigint;
begin
  perform property_manager.count_market(p_set, p_source, p_origin);
  perform property_manager.count_map(p_set, p_source, p_origin);
  update property_manager.feed set position = position + 1 returning position into v_position;
  insert into property_manager.change_sets (id, position, source_id, session_id, plan_id, origin, actor,
    counts, undoes, committed_at)
  values (p_set, v_position, p_source.id, p_session, p_plan, p_origin, p_actor, p_counts, p_undoes, p_now);
  update property_manager.subscribers set behind_since = clock_timestamp() where behind_since is null;
  perform pg_notify('property_changes', jsonb_build_object(
    'type', p_origin, 'position', v_position, 'source', p_source.name, 'session_id', p_session, 'counts',
    p_counts)::text);
  return v_position;
end
$$;
