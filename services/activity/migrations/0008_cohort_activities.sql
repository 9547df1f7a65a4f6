-- Where activities stand in the list of what their cohort may see of them: a row once somebody has
-- shared one with the cohort. It says neither what it was nor whether it still is shared; the activity
-- does. So it stays where that is deleted or made private, and pages go on after it. Erased with its
-- participant: [row].
CREATE TABLE IF NOT EXISTS cohort_activity (
  organisation BINARY(16) NOT NULL,
  cohort BINARY(16) NOT NULL,
  -- Random: a page's token holds it, which is to tell no time.
  share BINARY(16) NOT NULL,
  enrolment BINARY(16) NOT NULL,
  activity_time DATETIME(6) NOT NULL,
  activity BINARY(16) NOT NULL,
  -- Of activity_time, where the participant was then.
  activity_day DATE NOT NULL,
  PRIMARY KEY (organisation, cohort, share),
  UNIQUE KEY of_activity (organisation, enrolment, activity),
  -- The list, newest first.
  KEY newest (organisation, cohort, activity_day, share)
) ENGINE=InnoDB;
-- What was shared before there was the list. A server without its table of zones takes the day in UTC.
INSERT IGNORE INTO cohort_activity
  (organisation, cohort, share, enrolment, activity_time, activity, activity_day)
SELECT a.organisation, p.cohort, UNHEX(MD5(UUID())), a.enrolment, a.activity_time, a.activity,
  DATE(COALESCE(CONVERT_TZ(a.activity_time, '+00:00', p.time_zone), a.activity_time))
FROM activity a
JOIN participation p ON p.organisation = a.organisation AND p.enrolment = a.enrolment
WHERE a.visibility = 3 AND p.version > 0;
