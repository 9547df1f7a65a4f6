-- Which barriers block which goals, as the activity service's events tell of them. A goal is BLOCKED
-- while one of them does. Of two events of a barrier that of the higher version holds.
CREATE TABLE IF NOT EXISTS barrier_block (
  organisation BINARY(16) NOT NULL,
  enrolment BINARY(16) NOT NULL,
  goal BINARY(16) NOT NULL,
  barrier BINARY(16) NOT NULL,
  blocks BOOLEAN NOT NULL,
  version BIGINT NOT NULL,
  PRIMARY KEY (organisation, enrolment, goal, barrier)
) ENGINE=InnoDB;
