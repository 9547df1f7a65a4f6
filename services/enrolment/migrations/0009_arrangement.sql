-- What was arranged for one person beside what they agreed to. preferred_days: a bit a day, Monday the lowest. The
-- blend and the balance are NULL where the cohort's hold.
-- Personal: preferred_days.
ALTER TABLE enrolment
  ADD COLUMN preferred_days TINYINT UNSIGNED NOT NULL DEFAULT 0,
  ADD COLUMN blend_workshop INT NULL,
  ADD COLUMN blend_conversation INT NULL,
  ADD COLUMN blend_one_to_one INT NULL,
  ADD COLUMN blend_online INT NULL,
  ADD COLUMN balance_target DOUBLE NULL,
  ADD COLUMN balance_tolerance DOUBLE NULL;

-- How it came about: what held before (NULL where they agreed for the first time) and since, the cohort's numbers filled
-- in. version is the enrolment's since that change. changed_as: ChangedAs.
-- Personal: from_days, to_days.
CREATE TABLE arrangement_change (
  organisation BINARY(16) NOT NULL,
  enrolment BINARY(16) NOT NULL,
  version BIGINT NOT NULL,
  change_time DATETIME(6) NOT NULL,
  changed_by BINARY(16) NOT NULL,
  changed_as TINYINT UNSIGNED NOT NULL,
  from_minutes INT NULL,
  from_sessions INT NULL,
  from_days TINYINT UNSIGNED NULL,
  from_workshop INT NULL,
  from_conversation INT NULL,
  from_one_to_one INT NULL,
  from_online INT NULL,
  from_target DOUBLE NULL,
  from_tolerance DOUBLE NULL,
  to_minutes INT NOT NULL,
  to_sessions INT NOT NULL,
  to_days TINYINT UNSIGNED NOT NULL,
  to_workshop INT NOT NULL,
  to_conversation INT NOT NULL,
  to_one_to_one INT NOT NULL,
  to_online INT NOT NULL,
  to_target DOUBLE NOT NULL,
  to_tolerance DOUBLE NOT NULL,
  -- ListArrangementChanges, newest first.
  PRIMARY KEY (organisation, enrolment, version)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
