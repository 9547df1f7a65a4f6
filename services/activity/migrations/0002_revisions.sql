-- What an activity said until it was corrected or deleted: `change_kind` says which, as
-- dap.activity.v1.ActivityChange does. Its own columns are those of `activity`.
CREATE TABLE IF NOT EXISTS activity_revision (
  organisation BINARY(16) NOT NULL,
  enrolment BINARY(16) NOT NULL,
  activity BINARY(16) NOT NULL,
  -- From 1.
  revision INT UNSIGNED NOT NULL,
  activity_time DATETIME(6) NOT NULL,
  kind TINYINT UNSIGNED NOT NULL,
  setting TINYINT UNSIGNED NOT NULL,
  minutes SMALLINT UNSIGNED NOT NULL,
  visibility TINYINT UNSIGNED NOT NULL,
  goal BINARY(16) NULL,
  link VARCHAR(2000) CHARACTER SET utf8mb4 NOT NULL,
  note VARCHAR(2000) CHARACTER SET utf8mb4 NOT NULL,
  create_time DATETIME(6) NOT NULL,
  change_kind TINYINT UNSIGNED NOT NULL,
  change_time DATETIME(6) NOT NULL,
  PRIMARY KEY (organisation, enrolment, activity, revision)
) ENGINE=InnoDB;

-- Raised whenever an activity of the organisation is deleted, because silence may then count from
-- earlier. A writer that knows an enrolment from before looks again before it leaves the row as it is.
CREATE TABLE IF NOT EXISTS silence_epoch (
  organisation BINARY(16) NOT NULL,
  epoch BIGINT NOT NULL,
  PRIMARY KEY (organisation)
) ENGINE=InnoDB;
