-- lapsed: over before its end, as who was to stand in could not; the patron is away all the same.
ALTER TABLE patron_cover
  ADD COLUMN IF NOT EXISTS lapsed BOOLEAN NOT NULL DEFAULT FALSE,
  -- Those by which somebody who is suspended or gone stands in.
  ADD KEY IF NOT EXISTS patron_cover_by_covering (organisation, covering, state);

-- Whether it counted as a start when it was noted: a DROP_IN does only while the cohort runs.
ALTER TABLE attendance
  ADD COLUMN IF NOT EXISTS counted_as_start BOOLEAN NOT NULL DEFAULT FALSE;
-- For those before this migration: a DROP_IN that was the first start, or came after the enrolment was active.
UPDATE attendance a
JOIN session s ON s.organisation = a.organisation AND s.session = a.session
JOIN enrolment e ON e.organisation = a.organisation AND e.enrolment = a.enrolment
SET a.counted_as_start = TRUE
WHERE s.kind = 1
  OR (s.kind = 5 AND (a.record_time = e.start_attend_time OR a.record_time >= e.activate_time));
