-- undo_rules(ended)
-- The handlers of a block that ran code of others and raised at its end, so that all it did is undone. An
-- error of that code is raised anew with its message alone; its advisory locks would outlive the block.
when query_canceled then
  perform pg_advisory_unlock_all();
  raise exception 'it did not end in time' using errcode = 'PMLIM';
when others or assert_failure then
  perform pg_advisory_unlock_all();
  if not {ended} then
    raise exception '%', sqlerrm;
  end if;
