-- Days off as they are told. What is worked out from them, with its versions, is in days_off (libs/days_off), whose row
-- is the lock of a scope: whoever changes days takes it first.

-- Calendars that organisations keep themselves.
CREATE TABLE IF NOT EXISTS holiday_calendar (
  organisation BINARY(16) NOT NULL,
  holiday_calendar BINARY(16) NOT NULL,
  title VARCHAR(200) NOT NULL,
  create_time DATETIME(6) NOT NULL,
  PRIMARY KEY (organisation, holiday_calendar)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- Closed days and days of own calendars. scope: dap.events.v1.DaysOffScope (1 organisation, 2 cohort, 5 calendar).
CREATE TABLE IF NOT EXISTS named_day (
  organisation BINARY(16) NOT NULL,
  scope TINYINT UNSIGNED NOT NULL,
  subject BINARY(16) NOT NULL,
  day DATE NOT NULL,
  title VARCHAR(200) NOT NULL,
  PRIMARY KEY (organisation, scope, subject, day)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- Leave of an enrolment: personal, the rows go. The key is the order in which it is listed.
CREATE TABLE IF NOT EXISTS leave_period (
  organisation BINARY(16) NOT NULL,
  enrolment BINARY(16) NOT NULL,
  first_day DATE NOT NULL,
  leave_period BINARY(16) NOT NULL,
  last_day DATE NOT NULL,
  create_time DATETIME(6) NOT NULL,
  created_by BINARY(16) NOT NULL,
  PRIMARY KEY (organisation, enrolment, first_day, leave_period)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- Numbers where an organisation wants others than the domain's; NULL, or no row, is the default.
CREATE TABLE IF NOT EXISTS working_days_settings (
  organisation BINARY(16) NOT NULL,
  leave_max_days INT NULL,
  leave_late_days INT NULL,
  leave_ahead_days INT NULL,
  leave_periods INT NULL,
  named_days INT NULL,
  holiday_calendars INT NULL,
  PRIMARY KEY (organisation)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
