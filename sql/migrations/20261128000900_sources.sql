-- A source can be renamed and removed.

alter table property_manager.change_sets drop constraint change_sets_origin_check;
alter table property_manager.change_sets add constraint change_sets_origin_check
  check (origin in ('sync', 'edit', 'rollback', 'erase', 'migrate', 'compact', 'rename'));

-- A change set keeps its position when its source, of which nothing ever went live, is removed.
alter table property_manager.change_sets alter source_id drop not null;
alter table property_manager.change_sets drop constraint change_sets_source_id_fkey;
alter table property_manager.change_sets add constraint change_sets_source_id_fkey
  foreign key (source_id) references public.sources (id) on delete set null;

-- compact(), erase() and rename_source() alone rewrite the audit: they run as its owner and say so for their transaction.
create or replace function property_manager.refuse_rewriting() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if current_user = 'property_manager_owner' and tg_op <> 'TRUNCATE'
    and current_setting('property_manager.rewriting', true) in ('compact', 'erase', 'rename') then
    return null;
  end if;
  raise exception 'the audit is append-only: % of property_changes is refused', lower(tg_op)
    using errcode = 'insufficient_privilege', hint = 'undo a session by a new change, not by editing its history';
end
$$;
