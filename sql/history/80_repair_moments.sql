-- Moments that a clock set in the future: found by doctor, dated by repair.

-- The moments of history that the database's clock has not reached, with what they belong to.
create function property_manager.future_moments() returns table (what text, moment timestamptz)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select format('the horizon of %s', s.name), greatest(h.begins, h.compacted_at)
  from property_manager.horizons h join public.sources s on s.id = h.source_id
  where greatest(h.begins, h.compacted_at) > clock_timestamp()
  union all
  select format('change set %s of %s', c.id, s.name), c.committed_at
  from property_manager.change_sets c join public.sources s on s.id = c.source_id
  where c.committed_at > clock_timestamp()
$$;

-- Dates change sets from the future now, and lowers each horizon from the future to just after the last
-- change that was folded: from there on every answer is exact. A source of which nothing was folded has none.
-- Out: how many were changed.
create function api.repair_moments() returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_dated   bigint;
  v_lowered bigint;
begin
  perform property_manager.lock_history();
  update property_manager.change_sets set committed_at = clock_timestamp() - interval '1 second'
  where committed_at > clock_timestamp();
  get diagnostics v_dated = row_count;
  with truth as (
    select h.source_id, (
      select max(c.committed_at) + interval '1 microsecond'
      from property_manager.change_sets c
      where c.source_id = h.source_id and exists (
        select from public.property_changes p where p.change_set_id = c.id and p.origin = 'compact')
    ) as begins
    from property_manager.horizons h
    where greatest(h.begins, h.compacted_at) > clock_timestamp()
  )
  update property_manager.horizons h
  set begins = t.begins,
    compacted_at = case when t.begins is not null then least(h.compacted_at, clock_timestamp()) end,
    compacted_by = case when t.begins is not null then h.compacted_by end
  from truth t where h.source_id = t.source_id;
  get diagnostics v_lowered = row_count;
  return v_dated + v_lowered;
end
$$;
