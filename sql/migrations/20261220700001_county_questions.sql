-- What questions on county records are found by, beside the indexes that the tables began with. An expression
-- here is that of the snippet which asks: place_key, equity_percent.

-- a city in whatever case and accents, its parcels in the order of their keys
drop index county.properties_city_id;
create index properties_city_key on county.properties ((
  left(case when octet_length(city) = length(city) then lower(city)
    when octet_length(translate(lower(city), 'áàâäãåéèêëíìîïóòôöõúùûüñçýÿ', 'aaaaaaeeeeiiiiooooouuuuncyy'))
      = length(city)
      then translate(lower(city), 'áàâäãåéèêëíìîïóòôöõúùûüñçýÿ', 'aaaaaaeeeeiiiiooooouuuuncyy')
    else normalize(regexp_replace(normalize(lower(city), nfd), '[\u0300-\u036f]', '', 'g'), nfc) end, 100)
  ), source, record_id);

-- most counties say nothing of liens: where equity is unknown an entry is no more than its place
create index property_records_equity_id on county.property_records ((
  case when market_value > 0 then (market_value - lien_amount) * 100 / market_value end), id)
  where (case when market_value > 0 then (market_value - lien_amount) * 100 / market_value end) is not null;
create index property_records_equity_unknown on county.property_records (source)
  where (case when market_value > 0 then (market_value - lien_amount) * 100 / market_value end) is null;

create index code_violations_open_id on county.code_violations ((coalesce(opened_on, '-infinity'::date)), id)
  where status = 'open';

create index data_ingestion_runs_failed_id on county.data_ingestion_runs (started_at, id)
  where status = 'failure';
create index data_ingestion_runs_county_id on county.data_ingestion_runs (county, started_at, id);
