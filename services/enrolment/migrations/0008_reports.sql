-- When somebody first came to the waitlist, for the recruitment report; for those before this migration, when they asked.
ALTER TABLE enrolment ADD COLUMN IF NOT EXISTS waitlist_time DATETIME(6) NULL;
UPDATE enrolment SET waitlist_time = create_time WHERE state = 3 AND waitlist_time IS NULL;

-- The organisation's numbers for what reports may tell.
ALTER TABLE organisation_settings
  ADD COLUMN IF NOT EXISTS report_smallest_count INT NOT NULL DEFAULT 5,
  ADD COLUMN IF NOT EXISTS report_smallest_group INT NOT NULL DEFAULT 10;
