-- Listening notes: each time one is written it is a revision, and the last one holds. written_as: ChangedAs. Private to
-- participant and coach.
-- Personal: need_at_work, interest_in_life, worry, access_needs.
CREATE TABLE listening_note (
  organisation BINARY(16) NOT NULL,
  enrolment BINARY(16) NOT NULL,
  revision INT NOT NULL,
  need_at_work TEXT NOT NULL,
  interest_in_life TEXT NOT NULL,
  worry TEXT NOT NULL,
  access_needs TEXT NOT NULL,
  write_time DATETIME(6) NOT NULL,
  written_by BINARY(16) NOT NULL,
  written_as TINYINT UNSIGNED NOT NULL,
  -- GetListeningNote, ListListeningNoteRevisions: the newest first.
  PRIMARY KEY (organisation, enrolment, revision)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
