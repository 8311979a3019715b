-- quality_score(completeness, flagged)
-- The validation score of one row without errors: 0.4 × completeness + 0.4, and 0.2 without warnings or 0.1
-- with.
0.4 * {completeness} + 0.4 + case when {flagged} then 0.1 else 0.2 end
