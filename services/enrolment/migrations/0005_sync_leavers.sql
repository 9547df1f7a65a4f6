-- Of told_left, those who were ACTIVE: the guard counts them with the suspended.
ALTER TABLE sync_run ADD COLUMN IF NOT EXISTS left_active BIGINT NOT NULL DEFAULT 0;
