-- Locked by who folds or rewrites history, or decides by it. A table, because every role may take an advisory lock, and
-- keep it.
create table property_manager.history_lock ();
comment on table property_manager.history_lock is 'Empty: held locked while history is folded, rewritten or decided by.';
