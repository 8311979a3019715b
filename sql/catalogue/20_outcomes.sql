-- The outcome of every staged row of a synced session: exactly one each.
create view public.staging_outcomes with (security_invoker = true) as
select
  s.session_id, s.row_no, s.property_id,
  case
    when q.row_no is not null then 'quarantined'
    when x.row_no is not null then 'superseded'
    when m.sync_status is null then null
    when r.action = 'create' then 'new'
    when r.action in ('update', 'remove') then 'updated'
    when r.action = 'reactivate' then 'reactivated'
    else 'unchanged'
  end as outcome,
  case
    when q.row_no is not null then 'error'
    when m.sync_status is null then 'pending'
    else 'processed'
  end as processing_status,
  case
    when r.action = 'create' then 'new'
    when r.action = 'remove' then 'removed'
    when r.action in ('update', 'reactivate') then 'updated'
    when m.sync_status is not null and q.row_no is null and x.row_no is null then 'unchanged'
  end as change_type
from public.property_scrapes_staging s
left join public.sync_metadata m on m.session_id = s.session_id and m.sync_status = 'completed'
left join property_manager.quarantine q on q.session_id = s.session_id and q.row_no = s.row_no
left join property_manager.superseded x on x.session_id = s.session_id and x.row_no = s.row_no
left join property_manager.plan_rows r
  on r.plan_id = m.plan_id and r.row_no = s.row_no and r.property_id = s.property_id;
comment on view public.staging_outcomes is
  'processing_status and change_type of every staged row, and its one outcome.';
grant select on public.staging_outcomes to service_role;
