-- A version of the scores is never taken away, so no score need look for its own: it cost as much as the score.
alter table county.lead_scores drop constraint lead_scores_score_version_fkey;
