-- The clock of the database, the only one that decides what is old, what is past and when something was done.

-- The moment so long ago. In: an age of 0 to 36,500 days. Refuses any other: no age reaches into the future.
create function property_manager.moment_ago(p_age interval) returns timestamptz
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
begin
  if p_age is null or p_age < interval '0' or p_age > interval '36500 days' then
    raise exception 'an age of % is refused: it must be between 0 and 36,500 days',
      coalesce(p_age::text, 'nothing')
      using errcode = 'PMUSE', hint = 'give a number of days: what is older is old';
  end if;
  return clock_timestamp() - p_age;
end
$$;

-- The moment at which something is said to have been done: now if null, and never later than now. An earlier
-- one is taken over, for a replay. Refuses one without an end.
create function property_manager.moment_done(p_moment timestamptz) returns timestamptz
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
begin
  if not isfinite(p_moment) then
    raise exception 'the moment % is refused: it is no date', p_moment
      using errcode = 'PMUSE', hint = 'give a date and time, or nothing for now';
  end if;
  return least(p_moment, clock_timestamp());
end
$$;

-- Formats a moment for messages.
create function property_manager.format_moment(p_moment timestamptz) returns text
language sql stable set search_path = pg_catalog, pg_temp as $$
  select to_char(p_moment at time zone 'UTC', 'YYYY-MM-DD HH24:MI "UTC"')
$$;

-- Refuses a moment that the database has not reached.
create function api.require_past(p_moment timestamptz) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  if p_moment > clock_timestamp() then
    raise exception '% is in the future: the database''s clock says %',
      property_manager.format_moment(p_moment), property_manager.format_moment(clock_timestamp())
      using errcode = 'PMUSE', hint = 'ask for a moment that has passed';
  end if;
end
$$;

-- The clock of the database.
create function api.server_time() returns timestamptz
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
  select clock_timestamp()
$$;
