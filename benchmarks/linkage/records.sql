-- name: hold_records
-- Labelled records: their values in the order of the fields, null where there is none.
create temporary table record (id integer primary key, side text not null, fields text[] not null);

-- name: hold_cells
-- Records that share a cell are compared.
create temporary table record_cell (cell bigint not null, id integer not null);

-- name: add_records
-- Adds records ($1: [{id, side, fields}], an empty text is none).
insert into record (id, side, fields)
select r.id, r.side, array(select nullif(v, '') from jsonb_array_elements_text(r.fields) v)
from jsonb_to_recordset($1::jsonb) r (id integer, side text, fields jsonb);

-- name: add_cells
-- Puts the records into the cells of one kind; $1 are the places of the fields that it is made of.
insert into record_cell (cell, id)
select hashtextextended(array_to_string(array_append(k.parts, array_to_string($1::integer[], ' ')), E'\n'), 0), r.id
from record r
cross join lateral (select array_agg(r.fields[n.place] order by n.place) as parts from unnest($1::integer[]) n (place)) k
where array_position(k.parts, null) is null;

-- name: compare
-- The pairs and their patterns by the expressions that listings are compared by ($1: the kind of each field;
-- $2: whether a file holds each entity once at most).
with pair as (
  select distinct a.id as left_id, b.id as right_id
  from record_cell a join record_cell b on b.cell = a.cell and a.id < b.id
)
select p.left_id, p.right_id, (
  select string_agg(translate(to_hex(case
      when n.kind = 'word' then /*use words_agree a.fields[n.place], b.fields[n.place]*/
      else /*use texts_agree a.fields[n.place], b.fields[n.place]*/ end), 'f', '?'), '' order by n.place)
  from unnest($1::text[]) with ordinality n (kind, place)) as pattern
from pair p join record a on a.id = p.left_id join record b on b.id = p.right_id
where not $2 or a.side <> b.side
order by p.left_id, p.right_id;

-- name: let_go
-- Ends with the records.
drop table record, record_cell;
