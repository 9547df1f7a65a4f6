-- A record that is the same as held is written with its key alone.
ALTER TABLE sync_record
  ALTER COLUMN reason SET DEFAULT 0,
  ALTER COLUMN field SET DEFAULT '',
  ALTER COLUMN releases SET DEFAULT FALSE,
  ALTER COLUMN has_left SET DEFAULT FALSE;
