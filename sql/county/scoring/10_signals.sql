-- The signals that a score is made of: what each reads, how, and which component and category it counts in.
-- How many points it gives is a matter of a version's rows.

-- Every signal in the order in which reasons are told. unit: how its value is read: `flat`, it is there or
-- not; `value`, a number of its own; `days ahead`, until its day; `days since` and `years since`, after it.
-- kind: the records that it is found in. `per record`: one for each record, else one for a parcel. missing:
-- why it may not be known. Names, ethnicity, age, family and what is known of a zip's people are no signals.
create function property_manager.score_signals()
returns table (nth integer, signal text, component text, category text, unit text, kind text,
  per_record boolean, says text, missing text)
language sql immutable set search_path = pg_catalog, pg_temp as $$
  values
    (1, 'tax_sale', 'distress', 'tax', 'flat', 'tax_sales', true, 'tax deed sale',
      'no tax sales of this county are loaded'),
    (2, 'unpaid_taxes', 'distress', 'tax', 'value', 'tax_certificates', true, 'years of unpaid taxes',
      'no tax certificates of this county are loaded'),
    (3, 'foreclosure', 'distress', 'court', 'flat', 'foreclosures', true, 'foreclosure',
      'no foreclosures of this county are loaded'),
    (4, 'judgment', 'distress', 'court', 'value', 'foreclosures', true, 'final judgment', null),
    (5, 'auction_set', 'distress', 'court', 'flat', 'foreclosures', true, 'auction has a day', null),
    (6, 'open_case', 'distress', 'code', 'flat', 'code_violations', true, 'open code case',
      'no code cases of this county are loaded'),
    (7, 'closed_case', 'distress', 'code', 'flat', 'code_violations', true, 'closed code case', null),
    (8, 'code_lien', 'distress', 'code', 'value', 'code_violations', true, 'code fines that became a lien',
      null),
    (9, 'absentee', 'distress', 'owner', 'value', 'property_records', false, 'tax bills go elsewhere',
      'no appraiser record says where tax bills go'),
    (10, 'long_ownership', 'distress', 'owner', 'years since', 'property_records', false,
      'years since the last sale', 'no appraiser record says when it was sold last'),
    (11, 'stacked', 'distress', 'stacked', 'value', null, false, 'independent kinds of distress', null),
    (12, 'market_value', 'value', 'value', 'value', 'property_records', false, 'market value',
      'no appraiser record has a market value'),
    (13, 'equity', 'value', 'value', 'value', 'property_records', false, 'share that is not owed',
      'nobody says what is owed on it: equity is unknown'),
    (14, 'below_neighbours', 'value', 'value', 'value', 'property_records', false,
      'share below its neighbours'' price by size', 'no price by size, or fewer than five neighbours'),
    (15, 'tax_rate', 'value', 'value', 'value', 'property_records', false, 'taxes of a year by market value',
      'no appraiser record has both taxes and market value'),
    (16, 'start', 'location', 'location', 'flat', null, false, 'every place begins with', null),
    (17, 'open_cases_near', 'location', 'location', 'value', 'code_violations', false,
      'open code cases near it', 'it has no coordinates, or no code cases of this county are loaded'),
    (18, 'turnover', 'location', 'location', 'value', 'property_records', false,
      'share of its neighbours that was sold within a year', 'fewer than five neighbours'),
    (19, 'tax_sale_day', 'urgency', 'auction', 'days ahead', 'tax_sales', true,
      'days until the tax deed sale', null),
    (20, 'foreclosure_day', 'urgency', 'auction', 'days ahead', 'foreclosures', true,
      'days until the auction', null),
    (21, 'case_due', 'urgency', 'code', 'days ahead', 'code_violations', true,
      'days until a code case is to be cured', null),
    (22, 'old_certificate', 'urgency', 'tax', 'years since', 'tax_certificates', true,
      'years since the oldest unpaid certificate', null),
    (23, 'recent_case', 'urgency', 'recent', 'days since', 'code_violations', true,
      'days since a code case was opened', null),
    (24, 'recent_certificate', 'urgency', 'recent', 'days since', 'tax_certificates', true,
      'days since a certificate was issued', null)
$$;

-- The components of a score, in their order.
create function property_manager.score_components() returns text[]
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select '{distress,value,location,urgency}'::text[]
$$;
