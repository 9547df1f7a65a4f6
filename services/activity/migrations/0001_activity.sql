-- What was done, with minutes. One tree: the key is the order in which everything reads it (progress,
-- lists), so that a write costs one insert and no index beside.
CREATE TABLE IF NOT EXISTS activity (
  organisation BINARY(16) NOT NULL,
  enrolment BINARY(16) NOT NULL,
  activity_time DATETIME(6) NOT NULL,
  activity BINARY(16) NOT NULL,
  kind TINYINT UNSIGNED NOT NULL,
  setting TINYINT UNSIGNED NOT NULL,
  minutes SMALLINT UNSIGNED NOT NULL,
  visibility TINYINT UNSIGNED NOT NULL,
  goal BINARY(16) NULL,
  link VARCHAR(2000) CHARACTER SET utf8mb4 NOT NULL,
  note VARCHAR(2000) CHARACTER SET utf8mb4 NOT NULL,
  create_time DATETIME(6) NOT NULL,
  PRIMARY KEY (organisation, enrolment, activity_time, activity)
) ENGINE=InnoDB;

-- Contributions that are no activities, so have no minutes: experiences, steps of goals, assessments,
-- answers. `source` is the id of what it was; `part` tells several of one source apart (a goal's steps).
CREATE TABLE IF NOT EXISTS contribution (
  organisation BINARY(16) NOT NULL,
  enrolment BINARY(16) NOT NULL,
  contribution_time DATETIME(6) NOT NULL,
  source BINARY(16) NOT NULL,
  part INT NOT NULL,
  kind TINYINT UNSIGNED NOT NULL,
  PRIMARY KEY (organisation, enrolment, contribution_time, source, part)
) ENGINE=InnoDB;

-- How an enrolment stands: what the hot path and the sweep need of it in one row, kept by the
-- enrolment's events (version 0: none has come yet), its contributions and the sweep.
CREATE TABLE IF NOT EXISTS participation (
  organisation BINARY(16) NOT NULL,
  enrolment BINARY(16) NOT NULL,
  version BIGINT NOT NULL,
  cohort BINARY(16) NOT NULL,
  participant BINARY(16) NOT NULL,
  state TINYINT UNSIGNED NOT NULL,
  time_zone VARCHAR(64) CHARACTER SET utf8mb4 NOT NULL,
  -- First heard of as taking part, and first active.
  joined_at DATETIME(6) NULL,
  activated_at DATETIME(6) NULL,
  -- When they last did or told of something; of several on one day any one.
  last_contribution_at DATETIME(6) NULL,
  -- From when silence counts: the later of the two above; NULL before the start.
  silent_since DATETIME(6) NULL,
  -- The rung reached in the present spell of silence; no spell below the first.
  rung TINYINT UNSIGNED NOT NULL,
  spell BINARY(16) NULL,
  -- Every clock stands still now: paused, or every open goal blocked.
  paused BOOL NOT NULL,
  blocked BOOL NOT NULL,
  -- A patron was asked for a word of welcome (lesson 6).
  welcomed BOOL NOT NULL,
  PRIMARY KEY (organisation, enrolment),
  -- The sweep finds whom a rung may be due for, and nobody else.
  KEY silence (organisation, state, rung, silent_since)
) ENGINE=InnoDB;

-- When the clocks stood still. `cause` is 1 for a pause, 2 for every open goal blocked.
CREATE TABLE IF NOT EXISTS standstill (
  organisation BINARY(16) NOT NULL,
  enrolment BINARY(16) NOT NULL,
  cause TINYINT UNSIGNED NOT NULL,
  start_time DATETIME(6) NOT NULL,
  end_time DATETIME(6) NULL,
  PRIMARY KEY (organisation, enrolment, cause, start_time)
) ENGINE=InnoDB;

-- The goals of an enrolment, for "every open goal is blocked".
CREATE TABLE IF NOT EXISTS goal_state (
  organisation BINARY(16) NOT NULL,
  enrolment BINARY(16) NOT NULL,
  goal BINARY(16) NOT NULL,
  state TINYINT UNSIGNED NOT NULL,
  version BIGINT NOT NULL,
  PRIMARY KEY (organisation, enrolment, goal)
) ENGINE=InnoDB;

CREATE TABLE IF NOT EXISTS check_in (
  organisation BINARY(16) NOT NULL,
  enrolment BINARY(16) NOT NULL,
  check_in BINARY(16) NOT NULL,
  spell BINARY(16) NOT NULL,
  create_time DATETIME(6) NOT NULL,
  answer TINYINT UNSIGNED NOT NULL,
  answer_time DATETIME(6) NULL,
  busy_until_time DATETIME(6) NULL,
  PRIMARY KEY (organisation, enrolment, check_in)
) ENGINE=InnoDB;

-- `open` is 1 while the entry is open or snoozed and NULL afterwards, so that the unique key lets one
-- a person be open and any number be settled.
CREATE TABLE IF NOT EXISTS patron_queue_entry (
  organisation BINARY(16) NOT NULL,
  entry BINARY(16) NOT NULL,
  enrolment BINARY(16) NOT NULL,
  patron BINARY(16) NULL,
  reason TINYINT UNSIGNED NOT NULL,
  outcome TINYINT UNSIGNED NOT NULL,
  open TINYINT UNSIGNED NULL,
  create_time DATETIME(6) NOT NULL,
  due_day DATE NOT NULL,
  close_time DATETIME(6) NULL,
  PRIMARY KEY (organisation, entry),
  UNIQUE KEY one_open (organisation, enrolment, open),
  -- A patron's queue, oldest first.
  KEY queue (organisation, patron, open, outcome, create_time, entry),
  -- What moves on by itself today.
  KEY due (organisation, open, due_day)
) ENGINE=InnoDB;

-- Newest first by id, which ascends with time.
CREATE TABLE IF NOT EXISTS experience (
  organisation BINARY(16) NOT NULL,
  cohort BINARY(16) NOT NULL,
  experience BINARY(16) NOT NULL,
  enrolment BINARY(16) NOT NULL,
  body VARCHAR(5000) CHARACTER SET utf8mb4 NOT NULL,
  link VARCHAR(2000) CHARACTER SET utf8mb4 NOT NULL,
  moment TINYINT UNSIGNED NOT NULL,
  create_time DATETIME(6) NOT NULL,
  cheers INT UNSIGNED NOT NULL,
  PRIMARY KEY (organisation, cohort, experience)
) ENGINE=InnoDB;

CREATE TABLE IF NOT EXISTS cheer (
  organisation BINARY(16) NOT NULL,
  experience BINARY(16) NOT NULL,
  staff BINARY(16) NOT NULL,
  PRIMARY KEY (organisation, experience, staff)
) ENGINE=InnoDB;

-- The organisations there are, and the last working day swept in each.
CREATE TABLE IF NOT EXISTS sweep_day (
  organisation BINARY(16) NOT NULL,
  time_zone VARCHAR(64) CHARACTER SET utf8mb4 NOT NULL,
  swept_day DATE NULL,
  PRIMARY KEY (organisation)
) ENGINE=InnoDB;

-- Who else read somebody's private data, a line for each day, reader and kind of data (1 activities,
-- 2 progress).
CREATE TABLE IF NOT EXISTS private_read (
  organisation BINARY(16) NOT NULL,
  enrolment BINARY(16) NOT NULL,
  read_day DATE NOT NULL,
  reader BINARY(16) NOT NULL,
  subject TINYINT UNSIGNED NOT NULL,
  times INT NOT NULL,
  last_time DATETIME(6) NOT NULL,
  PRIMARY KEY (organisation, enrolment, read_day, reader, subject)
) ENGINE=InnoDB;
