ALTER TABLE organisation_settings
  ADD COLUMN cover_max_days INT NOT NULL DEFAULT 60;

-- Who stands in for a patron who is away. state: PatronCoverState. on_for is the patron while it is ON and NULL
-- otherwise, so that one at most stands in for somebody, and an enrolment's is found by its patron.
CREATE TABLE patron_cover (
  organisation BINARY(16) NOT NULL,
  patron_cover BINARY(16) NOT NULL,
  cohort BINARY(16) NOT NULL,
  staff_member BINARY(16) NOT NULL,
  covering BINARY(16) NOT NULL,
  from_time DATETIME(6) NOT NULL,
  until_time DATETIME(6) NOT NULL,
  state TINYINT UNSIGNED NOT NULL,
  on_for BINARY(16) NULL,
  planned_by BINARY(16) NOT NULL,
  version BIGINT NOT NULL,
  PRIMARY KEY (organisation, patron_cover),
  -- Who stands in for an enrolment's patron.
  UNIQUE KEY patron_cover_on (organisation, cohort, on_for),
  -- ListPatronCovers, by start.
  KEY patron_cover_of (organisation, cohort, staff_member, from_time, patron_cover),
  -- Those of a cohort that are planned or on.
  KEY patron_cover_by_state (organisation, cohort, state),
  -- The job that begins and ends them, over all organisations.
  KEY patron_cover_to_begin (state, from_time),
  KEY patron_cover_to_end (state, until_time)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- ListMyPatronages.
ALTER TABLE patron
  ADD KEY patron_by_staff (organisation, staff_member, cohort);
