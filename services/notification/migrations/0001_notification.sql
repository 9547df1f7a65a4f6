-- What people are told, and what is known of them for it.
--
-- Personal columns are marked with how they are erased:
--   [row]    the row goes
--   [clear]  the column is emptied, the row stays and counts

-- Numbers of the rules where an organisation wants others than the domain's; NULL is the default.
CREATE TABLE IF NOT EXISTS organisation_settings (
  organisation BINARY(16) NOT NULL,
  per_day SMALLINT UNSIGNED NULL,
  per_week SMALLINT UNSIGNED NULL,
  per_month SMALLINT UNSIGNED NULL,
  window_opens_minute SMALLINT UNSIGNED NULL,
  window_closes_minute SMALLINT UNSIGNED NULL,
  nudge_lifetime_hours SMALLINT UNSIGNED NULL,
  PRIMARY KEY (organisation)
) ENGINE=InnoDB;

-- Organisations, as the enrolment service's events tell of them.
CREATE TABLE IF NOT EXISTS organisation (
  organisation BINARY(16) NOT NULL,
  time_zone VARCHAR(64) CHARACTER SET utf8mb4 NOT NULL,
  PRIMARY KEY (organisation)
) ENGINE=InnoDB;

-- Members of staff, as the enrolment service's events tell of them. A sender locks the recipient's
-- row while it decides, so that two messages to one person cannot both take the last of the budget.
CREATE TABLE IF NOT EXISTS contact (
  organisation BINARY(16) NOT NULL,
  staff BINARY(16) NOT NULL,
  display_name VARCHAR(255) CHARACTER SET utf8mb4 NOT NULL,   -- [clear]
  email VARCHAR(320) CHARACTER SET utf8mb4 NOT NULL,          -- [clear]
  state TINYINT UNSIGNED NOT NULL,
  version BIGINT NOT NULL,
  PRIMARY KEY (organisation, staff)
) ENGINE=InnoDB;

-- How people want to be told things; no row is the default.
CREATE TABLE IF NOT EXISTS preferences (
  organisation BINARY(16) NOT NULL,
  staff BINARY(16) NOT NULL,
  email BOOLEAN NOT NULL,          -- [row]
  no_nudges BOOLEAN NOT NULL,      -- [row]
  change_time DATETIME(6) NOT NULL,
  PRIMARY KEY (organisation, staff)
) ENGINE=InnoDB;

-- Gatherings to come, as the enrolment service's events tell of them.
CREATE TABLE IF NOT EXISTS gathering (
  organisation BINARY(16) NOT NULL,
  session BINARY(16) NOT NULL,
  cohort BINARY(16) NOT NULL,
  kind TINYINT UNSIGNED NOT NULL,
  state TINYINT UNSIGNED NOT NULL,
  title VARCHAR(255) CHARACTER SET utf8mb4 NOT NULL,
  start_time DATETIME(6) NOT NULL,
  place VARCHAR(500) CHARACTER SET utf8mb4 NOT NULL,
  link VARCHAR(2000) CHARACTER SET utf8mb4 NOT NULL,
  sequence INT NOT NULL,
  PRIMARY KEY (organisation, session),
  -- the kick-offs of a cohort that somebody joins
  KEY by_cohort (organisation, cohort, kind, start_time)
) ENGINE=InnoDB;

-- Messages, all of them: sent, waiting and never sent. Ids ascend with time, so the key's order is
-- that of a person's inbox.
CREATE TABLE IF NOT EXISTS message (
  organisation BINARY(16) NOT NULL,
  recipient BINARY(16) NOT NULL,
  message BINARY(16) NOT NULL,
  kind TINYINT UNSIGNED NOT NULL,
  cause BINARY(16) NOT NULL,
  cause_version BIGINT NOT NULL,
  matter BINARY(16) NOT NULL,
  enrolment BINARY(16) NOT NULL,
  about VARCHAR(255) CHARACTER SET utf8mb4 NOT NULL,
  subject VARCHAR(600) CHARACTER SET utf8mb4 NOT NULL,   -- [clear]
  body TEXT CHARACTER SET utf8mb4 NOT NULL,              -- [clear]
  why VARCHAR(1000) CHARACTER SET utf8mb4 NOT NULL,      -- [clear]
  create_time DATETIME(6) NOT NULL,
  expire_time DATETIME(6) NULL,
  outcome TINYINT UNSIGNED NOT NULL,
  outcome_reason VARCHAR(40) CHARACTER SET utf8mb4 NOT NULL,
  due_time DATETIME(6) NULL,
  settle_time DATETIME(6) NULL,
  send_time DATETIME(6) NULL,
  read_time DATETIME(6) NULL,                            -- [clear]
  PRIMARY KEY (organisation, recipient, message),
  -- exactly one for each cause; also a recipient's messages of a kind
  UNIQUE KEY one_a_cause (organisation, recipient, kind, cause, cause_version),
  -- a person's inbox without what was not sent
  KEY by_outcome (organisation, recipient, outcome, message),
  -- the budget: what was sent to a person of late
  KEY by_send (organisation, recipient, send_time),
  -- what a settled matter settles
  KEY by_matter (organisation, matter),
  -- what is to be looked at now, over all organisations; NULL where nothing is
  KEY by_due (due_time)
) ENGINE=InnoDB;

-- E-mails of messages that were sent. The address is not kept here: it is the contact's, when the
-- mail goes.
CREATE TABLE IF NOT EXISTS mail (
  organisation BINARY(16) NOT NULL,
  recipient BINARY(16) NOT NULL,
  message BINARY(16) NOT NULL,
  state TINYINT UNSIGNED NOT NULL,   -- 0 queued, 1 sent, 2 given up
  reason VARCHAR(40) CHARACTER SET utf8mb4 NOT NULL,
  attempts INT NOT NULL,
  create_time DATETIME(6) NOT NULL,
  due_time DATETIME(6) NULL,
  end_time DATETIME(6) NULL,
  PRIMARY KEY (organisation, recipient, message),
  -- what is to go now, over all organisations; NULL where nothing is
  KEY by_due (due_time)
) ENGINE=InnoDB;
