-- Parcel ids and addresses as records are matched by them.

-- Keeps how a county writes its parcels' ids.
create function api.keep_key_rule(p_state text, p_county_fips text, p_rule jsonb) returns void
language sql security definer set search_path = pg_catalog, pg_temp as $$
  insert into property_manager.county_keys as k (state, county_fips, rule)
  values (p_state, p_county_fips, p_rule)
  on conflict (state, county_fips) do update set rule = excluded.rule where k.rule <> excluded.rule
$$;

-- A parcel's id with range and section swapped; null where the county's ids do not begin with them.
create function property_manager.swapped_key(p_key text, p_rule jsonb) returns text
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select case when p_key ~ '^\d{6}' then
    case p_rule ->> 'order'
      when 'RTS' then substr(p_key, 5, 2) || substr(p_key, 3, 2) || substr(p_key, 1, 2) || substr(p_key, 7)
      when 'STR' then substr(p_key, 5, 2) || substr(p_key, 3, 2) || substr(p_key, 1, 2) || substr(p_key, 7)
      when 'TRS' then substr(p_key, 1, 2) || substr(p_key, 5, 2) || substr(p_key, 3, 2) || substr(p_key, 7)
    end
  end
$$;

-- Whether an id would be as likely a parcel with range and section swapped: 29-22-28.
create function property_manager.is_ambiguous_key(p_key text, p_rule jsonb) returns boolean
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select coalesce(o.other <> p_key and (
    select bool_and(coalesce(substr(o.other, g.n * 2 - 1, 2)::integer
      between (b.bounds ->> 0)::integer and (b.bounds ->> 1)::integer, true))
    from generate_series(1, 3) g (n)
    cross join lateral (
      select p_rule -> case substr(p_rule ->> 'order', g.n, 1)
        when 'R' then 'ranges' when 'T' then 'townships' else 'sections' end
    ) b (bounds)
  ), false)
  from (select property_manager.swapped_key(p_key, p_rule)) o (other)
$$;

-- The words by which a street is told from others: without number, direction and type.
create function property_manager.street_words(p_line text) returns text[]
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select coalesce(nullif(array(
    select w.word from regexp_split_to_table(p_line, ' +') with ordinality w (word, place)
    where w.place > 1 and w.word <> all ('{N,S,E,W,NE,NW,SE,SW,ALY,AVE,BLVD,CIR,CT,CV,DR,HWY,LN,LOOP,PKWY,PL,'
      'RD,RUN,SQ,ST,TER,TRL,WAY}')), '{}'), regexp_split_to_array(p_line, ' +'))
$$;

-- Whether two addresses in USPS form are of different houses: other numbers, or no word of the street shared.
-- False where either names no house.
create function property_manager.addresses_disagree(p_one text, p_other text) returns boolean
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select coalesce(p_one <> p_other and p_one ~ '^[NSEW]?\d' and p_other ~ '^[NSEW]?\d' and (
    split_part(p_one, ' ', 1) <> split_part(p_other, ' ', 1)
    or not property_manager.street_words(p_one) && property_manager.street_words(p_other)), false)
$$;

-- The number of a unit in USPS form, whatever the unit is called: 4B of "APT 4-B" and of "# 4B".
create function property_manager.unit_number(p_unit text) returns text
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select nullif(regexp_replace(p_unit,
    '\m(APT|BLDG|DEPT|FL|HNGR|KEY|LOT|OFC|PH|PIER|RM|SLIP|SPC|STE|STOP|TRLR|UNIT)\M|[# -]', '', 'g'), '')
$$;
