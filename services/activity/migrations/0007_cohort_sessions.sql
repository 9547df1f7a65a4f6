-- The gatherings of cohorts, for patrons' boards. One-to-ones are never here.
CREATE TABLE IF NOT EXISTS cohort_session (
  organisation BINARY(16) NOT NULL,
  session BINARY(16) NOT NULL,
  cohort BINARY(16) NOT NULL,
  kind TINYINT UNSIGNED NOT NULL,
  state TINYINT UNSIGNED NOT NULL,
  title VARCHAR(200) CHARACTER SET utf8mb4 NOT NULL,
  start_time DATETIME(6) NOT NULL,
  end_time DATETIME(6) NOT NULL,
  place VARCHAR(500) CHARACTER SET utf8mb4 NOT NULL,
  PRIMARY KEY (organisation, session),
  -- Those of a cohort that are planned and not over.
  KEY coming (organisation, cohort, state, end_time)
) ENGINE=InnoDB;
