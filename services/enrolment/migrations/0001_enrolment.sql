-- Every primary key leads with the organisation, which is also the sharding key. Ids are UUIDs (version 7), times are
-- UTC, enums are the numbers of the protos. Each index names the query that needs it.

CREATE TABLE organisation (
  organisation BINARY(16) NOT NULL,
  display_name VARCHAR(200) NOT NULL,
  time_zone VARCHAR(64) NOT NULL,
  create_time DATETIME(6) NOT NULL,
  version BIGINT NOT NULL,
  PRIMARY KEY (organisation)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- The organisation's numbers. Cohorts take their defaults from here when they are made and keep their own.
CREATE TABLE organisation_settings (
  organisation BINARY(16) NOT NULL,
  patron_limit INT NOT NULL,
  pause_max_days INT NOT NULL,
  join_code_hours INT NOT NULL,
  join_code_early_minutes INT NOT NULL,
  join_code_tries INT NOT NULL,
  join_code_tries_minutes INT NOT NULL,
  minutes_per_week INT NOT NULL,
  sessions_per_week INT NOT NULL,
  blend_workshop INT NOT NULL,
  blend_conversation INT NOT NULL,
  blend_one_to_one INT NOT NULL,
  blend_online INT NOT NULL,
  balance_target DOUBLE NOT NULL,
  balance_tolerance DOUBLE NOT NULL,
  PRIMARY KEY (organisation)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- source and external_id are NULL for what is kept by hand, which no sync touches.
CREATE TABLE team (
  organisation BINARY(16) NOT NULL,
  team BINARY(16) NOT NULL,
  source VARCHAR(64) COLLATE utf8mb4_bin NULL,
  external_id VARCHAR(128) COLLATE utf8mb4_bin NULL,
  display_name VARCHAR(200) NOT NULL,
  parent BINARY(16) NULL,
  hr_update_time DATETIME(6) NULL,
  version BIGINT NOT NULL,
  PRIMARY KEY (organisation, team),
  -- The sync finds a team by its key.
  UNIQUE KEY team_by_external_id (organisation, source, external_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- state: StaffState. active_email is the e-mail while the person has not LEFT and NULL afterwards, so that an address
-- can be given to somebody else.
CREATE TABLE staff_member (
  organisation BINARY(16) NOT NULL,
  staff_member BINARY(16) NOT NULL,
  source VARCHAR(64) COLLATE utf8mb4_bin NULL,
  external_id VARCHAR(128) COLLATE utf8mb4_bin NULL,
  display_name VARCHAR(200) NOT NULL,
  email VARCHAR(254) NOT NULL,
  active_email VARCHAR(254) NULL,
  team BINARY(16) NULL,
  line_manager BINARY(16) NULL,
  state TINYINT UNSIGNED NOT NULL,
  state_since DATETIME(6) NOT NULL,
  hr_update_time DATETIME(6) NULL,
  version BIGINT NOT NULL,
  PRIMARY KEY (organisation, staff_member),
  -- The sync finds a person by their key.
  UNIQUE KEY staff_by_external_id (organisation, source, external_id),
  -- One active person an address.
  UNIQUE KEY staff_by_active_email (organisation, active_email),
  -- ListStaff: by name, and by the start of a name.
  KEY staff_by_name (organisation, display_name, staff_member),
  -- ListStaff: by the start of an address.
  KEY staff_by_email (organisation, email, staff_member),
  -- The sync's guard counts a source's active people.
  KEY staff_by_source_state (organisation, source, state),
  -- The sweep that makes people LEFT after 14 days, over all organisations.
  KEY staff_by_state (state, state_since)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- state: CohortState. places_taken and next_ask change under this row's lock only, which every change of the cohort's
-- enrolments takes first. override_*: why it was started in spite of unmet conditions, and by whom.
CREATE TABLE cohort (
  organisation BINARY(16) NOT NULL,
  cohort BINARY(16) NOT NULL,
  title VARCHAR(200) NOT NULL,
  state TINYINT UNSIGNED NOT NULL,
  start_date DATE NOT NULL,
  end_date DATE NOT NULL,
  capacity INT NOT NULL,
  blend_workshop INT NOT NULL,
  blend_conversation INT NOT NULL,
  blend_one_to_one INT NOT NULL,
  blend_online INT NOT NULL,
  minutes_per_week INT NOT NULL,
  sessions_per_week INT NOT NULL,
  balance_target DOUBLE NOT NULL,
  balance_tolerance DOUBLE NOT NULL,
  places_taken INT NOT NULL,
  next_ask BIGINT NOT NULL,
  override_reason VARCHAR(500) NULL,
  override_by BINARY(16) NULL,
  override_time DATETIME(6) NULL,
  create_time DATETIME(6) NOT NULL,
  version BIGINT NOT NULL,
  PRIMARY KEY (organisation, cohort),
  -- ListCohorts of one state, newest first (all states: the primary key).
  KEY cohort_by_state (organisation, state, cohort)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE cohort_coach (
  organisation BINARY(16) NOT NULL,
  cohort BINARY(16) NOT NULL,
  staff_member BINARY(16) NOT NULL,
  place INT NOT NULL,
  PRIMARY KEY (organisation, cohort, staff_member)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- state: EnrolmentState; origin: Origin; way_in: WayIn; pause_reason: PauseReason (0 while not PAUSED).
-- open_participant is the participant until they withdraw and NULL afterwards: they may ask again.
-- ask_number orders by asking; wait_number orders the waitlist (0 while not WAITLISTED).
-- start_attend_time: when they were first at the kick-off or a catch-up.
-- Personal: way_in, reflection.
CREATE TABLE enrolment (
  organisation BINARY(16) NOT NULL,
  enrolment BINARY(16) NOT NULL,
  cohort BINARY(16) NOT NULL,
  participant BINARY(16) NOT NULL,
  open_participant BINARY(16) NULL,
  state TINYINT UNSIGNED NOT NULL,
  origin TINYINT UNSIGNED NOT NULL,
  way_in TINYINT UNSIGNED NOT NULL,
  patron BINARY(16) NULL,
  minutes_per_week INT NULL,
  sessions_per_week INT NULL,
  pause_reason TINYINT UNSIGNED NOT NULL,
  pause_until DATETIME(6) NULL,
  ask_number BIGINT NOT NULL,
  wait_number BIGINT NOT NULL,
  create_time DATETIME(6) NOT NULL,
  activate_time DATETIME(6) NULL,
  end_time DATETIME(6) NULL,
  baseline_invite_time DATETIME(6) NULL,
  start_attend_time DATETIME(6) NULL,
  reflection TEXT NOT NULL,
  version BIGINT NOT NULL,
  PRIMARY KEY (organisation, enrolment),
  -- One open enrolment a person and cohort; who of a cohort is this person.
  UNIQUE KEY enrolment_open (organisation, cohort, open_participant),
  -- ListEnrolments in order of asking; all of a cohort.
  UNIQUE KEY enrolment_by_ask (organisation, cohort, ask_number),
  -- ListEnrolments of one state.
  KEY enrolment_by_state (organisation, cohort, state, ask_number),
  -- The first of the waitlist, and somebody's place in it.
  KEY enrolment_waiting (organisation, cohort, state, wait_number),
  -- ListMyEnrolments; what changes with a person.
  KEY enrolment_by_participant (organisation, participant, enrolment),
  -- The job that ends pauses, over all organisations.
  KEY enrolment_by_pause (state, pause_until)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- state: PatronState.
CREATE TABLE patron (
  organisation BINARY(16) NOT NULL,
  cohort BINARY(16) NOT NULL,
  staff_member BINARY(16) NOT NULL,
  state TINYINT UNSIGNED NOT NULL,
  introduced_at_team_meeting BOOLEAN NOT NULL,
  line_managers_agreed_time BOOLEAN NOT NULL,
  names_supplied BOOLEAN NOT NULL,
  special_requirements_told BOOLEAN NOT NULL,
  invite_time DATETIME(6) NOT NULL,
  answer_time DATETIME(6) NULL,
  version BIGINT NOT NULL,
  PRIMARY KEY (organisation, cohort, staff_member)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- How many participants a patron has over all cohorts. Its row's lock holds the limit.
CREATE TABLE patron_load (
  organisation BINARY(16) NOT NULL,
  staff_member BINARY(16) NOT NULL,
  participants INT NOT NULL,
  PRIMARY KEY (organisation, staff_member)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- kind: SessionKind; state: SessionState. kick_off_of is the cohort of a planned kick-off and NULL for all others.
CREATE TABLE session (
  organisation BINARY(16) NOT NULL,
  session BINARY(16) NOT NULL,
  cohort BINARY(16) NOT NULL,
  kick_off_of BINARY(16) NULL,
  kind TINYINT UNSIGNED NOT NULL,
  state TINYINT UNSIGNED NOT NULL,
  title VARCHAR(200) NOT NULL,
  start_time DATETIME(6) NOT NULL,
  end_time DATETIME(6) NOT NULL,
  host BINARY(16) NOT NULL,
  place VARCHAR(500) NOT NULL,
  link VARCHAR(2000) NOT NULL,
  agenda TEXT NOT NULL,
  join_code CHAR(6) NOT NULL,
  attended INT NOT NULL,
  sequence INT NOT NULL,
  version BIGINT NOT NULL,
  PRIMARY KEY (organisation, session),
  -- One kick-off a cohort.
  UNIQUE KEY session_kick_off (organisation, kick_off_of),
  -- ListSessions by start.
  KEY session_by_start (organisation, cohort, start_time, session)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- recorded_by: the coach, or NULL where the participant used the join code.
CREATE TABLE attendance (
  organisation BINARY(16) NOT NULL,
  session BINARY(16) NOT NULL,
  enrolment BINARY(16) NOT NULL,
  record_time DATETIME(6) NOT NULL,
  recorded_by BINARY(16) NULL,
  PRIMARY KEY (organisation, session, enrolment)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- Wrong join codes of one person for one session since window_start.
CREATE TABLE join_code_try (
  organisation BINARY(16) NOT NULL,
  session BINARY(16) NOT NULL,
  staff_member BINARY(16) NOT NULL,
  window_start DATETIME(6) NOT NULL,
  tries INT NOT NULL,
  PRIMARY KEY (organisation, session, staff_member)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
