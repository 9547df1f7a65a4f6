-- What a calendar entry needs, and whose a ONE_TO_ONE is; NULL where the event was of a version without them.
ALTER TABLE gathering
  ADD COLUMN end_time DATETIME(6) NULL,
  ADD COLUMN participant BINARY(16) NULL;
