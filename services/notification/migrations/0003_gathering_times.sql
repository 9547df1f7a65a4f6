-- Reminders, catch-ups and agendas.

ALTER TABLE organisation_settings
  -- how long before a gathering its people are reminded; at most a week, which is how far the job looks
  ADD COLUMN reminder_hours SMALLINT UNSIGNED NULL,
  -- how long after a kick-off who was not there is offered a catch-up, and for how many days
  ADD COLUMN catch_up_after_hours SMALLINT UNSIGNED NULL,
  ADD COLUMN catch_up_days SMALLINT UNSIGNED NULL,
  ADD CONSTRAINT reminder_hours_limit CHECK (reminder_hours BETWEEN 1 AND 168),
  ADD CONSTRAINT catch_up_days_limit CHECK (catch_up_days BETWEEN 1 AND 60);

ALTER TABLE gathering
  ADD COLUMN agenda TEXT CHARACTER SET utf8mb4 NOT NULL DEFAULT '',
  -- the sequence whose people were reminded
  ADD COLUMN reminded_sequence INT NULL,
  -- those to come of a cohort that somebody joins or leaves, of any kind
  DROP KEY by_cohort,
  ADD KEY by_cohort (organisation, cohort, start_time),
  -- what is soon, or was lately, over all organisations
  ADD KEY by_start (state, start_time);

-- What somebody said to a gathering, and whether they were there, as the enrolment service's events tell.
CREATE TABLE IF NOT EXISTS gathering_person (
  organisation BINARY(16) NOT NULL,
  session BINARY(16) NOT NULL,
  enrolment BINARY(16) NOT NULL,
  answer TINYINT UNSIGNED NOT NULL DEFAULT 0,   -- [row]
  attended BOOLEAN NOT NULL DEFAULT FALSE,      -- [row]
  PRIMARY KEY (organisation, session, enrolment),
  KEY by_enrolment (organisation, enrolment)
) ENGINE=InnoDB;
