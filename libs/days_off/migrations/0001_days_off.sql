-- What is off for whom, as the enrolment service tells of it: a row for each scope that has days off or a calendar of
-- its own. Days are text ("2026-12-24..2026-12-31 2027-03-01"): they are only ever read with the row, and change with
-- its version. Personal: the rows of scopes 3 (a member of staff) and 4 (an enrolment).
CREATE TABLE IF NOT EXISTS days_off (
  organisation BINARY(16) NOT NULL,
  -- As dap.events.v1.DaysOffScope.
  scope TINYINT UNSIGNED NOT NULL,
  subject BINARY(16) NOT NULL,
  -- Of an enrolment: whose it is.
  staff_member BINARY(16) NULL,
  -- Of an organisation or a member of staff: the public holidays' calendar.
  calendar VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  periods MEDIUMTEXT CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  version BIGINT NOT NULL,
  PRIMARY KEY (organisation, scope, subject),
  -- Leave of a person over all their enrolments.
  KEY by_staff_member (organisation, staff_member)
) ENGINE=InnoDB;
