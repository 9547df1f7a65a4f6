-- capacity: 0 is no limit. participant: the enrolment of a ONE_TO_ONE, and NULL for others. update_time: when a coach
-- planned or changed it last.
ALTER TABLE session
  ADD COLUMN capacity INT NOT NULL DEFAULT 0,
  ADD COLUMN participant BINARY(16) NULL,
  ADD COLUMN cancel_reason VARCHAR(500) NOT NULL DEFAULT '',
  ADD COLUMN update_time DATETIME(6) NOT NULL DEFAULT '2026-01-01 00:00:00';

-- The last answer of a participant: SessionAnswer. sequence is the session's when they gave it. Who has a place is
-- counted under the cohort's lock.
CREATE TABLE session_response (
  organisation BINARY(16) NOT NULL,
  session BINARY(16) NOT NULL,
  enrolment BINARY(16) NOT NULL,
  answer TINYINT UNSIGNED NOT NULL,
  answer_time DATETIME(6) NOT NULL,
  sequence INT NOT NULL,
  PRIMARY KEY (organisation, session, enrolment)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

ALTER TABLE attendance
  -- Whether somebody was at another start, when an attendance is removed.
  ADD KEY attendance_by_enrolment (organisation, enrolment, session);

ALTER TABLE organisation_settings
  ADD COLUMN catch_up_working_days INT NOT NULL DEFAULT 10,
  ADD COLUMN calendar_feeds INT NOT NULL DEFAULT 10;
