-- Barriers, and who says so. Personal columns are marked with how they are erased:
--   [row]    the row goes
--   [clear]  the column is emptied, the row stays and counts

-- Numbers of the rules where an organisation wants others than the domain's; NULL is the default.
CREATE TABLE IF NOT EXISTS barrier_settings (
  organisation BINARY(16) NOT NULL,
  corroborated_people SMALLINT UNSIGNED NULL,
  smallest_count SMALLINT UNSIGNED NULL,
  evidence_months SMALLINT UNSIGNED NULL,
  evidence_tools SMALLINT UNSIGNED NULL,
  PRIMARY KEY (organisation)
) ENGINE=InnoDB;

-- The row is the aggregate's lock: whatever changes a barrier, its reports or goals locks it first.
-- Ids ascend with time, so the key read backwards is newest first.
CREATE TABLE IF NOT EXISTS barrier (
  organisation BINARY(16) NOT NULL,
  barrier BINARY(16) NOT NULL,
  category TINYINT UNSIGNED NOT NULL,
  tool VARCHAR(80) CHARACTER SET utf8mb4 NOT NULL,
  tool_key VARCHAR(80) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  -- tool_key while it is open, NULL afterwards: so that there is one open barrier a category and tool.
  open_key VARCHAR(80) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL,
  state TINYINT UNSIGNED NOT NULL,
  people INT UNSIGNED NOT NULL,
  ticket VARCHAR(80) CHARACTER SET utf8mb4 NOT NULL,
  reason VARCHAR(1000) CHARACTER SET utf8mb4 NOT NULL,
  create_time DATETIME(6) NOT NULL,
  state_time DATETIME(6) NOT NULL,
  end_time DATETIME(6) NULL,
  merged_into BINARY(16) NULL,
  version BIGINT NOT NULL,
  PRIMARY KEY (organisation, barrier),
  -- One open; likely duplicates of what somebody types.
  UNIQUE KEY one_open (organisation, category, open_key),
  -- Lists by state and by tool.
  KEY by_state (organisation, state, barrier),
  KEY by_tool (organisation, tool_key, barrier),
  -- What went into a barrier that now goes into another one.
  KEY by_merged (organisation, merged_into)
) ENGINE=InnoDB;

-- One a person and barrier, whoever told it. `enrolment` is the one it was first told with.
CREATE TABLE IF NOT EXISTS barrier_report (
  organisation BINARY(16) NOT NULL,
  barrier BINARY(16) NOT NULL,
  staff BINARY(16) NOT NULL,                                -- [clear]: a random id takes its place
  enrolment BINARY(16) NOT NULL,                            -- [clear]: likewise
  tried VARCHAR(2000) CHARACTER SET utf8mb4 NOT NULL,       -- [clear]
  minutes_lost INT UNSIGNED NOT NULL,
  check_in BINARY(16) NULL,                                 -- [clear]
  by_coach BOOL NOT NULL,
  create_time DATETIME(6) NOT NULL,
  PRIMARY KEY (organisation, barrier, staff)
) ENGINE=InnoDB;

-- The goals that a barrier blocks.
CREATE TABLE IF NOT EXISTS barrier_goal (
  organisation BINARY(16) NOT NULL,
  barrier BINARY(16) NOT NULL,
  enrolment BINARY(16) NOT NULL,                            -- [clear]: as in barrier_report
  goal BINARY(16) NOT NULL,
  create_time DATETIME(6) NOT NULL,
  PRIMARY KEY (organisation, barrier, enrolment, goal)
) ENGINE=InnoDB;

-- Its way: a row a step, from 1. `changed_by` is a coach or administrator; NULL where reports did it,
-- since who reported is nobody else's to know.
CREATE TABLE IF NOT EXISTS barrier_change (
  organisation BINARY(16) NOT NULL,
  barrier BINARY(16) NOT NULL,
  number INT UNSIGNED NOT NULL,
  state TINYINT UNSIGNED NOT NULL,
  change_time DATETIME(6) NOT NULL,
  changed_by BINARY(16) NULL,
  reason VARCHAR(1000) CHARACTER SET utf8mb4 NOT NULL,
  ticket VARCHAR(80) CHARACTER SET utf8mb4 NOT NULL,
  other_barrier BINARY(16) NULL,
  PRIMARY KEY (organisation, barrier, number)
) ENGINE=InnoDB;

-- The barrier that came of a check-in's answer.
ALTER TABLE check_in ADD COLUMN IF NOT EXISTS barrier BINARY(16) NULL;
