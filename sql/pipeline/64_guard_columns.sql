-- Columns that filled a field before and are gone from the file. Where blanks keep what live has, nothing
-- else in the plan would show it.
create function property_manager.guard_columns(p_session public.scraping_sessions)
returns table (code text, sentence text)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select 'column_gone', format(
    '%s was filled before, and the file has no column %s any more: '
      'check the file, or name its new column in the mapping; then approve the plan',
    gone.field_name, gone.columns)
  from jsonb_each_text(coalesce(p_session.filters_applied -> 'fields_without_column', '{}')) as gone (
    field_name, columns)
  where gone.field_name <> all (coalesce(p_session.declared_fields, '{}'))
    and gone.field_name = any (coalesce((
      /*use declared_before p_session*/
    ), '{}'))
$$;
