-- name: find_alerts
-- Looks for alerts of every kind whose turn it is.
select api.find_alerts();

-- name: worker_failed
-- A worker ($1) ends by an error ($2), and what to do about it ($3).
select api.worker_failed($1, $2, $3);

-- name: compose_alerts
-- Puts what is untold by channels ($1) into messages, so many seconds after the last ones ($2), ends too
-- ($3), without some kinds ($4).
select api.compose_alerts($1, $2, $3, $4);

-- name: take_alert
-- Takes the next message of channels ($1) for so many seconds ($2), also before its time ($3), but for those
-- that were tried ($4).
select api.take_alert($1, $2, $3, $4);

-- name: alert_sent
-- A message ($1) was delivered; to whom it was not ($2).
select api.alert_sent($1, $2);

-- name: alert_failed
-- An attempt ($2) to deliver a message ($1) failed, why ($3), and for how long its receiver wants to be left
-- alone ($4: seconds).
select api.alert_failed($1, $2, $3, $4);

-- name: alerts
-- Alerts of a source ($1: or all), with those that ended ($2), at most $3.
select * from api.alerts($1, $2, $3);

-- name: alert_messages
-- The last messages, at most $1.
select * from api.alert_messages($1);

-- name: alert_kinds
-- The kinds of alerts and how many of each are open.
select * from api.alert_kinds();
