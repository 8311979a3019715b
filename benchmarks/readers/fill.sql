-- Fills an empty catalogue with {rows} invented listings, as a few years of five sources leave them: most in a few
-- cities, most words rare, a third no longer on the market. Everything follows from a listing's number.

set synchronous_commit = off;
set maintenance_work_mem = '512MB';
set work_mem = '64MB';

-- chance 1 … 40 of a number, in [0, 1)
create function pg_temp.chance(p_number bigint, p_kind bigint) returns float8
language sql immutable as $$ select (hashint8extended(p_number, p_kind) & 4294967295) / 4294967296.0 $$;

select api.register_source(property_manager.default_facts(name) || jsonb_build_object('language', language,
  'currency', 'MXN', 'public_contacts', public))
from (values ('portal', 'spanish', false), ('agencia', 'spanish', false), ('casas', 'spanish', true),
  ('inmuebles', 'spanish', false), ('homes', 'english', false)) s (name, language, public);

create temporary table cities as
select n as rank, case n when 1 then 'Ciudad de México' when 2 then 'Mérida' when 3 then 'Querétaro' when 4 then 'Cancún'
    when 5 then 'León' else (array['San', 'Santa', 'Villa', 'Puerto', 'Río', 'Monte'])[1 + n % 6] || ' '
      || initcap(left(translate(md5(n::text), '0123456789', 'aeioulnrst'), 6)) || case n % 3 when 0 then 'ó' else 'a' end
  end as city,
  16 + 12 * pg_temp.chance(n, 1) as north, -106 + 18 * pg_temp.chance(n, 2) as east
from generate_series(1, 800) n;
create unique index on cities (rank);

-- the word that is used so often: the first are words of every portal, the others are rare
create function pg_temp.word(p_rank integer) returns text
language sql immutable as $$
  select case when p_rank < 30 then (array['casa', 'departamento', 'jardín', 'recámaras', 'baños', 'cocina', 'amplia',
      'luminosa', 'terraza', 'alberca', 'estacionamiento', 'vigilancia', 'parque', 'escuelas', 'vista', 'habitación',
      'estudio', 'bodega', 'sala', 'comedor', 'remodelada', 'oportunidad', 'céntrica', 'tranquila', 'garaje', 'playa',
      'gimnasio', 'elevador', 'balcón', 'clóset'])[1 + p_rank]
    else 'p' || left(translate(md5('w' || p_rank), '0123456789', 'aeioulnrst'), 7) end
$$;

-- what sources say of homes, which many repeat
create temporary table texts as
select d.*, to_tsvector('spanish', d.document) || to_tsvector('spanish', d.plain) as spanish,
  to_tsvector('english', d.document) || to_tsvector('english', d.plain) as english
from (
  select t.*, concat_ws(' ', title, neighborhood, city, description) as document,
    translate(concat_ws(' ', title, neighborhood, city, description), 'áéíóúñÁÉÍÓÚÑ', 'aeiounAEIOUN') as plain
  from (
    select n as number, k.*, c.*, k.kind || case when k.rent then ' en renta en ' else ' en venta en ' end || c.city as title,
      (array['Centro', 'Lomas', 'Jardines', 'Bosques', 'Prados', 'Colinas', 'Mirador', 'Alameda'])[1 + n % 8] || ' '
        || c.rank * 31 % 41 as neighborhood,
      (select string_agg(pg_temp.word((20000 * pg_temp.chance(n * 64 + w, 30) ^ 5)::integer), ' ')
        from generate_series(1, 30) w) as description
    from generate_series(0, {texts} - 1) n
    cross join lateral (select
      (array['Casa', 'Departamento', 'Terreno', 'Oficina', 'Local', 'Bodega'])
        [1 + (6 * pg_temp.chance(n, 3) ^ 2)::integer % 6] as kind, pg_temp.chance(n, 4) < 0.3 as rent) k
    join cities c on c.rank = 1 + (799 * pg_temp.chance(n, 9) ^ 4)::integer
    offset 0
  ) t
) d;
create unique index on texts (number);
analyze texts;

create temporary table sets as
select row_number() over (order by day, f.id) as id, f.id as source_id, f.name as source, day,
  timestamptz '2024-12-01' + day * interval '1 day' + f.id * interval '1 minute' as at
from public.sources f cross join generate_series(1, 700, 10) day;
insert into property_manager.change_sets (id, position, source_id, origin, actor, counts, committed_at)
select id, id, source_id, 'sync', 'benchmark', '{}', at from sets;
update property_manager.feed set position = (select max(id) from sets);
select setval('property_manager.change_set_ids', (select max(id) from sets));
create index on sets (source_id, day);

insert into property_manager.scopes (source_id, source, name, watermark)
select f.id, f.name, 'part ' || n, timestamptz '2026-11-01' + (f.id * 7 + n) * interval '1 hour'
from public.sources f cross join generate_series(0, 7) n;

create temporary table indexes as
select indexrelid::regclass::text as name, pg_get_indexdef(indexrelid) as definition
from pg_index
where indrelid in ('public.properties_live'::regclass, 'property_manager.listing_scopes'::regclass,
    'public.property_changes'::regclass)
  and not exists (select from pg_constraint c where c.conindid = indexrelid);
do $$
declare
  v_index record;
begin
  for v_index in select * from indexes loop
    execute 'drop index ' || v_index.name;
  end loop;
end
$$;

insert into public.properties_live (id, source, property_id, title, description, property_type, operation_type, address,
  neighborhood, city, state, postal_code, latitude, longitude, price, currency, price_period, bedrooms, bathrooms,
  parking_spaces, total_area_m2, covered_area_m2, amenities, main_image_url, agent_name, agent_phone, source_url, status,
  search_vector, change_set_id, created_at, updated_at, first_seen_at, last_updated_at)
select md5('listing ' || n)::uuid, f.name, 'P' || n, t.title, t.description, t.kind,
  case when t.rent then 'rent' else 'sale' end, 'Calle ' || n % 997, t.neighborhood, t.city, 'Estado ' || t.rank % 32,
  lpad((t.rank * 37 % 99999)::text, 5, '0'),
  (t.north + (pg_temp.chance(n, 11) + pg_temp.chance(n, 12) + pg_temp.chance(n, 13) - 1.5) * 0.15)::numeric(10,8),
  (t.east + (pg_temp.chance(n, 14) + pg_temp.chance(n, 15) + pg_temp.chance(n, 16) - 1.5) * 0.15)::numeric(11,8),
  case when pg_temp.chance(n, 17) > 0.04 then round((case when t.rent then 9000 else 1800000 end
    * exp(2.2 * (pg_temp.chance(n, 18) + pg_temp.chance(n, 19) - 1)))::numeric, -2) end,
  case when pg_temp.chance(n, 20) < 0.85 then 'MXN' else 'USD' end, case when t.rent then 'month' end,
  1 + (5 * pg_temp.chance(n, 21) ^ 1.5)::integer, 1 + (3 * pg_temp.chance(n, 22) ^ 2)::integer,
  (3 * pg_temp.chance(n, 23))::integer, k.area, k.area * 0.8, '["alberca", "jardín"]',
  'https://img.example/' || n || '/0.jpg', 'Ana ' || n % 5000, '+52555' || lpad((n % 10000000)::text, 7, '0'),
  'https://' || f.name || '.example/p/' || n, k.status, case f.language when 'english' then t.english else t.spanish end,
  u.id, s.at, u.at, s.at, u.at
from generate_series(1, {rows}) n
cross join lateral (select ({texts} * pg_temp.chance(n, 2))::integer % {texts} as text,
  (1 + 700 * pg_temp.chance(n, 5))::integer / 10 * 10 + 1 as born,
  30 + (400 * pg_temp.chance(n, 6) ^ 2)::integer as area, 1 + (5 * pg_temp.chance(n, 7) ^ 2)::integer % 5 as source,
  case when pg_temp.chance(n, 8) < 0.65 then 'active' when pg_temp.chance(n, 8) < 0.7 then 'inactive'
    else 'removed' end as status) k
join texts t on t.number = k.text
join public.sources f on f.id = (select min(id) from public.sources) + k.source - 1
join sets s on s.source_id = f.id and s.day = least(k.born, 691)
join sets u on u.source_id = f.id
  and u.day = greatest(s.day, least(691, s.day + (700 * pg_temp.chance(n, 10) ^ 5)::integer / 10 * 10));

insert into property_manager.listing_scopes (scope_id, property_id, misses, seen_at, missed_at)
select p.id, l.property_id, case l.status when 'active' then 0 when 'inactive' then 1 else 2 end,
  case when l.status = 'active' and hashtext(l.property_id) % 40 = 0 then p.watermark + hashtext(l.property_id) % 97
    * interval '1 minute' else l.first_seen_at end, case when l.status <> 'active' then l.last_updated_at end
from public.properties_live l
join property_manager.scopes p on p.source = l.source
  and p.name = 'part ' || substr(l.property_id, 2)::integer % 8;

insert into public.property_changes (change_set_id, listing_id, source, property_id, change_type, new_value,
  confidence_score, change_reason, significant, actor, created_at)
select s.id, l.id, l.source, l.property_id, 'created', jsonb_build_object('price', l.price, 'title', l.title), 0.95,
  'first seen', true, 'benchmark', s.at
from public.properties_live l join sets s on s.source = l.source and s.at = l.first_seen_at
order by s.id;
insert into public.property_changes (change_set_id, listing_id, source, property_id, change_type, field_name, old_value,
  new_value, confidence_score, change_reason, significant, actor, created_at)
select l.change_set_id, l.id, l.source, l.property_id, 'updated', 'price', to_jsonb(l.price + 100 * step),
  to_jsonb(l.price + 100 * step - 100), 0.9, 'changed', true, 'benchmark', l.last_updated_at
from public.properties_live l cross join generate_series(1, 4) step
where l.last_updated_at > l.first_seen_at and hashtext(l.property_id) % 2 = 0
order by l.change_set_id;

do $$
declare
  v_index record;
begin
  for v_index in select * from indexes loop
    execute v_index.definition;
  end loop;
end
$$;
select property_manager.recount_market(f) from public.sources f;
refresh materialized view public.property_stats;
analyze;
