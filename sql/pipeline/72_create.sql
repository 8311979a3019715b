-- Creates the new listings, with the image of each in the audit.
create function property_manager.create_new(
  p_plan uuid, p_session uuid, p_source public.sources, p_set bigint, p_actor text, p_now timestamptz
) returns void
language sql security definer set search_path = pg_catalog, pg_temp as $$
  with made as (
    insert into public.properties_live as l (
      source, /*each all ", "*/{name}/*end*/, status, data_completeness_score, data_quality_score,
      verification_status,
      search_vector, change_set_id, created_at, updated_at, first_seen_at, last_updated_at)
    select p_source.name, /*each all ", "*/
      case when '{name}' in ('price', 'price_max', 'price_is_from') and kept.row_no is not null then null
        else s.{name} end
      /*end*/,
      /*use status_by_source s.standard_status*/, c.score,
      /*use quality_score c.score, f.row_no is not null*/, case when f.row_no is not null then 'flagged'
        else 'unverified' end,
      /*use search_document d.language, s*/,
      p_set, p_now, p_now, coalesce(s.scraped_at, p_now), p_now
    from (select p_source.language::regconfig as language offset 0) d -- looked up once
    cross join property_manager.plan_rows r
    cross join lateral /*use staged p_session, r.row_no*/ s
    left join property_manager.kept_prices(p_session) kept on kept.row_no = r.row_no
    cross join lateral (
      select (/*use completeness s, float8*/ - case when kept.row_no is null then 0 else
        /*each weighted " + "*/case when '{name}' = 'price' then {weight}::float8 else 0 end/*end*/
      end)::numeric(4,3) as score offset 0
    ) c
    left join (
      /*use flagged_rows p_session*/
    ) f on f.row_no = r.row_no
    where r.plan_id = p_plan and r.action = 'create'
    -- the image is made here, of the row at hand, so that no row is kept for it
    returning l.id, l.source, l.property_id,
      /*use listing_image l*/ as image
  )
  insert into public.property_changes (change_set_id, listing_id, source, property_id, session_id,
    change_type, new_value, confidence_score, change_reason, significant, actor, created_at)
  select p_set, m.id, m.source, m.property_id, p_session, 'created', m.image, 0.95, 'first seen', true,
    p_actor, p_now
  from made m
$$;
