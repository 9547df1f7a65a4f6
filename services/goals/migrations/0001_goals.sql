-- Assessments and goals. Each row belongs to an enrolment and is reached through it, so the primary
-- keys lead with it: what one person's screen needs lies together, and no second index is wanted.
--
-- Personal columns are marked with how they are erased:
--   [row]    the row goes
--   [clear]  the column is emptied, the row stays and counts

-- Numbers of the rules where an organisation wants others than the domain's; NULL is the default.
CREATE TABLE IF NOT EXISTS organisation_settings (
  organisation BINARY(16) NOT NULL,
  max_open_goals SMALLINT UNSIGNED NULL,
  max_goal_days SMALLINT UNSIGNED NULL,
  max_step_minutes SMALLINT UNSIGNED NULL,
  suggestions SMALLINT UNSIGNED NULL,
  skilled_percent SMALLINT UNSIGNED NULL,
  sure_median DOUBLE NULL,
  unsure_median DOUBLE NULL,
  PRIMARY KEY (organisation)
) ENGINE=InnoDB;

-- One row an enrolment, locked by whoever changes how many goals or assessments it has, so that rules
-- on numbers hold when two requests come at once.
CREATE TABLE IF NOT EXISTS enrolment_guard (
  organisation BINARY(16) NOT NULL,
  enrolment BINARY(16) NOT NULL,
  PRIMARY KEY (organisation, enrolment)
) ENGINE=InnoDB;

-- Self-assessments; never changed. Ids ascend with time, so the key's order is that of submission.
CREATE TABLE IF NOT EXISTS assessment (
  organisation BINARY(16) NOT NULL,
  enrolment BINARY(16) NOT NULL,
  assessment BINARY(16) NOT NULL,
  kind TINYINT UNSIGNED NOT NULL,
  framework VARCHAR(80) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  experienced BOOLEAN NOT NULL,           -- [row]
  needs_encouragement BOOLEAN NOT NULL,   -- [row]
  submit_time DATETIME(6) NOT NULL,
  PRIMARY KEY (organisation, enrolment, assessment)
) ENGINE=InnoDB;

-- Their answers, in the order they were given.
CREATE TABLE IF NOT EXISTS assessment_answer (
  organisation BINARY(16) NOT NULL,
  enrolment BINARY(16) NOT NULL,
  assessment BINARY(16) NOT NULL,
  place SMALLINT UNSIGNED NOT NULL,
  task VARCHAR(80) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  can_do BOOLEAN NOT NULL,                -- [row]
  confidence TINYINT UNSIGNED NOT NULL,   -- [row]
  done_recently BOOLEAN NOT NULL,         -- [row]
  PRIMARY KEY (organisation, enrolment, assessment, place)
) ENGINE=InnoDB;

-- Goals. Ids ascend with time, so the key's order is that of beginning.
CREATE TABLE IF NOT EXISTS goal (
  organisation BINARY(16) NOT NULL,
  enrolment BINARY(16) NOT NULL,
  goal BINARY(16) NOT NULL,
  goal_template VARCHAR(80) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  goal_template_version INT NOT NULL,
  title VARCHAR(200) CHARACTER SET utf8mb4 NOT NULL,    -- [clear]
  setting TINYINT UNSIGNED NOT NULL,
  state TINYINT UNSIGNED NOT NULL,
  create_time DATETIME(6) NOT NULL,
  due_date DATE NOT NULL,
  end_time DATETIME(6) NULL,
  block_time DATETIME(6) NULL,
  reflection TEXT CHARACTER SET utf8mb4 NOT NULL,       -- [clear]
  version BIGINT NOT NULL,
  PRIMARY KEY (organisation, enrolment, goal),
  -- ListGoals of a state; how many are open
  KEY by_state (organisation, enrolment, state, goal)
) ENGINE=InnoDB;

-- Their steps, from 1.
CREATE TABLE IF NOT EXISTS goal_step (
  organisation BINARY(16) NOT NULL,
  enrolment BINARY(16) NOT NULL,
  goal BINARY(16) NOT NULL,
  step SMALLINT UNSIGNED NOT NULL,
  what VARCHAR(500) CHARACTER SET utf8mb4 NOT NULL,     -- [clear]
  minutes SMALLINT UNSIGNED NOT NULL,
  done_time DATETIME(6) NULL,
  PRIMARY KEY (organisation, enrolment, goal, step)
) ENGINE=InnoDB;

-- Who else read somebody's private data, a line for each day, reader and kind of data.
CREATE TABLE IF NOT EXISTS private_read (
  organisation BINARY(16) NOT NULL,
  enrolment BINARY(16) NOT NULL,
  read_day DATE NOT NULL,
  reader BINARY(16) NOT NULL,             -- [row]
  subject TINYINT UNSIGNED NOT NULL,
  times INT NOT NULL,
  last_time DATETIME(6) NOT NULL,
  PRIMARY KEY (organisation, enrolment, read_day, reader, subject)
) ENGINE=InnoDB;
