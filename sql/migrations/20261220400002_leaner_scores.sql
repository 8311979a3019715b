-- Scores are kept once: their reasons are in lead_scores while they are of now, and come into the history when
-- the score changes. Indexes that no question needs are dropped: a tier is a range of totals.

drop index county.lead_scores_as_of, county.lead_scores_version, county.lead_scores_tier_id;
alter table county.lead_scores set (toast_tuple_target = 8160);
alter table county.lead_score_history alter reasons drop not null;
comment on column county.lead_score_history.reasons is
  'Null of the last one while it is the score of now: they are in lead_scores, and come here when it changes.';
alter table property_manager.scoring add version integer references county.score_versions;
comment on table property_manager.tier_changes is
  'Leads that moved from one tier to another, a row a move. A first score is one where it is in tier A.';
