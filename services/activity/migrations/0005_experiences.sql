-- Experiences whole: who sees them, where they are on their way, how they are cheered.
ALTER TABLE experience
  ADD COLUMN IF NOT EXISTS audience TINYINT UNSIGNED NOT NULL DEFAULT 1,
  ADD COLUMN IF NOT EXISTS state TINYINT UNSIGNED NOT NULL DEFAULT 1,
  ADD COLUMN IF NOT EXISTS revision BIGINT NOT NULL DEFAULT 1,
  ADD COLUMN IF NOT EXISTS edit_time DATETIME(6) NULL,
  -- The coach who wrote it down for the participant.
  ADD COLUMN IF NOT EXISTS recorded_by BINARY(16) NULL,
  ADD COLUMN IF NOT EXISTS comments INT UNSIGNED NOT NULL DEFAULT 0,
  -- Cheers by kind; `cheers` is their sum.
  ADD COLUMN IF NOT EXISTS applause INT UNSIGNED NOT NULL DEFAULT 0,
  ADD COLUMN IF NOT EXISTS hearts INT UNSIGNED NOT NULL DEFAULT 0,
  ADD COLUMN IF NOT EXISTS inspired INT UNSIGNED NOT NULL DEFAULT 0,
  ADD COLUMN IF NOT EXISTS thanks INT UNSIGNED NOT NULL DEFAULT 0,
  -- Its first report since a coach last decided; NULL while there is none.
  ADD COLUMN IF NOT EXISTS reported_at DATETIME(6) NULL,
  ADD COLUMN IF NOT EXISTS removal_reason VARCHAR(1000) CHARACTER SET utf8mb4 NOT NULL DEFAULT '',
  -- An author's own, newest first.
  ADD KEY IF NOT EXISTS by_author (organisation, enrolment, experience),
  -- What coaches are asked to look at, the longest waiting first.
  ADD KEY IF NOT EXISTS reported (organisation, cohort, reported_at, experience);
UPDATE experience SET applause = cheers WHERE applause = 0;
ALTER TABLE cheer
  ADD COLUMN IF NOT EXISTS kind TINYINT UNSIGNED NOT NULL DEFAULT 1,
  ADD COLUMN IF NOT EXISTS create_time DATETIME(6) NOT NULL DEFAULT '2026-11-24 00:00:00';

-- In the order they are read.
CREATE TABLE IF NOT EXISTS experience_comment (
  organisation BINARY(16) NOT NULL,
  experience BINARY(16) NOT NULL,
  comment BINARY(16) NOT NULL,
  staff BINARY(16) NOT NULL,
  body VARCHAR(1000) CHARACTER SET utf8mb4 NOT NULL,
  create_time DATETIME(6) NOT NULL,
  edit_time DATETIME(6) NULL,
  revision BIGINT NOT NULL,
  PRIMARY KEY (organisation, experience, comment)
) ENGINE=InnoDB;

-- How many comments somebody wrote in the minute that began with `window_start`.
CREATE TABLE IF NOT EXISTS comment_pace (
  organisation BINARY(16) NOT NULL,
  staff BINARY(16) NOT NULL,
  window_start DATETIME(6) NOT NULL,
  comments INT NOT NULL,
  PRIMARY KEY (organisation, staff)
) ENGINE=InnoDB;

-- Once a person. `settled` when a coach has decided since.
CREATE TABLE IF NOT EXISTS experience_report (
  organisation BINARY(16) NOT NULL,
  experience BINARY(16) NOT NULL,
  staff BINARY(16) NOT NULL,
  reason VARCHAR(1000) CHARACTER SET utf8mb4 NOT NULL,
  create_time DATETIME(6) NOT NULL,
  settled BOOL NOT NULL,
  PRIMARY KEY (organisation, experience, staff)
) ENGINE=InnoDB;

-- What people are called who comment: also patrons and coaches, of whom the roster has ids only.
CREATE TABLE IF NOT EXISTS staff_name (
  organisation BINARY(16) NOT NULL,
  staff BINARY(16) NOT NULL,
  display_name VARCHAR(255) CHARACTER SET utf8mb4 NOT NULL,
  version BIGINT NOT NULL,
  PRIMARY KEY (organisation, staff)
) ENGINE=InnoDB;

-- How many changes a cohort has had. Locked by each from its change to its commit, so that positions
-- are dense and in the order of commits: who saw one has seen all before it.
CREATE TABLE IF NOT EXISTS cohort_feed (
  organisation BINARY(16) NOT NULL,
  cohort BINARY(16) NOT NULL,
  last_position BIGINT NOT NULL,
  PRIMARY KEY (organisation, cohort)
) ENGINE=InnoDB;

-- The last of those changes. `kind`: 1 an experience, 2 its cheers, 3 a comment, 4 who belongs to the
-- cohort. `audience_before` is who saw the experience before, 0 for nobody.
CREATE TABLE IF NOT EXISTS cohort_change (
  organisation BINARY(16) NOT NULL,
  cohort BINARY(16) NOT NULL,
  position BIGINT NOT NULL,
  kind TINYINT UNSIGNED NOT NULL,
  experience BINARY(16) NULL,
  comment BINARY(16) NULL,
  audience_before TINYINT UNSIGNED NOT NULL,
  PRIMARY KEY (organisation, cohort, position)
) ENGINE=InnoDB;
