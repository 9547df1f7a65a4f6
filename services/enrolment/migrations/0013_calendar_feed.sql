-- An address from which somebody's calendar app reads their sessions. digest: SHA-256 of its secret, which is kept
-- nowhere. as_*: the roles that the owner had when they made it; their relations are looked at each time.
CREATE TABLE calendar_feed (
  organisation BINARY(16) NOT NULL,
  feed BINARY(16) NOT NULL,
  staff_member BINARY(16) NOT NULL,
  title VARCHAR(100) NOT NULL,
  digest BINARY(32) NOT NULL,
  as_participant BOOLEAN NOT NULL,
  as_patron BOOLEAN NOT NULL,
  as_coach BOOLEAN NOT NULL,
  create_time DATETIME(6) NOT NULL,
  revoke_time DATETIME(6) NULL,
  PRIMARY KEY (organisation, feed),
  -- ReadCalendarFeed.
  UNIQUE KEY calendar_feed_by_digest (organisation, digest),
  -- ListCalendarFeeds; how many somebody has.
  KEY calendar_feed_by_owner (organisation, staff_member, feed)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- What a feed holds: the sessions of a host (the cohorts of a coach: cohort_coach_by_staff; those of a patron:
-- patron_by_staff).
ALTER TABLE session ADD KEY session_by_host (organisation, host, start_time);
