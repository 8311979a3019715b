-- name: take_page
-- Takes a page of a source's ($1) budget of today in a time zone ($2), at most $3; false when none is left.
select api.take_page($1, $2, $3);

-- name: judge_session
-- What speaks against the rows of an open session ($1) whose crawl has the verdict $2.
select code, sentence from api.judge_session($1, $2);

-- name: pause_source
-- Pauses a source ($1), after a session ($2), why ($3), with a page's file ($4), for at least $5 seconds; who
-- pauses it ($6), for how many hours ($7), if a person does.
select api.pause_source($1, $2, $3, $4, $5, $6, $7);

-- name: resume_source
-- Ends the pause of a source ($1); who ($2).
select api.resume_source($1, $2);

-- name: paused_sources
-- The sources ($1: or one) that are paused now.
select * from api.paused_sources($1);
