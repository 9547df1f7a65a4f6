-- The enrolment service's roster entries, as its events tell of them. Coaches are ids of 16 bytes, one
-- after the other: they are only ever read with the entry, and change with its version.
CREATE TABLE IF NOT EXISTS roster_entry (
  organisation BINARY(16) NOT NULL,
  enrolment BINARY(16) NOT NULL,
  cohort BINARY(16) NOT NULL,
  participant BINARY(16) NOT NULL,
  participant_display_name VARCHAR(255) CHARACTER SET utf8mb4 NOT NULL,
  patron BINARY(16) NULL,
  coaches BLOB NOT NULL,
  state TINYINT UNSIGNED NOT NULL,
  minutes_per_week INT NOT NULL,
  sessions_per_week INT NOT NULL,
  balance_target DOUBLE NOT NULL,
  balance_tolerance DOUBLE NOT NULL,
  time_zone VARCHAR(64) CHARACTER SET utf8mb4 NOT NULL,
  activate_time DATETIME(6) NULL,
  pause_until_time DATETIME(6) NULL,
  version BIGINT NOT NULL,
  cohort_title VARCHAR(255) CHARACTER SET utf8mb4 NOT NULL,
  pause_reason TINYINT UNSIGNED NOT NULL,
  way_in TINYINT UNSIGNED NOT NULL,
  PRIMARY KEY (organisation, enrolment),
  -- ListByCohort
  KEY by_cohort (organisation, cohort, enrolment),
  -- ListByParticipant
  KEY by_participant (organisation, participant, enrolment),
  -- ListByPatron
  KEY by_patron (organisation, patron, enrolment)
) ENGINE=InnoDB;
