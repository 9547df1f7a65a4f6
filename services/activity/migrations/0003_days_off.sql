-- When the sweep last found out which the last working day is, and which changes of days off the spells of silence have
-- been held against: where days_version is ahead, every spell of the organisation is looked at again.
ALTER TABLE sweep_day
  ADD COLUMN IF NOT EXISTS seen_day DATE NULL,
  ADD COLUMN IF NOT EXISTS days_version BIGINT NOT NULL DEFAULT 0,
  ADD COLUMN IF NOT EXISTS reviewed_version BIGINT NOT NULL DEFAULT 0;
