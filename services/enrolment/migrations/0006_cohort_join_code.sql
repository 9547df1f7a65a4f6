-- The code with which staff apply without knowing the cohort's name; NULL while there is none. Wrong tries are counted
-- in join_code_try with the organisation's id in place of a session's.
ALTER TABLE cohort
  ADD COLUMN IF NOT EXISTS join_code VARCHAR(16) COLLATE utf8mb4_bin NULL,
  -- One cohort a code; JoinCohort finds it.
  ADD UNIQUE KEY IF NOT EXISTS cohort_by_join_code (organisation, join_code);
