-- Until when each record is kept: requests that may come late are remembered for longer. What an older
-- release writes meanwhile goes after a week, as it expects.
ALTER TABLE request_record
  ADD COLUMN IF NOT EXISTS expires_at DATETIME(6) NOT NULL DEFAULT (created_at + INTERVAL 7 DAY),
  ADD KEY IF NOT EXISTS expiry (expires_at),  -- requests::Trim
  DROP KEY IF EXISTS created;
