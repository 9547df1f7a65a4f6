-- The HR sync. What was last applied to a person or team, as a digest of the record: the same record again is known
-- without comparing its fields.
ALTER TABLE team ADD COLUMN IF NOT EXISTS hr_digest BINARY(16) NULL;
ALTER TABLE staff_member ADD COLUMN IF NOT EXISTS hr_digest BINARY(16) NULL;

-- One row an organisation: its numbers for the sync, and the run that is being applied. Its lock is held by every
-- step of applying, so that runs of one organisation are applied one after the other.
CREATE TABLE IF NOT EXISTS sync_organisation (
  organisation BINARY(16) NOT NULL,
  applying_run BINARY(16) NULL,
  guard_people INT NOT NULL,
  guard_percent INT NOT NULL,
  plan_hours INT NOT NULL,
  suspended_days INT NOT NULL,
  PRIMARY KEY (organisation)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- generation counts the beginnings and ends of applying: records compared in an earlier one are stale.
CREATE TABLE IF NOT EXISTS sync_source (
  organisation BINARY(16) NOT NULL,
  source VARCHAR(64) COLLATE utf8mb4_bin NOT NULL,
  generation BIGINT NOT NULL,
  PRIMARY KEY (organisation, source)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- state: SyncRunState, and 6 while it is being applied. received is the watermark, checksum_state the SHA-256 of the
-- external ids so far. refusals: one bit a reason. phase and phase_after: how far applying is.
-- records_kept: it still has rows in sync_record.
CREATE TABLE IF NOT EXISTS sync_run (
  organisation BINARY(16) NOT NULL,
  sync_run BINARY(16) NOT NULL,
  source VARCHAR(64) COLLATE utf8mb4_bin NOT NULL,
  mode TINYINT UNSIGNED NOT NULL,
  state TINYINT UNSIGNED NOT NULL,
  generation BIGINT NOT NULL,
  expected_count BIGINT NOT NULL,
  received BIGINT NOT NULL,
  received_teams BIGINT NOT NULL,
  rejected_early BIGINT NOT NULL,
  checksum_state VARBINARY(128) NOT NULL,
  end_count BIGINT NOT NULL,
  refusals INT NOT NULL,
  active_people BIGINT NOT NULL,
  created BIGINT NOT NULL,
  updated BIGINT NOT NULL,
  touched BIGINT NOT NULL,
  unchanged BIGINT NOT NULL,
  suspended BIGINT NOT NULL,
  returned BIGINT NOT NULL,
  rejected BIGINT NOT NULL,
  told_left BIGINT NOT NULL,
  phase TINYINT UNSIGNED NOT NULL,
  phase_after VARCHAR(128) COLLATE utf8mb4_bin NOT NULL,
  create_time DATETIME(6) NOT NULL,
  expire_time DATETIME(6) NULL,
  apply_time DATETIME(6) NULL,
  approver VARCHAR(128) NULL,
  approve_reason VARCHAR(500) NULL,
  approve_time DATETIME(6) NULL,
  records_kept BOOLEAN NOT NULL,
  PRIMARY KEY (organisation, sync_run),
  -- The job that finishes and expires runs and drops their records, over all organisations.
  KEY sync_run_by_records (records_kept, state, create_time)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- The records of runs that are not over, by external id: what a full snapshot has not, and whom a reference means, are
-- look-ups by the primary key. target is the id of the person or team, also of one to be made. verdict and reason are
-- the numbers of domain/staff_sync.h. claim: an address they want and do not hold; releases: they give theirs up.
-- A record that is the same as held has only its key here. Personal: all; dropped once the run is over.
CREATE TABLE IF NOT EXISTS sync_record (
  organisation BINARY(16) NOT NULL,
  sync_run BINARY(16) NOT NULL,
  kind TINYINT UNSIGNED NOT NULL,
  external_id VARCHAR(128) COLLATE utf8mb4_bin NOT NULL,
  sequence BIGINT NOT NULL,
  target BINARY(16) NOT NULL,
  verdict TINYINT UNSIGNED NOT NULL,
  reason TINYINT UNSIGNED NOT NULL,
  field VARCHAR(32) NOT NULL,
  was_active BOOLEAN NOT NULL,
  releases BOOLEAN NOT NULL,
  claim VARCHAR(254) NULL,
  claim_hash BIGINT NULL,
  display_name VARCHAR(200) NULL,
  email VARCHAR(254) NULL,
  team_external_id VARCHAR(128) COLLATE utf8mb4_bin NULL,
  manager_external_id VARCHAR(128) COLLATE utf8mb4_bin NULL,
  has_left BOOLEAN NOT NULL,
  update_time DATETIME(6) NULL,
  digest BINARY(16) NULL,
  PRIMARY KEY (organisation, sync_run, kind, external_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE IF NOT EXISTS sync_rejection (
  organisation BINARY(16) NOT NULL,
  sync_run BINARY(16) NOT NULL,
  sequence BIGINT NOT NULL,
  external_id VARCHAR(128) COLLATE utf8mb4_bin NOT NULL,
  reason TINYINT UNSIGNED NOT NULL,
  field VARCHAR(32) NOT NULL,
  PRIMARY KEY (organisation, sync_run, sequence)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
