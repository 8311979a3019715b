-- The words that a listing is found by: as written, without accents, and in the other number. A stemmer of
-- PostgreSQL takes habitaciones and habitación for one word, and habitacion for another.

-- A text as it is compared with another: in lower case and without accents.
create function property_manager.plain(p_text text) returns text
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select normalize(regexp_replace(normalize(lower(p_text), nfd), '[\u0300-\u036f]', '', 'g'), nfc)
$$;

-- The words of a plain text whose singular and plural have stems of their own once the accent is lost, in
-- the number that they do not have: habitacion for habitaciones. Null where there is none.
create function property_manager.other_number(p_language regconfig, p_plain text) returns text
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select string_agg(distinct w[1] || case when w[2] = e.one then e.many else e.one end, ' ')
  from (values ('spanish'::regconfig, '', 'n', 'nes'), ('portuguese', '', 'ao', 'oes'),
    ('portuguese', '[aeiou]', 'm', 'ns'), ('portuguese', '[aeou]', 'l', 'is'),
    ('catalan', '[aeiou]', '', 'ns')) e (language, before, one, many)
  cross join lateral regexp_matches(p_plain, format('\m(\w*%s)(%s|%s)\M', e.before, e.many, e.one), 'g') w
  where e.language = p_language
$$;

-- The search vector of a text. A text that has no accents has no other spelling.
create function property_manager.search_words(p_language regconfig, p_text text) returns tsvector
language plpgsql immutable set search_path = pg_catalog, pg_temp as $$
declare
  v_words tsvector := to_tsvector(p_language, p_text);
  v_plain text := lower(p_text);
begin
  if octet_length(p_text) > length(p_text) then
    v_plain := property_manager.plain(p_text);
    v_words := v_words || to_tsvector(p_language, v_plain);
  end if;
  if p_language in ('spanish'::regconfig, 'portuguese'::regconfig, 'catalan'::regconfig) then
    v_words := v_words
      || strip(to_tsvector(p_language, coalesce(property_manager.other_number(p_language, v_plain), '')));
  end if;
  return v_words;
end
$$;

-- What a person searches for ("a phrase", or, -not), with and without the accents typed. What must not be in
-- a listing is asked for without them alone, as every listing has that spelling.
create function property_manager.search_query(p_language regconfig, p_words text) returns tsquery
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select case when q.plain::text ~ '!' or q.plain = q.typed then q.plain else q.typed || q.plain end
  from (select websearch_to_tsquery(p_language, property_manager.plain(p_words)) as plain,
    websearch_to_tsquery(p_language, p_words) as typed) q
$$;

-- Makes the search vectors of the next p_limit listings anew, where a migration has asked for it, and
-- remembers how far it came; to be called in transactions of its own until it returns false: none is left, or
-- another caller is at it. A writer that holds a listing for longer makes it fail (lock_not_available).
create function property_manager.rebuild_search(p_limit integer) returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp set lock_timeout = '200ms' as $$
declare
  v_after uuid;
  v_last  uuid;
begin
  select after into v_after from property_manager.search_rebuild for update skip locked;
  if not found then
    return false;
  end if;
  select max(id::text)::uuid into v_last
  from (select id from public.properties_live where id > v_after order by id limit p_limit) n;
  if v_last is null then
    delete from property_manager.search_rebuild;
    return false;
  end if;
  update public.properties_live l
  set search_vector = /*use search_document f.language::regconfig, l*/
  from public.sources f
  where f.name = l.source and l.id > v_after and l.id <= v_last;
  update property_manager.search_rebuild set after = v_last;
  update property_manager.feed set revision = revision + 1;
  return true;
end
$$;
