-- Who else read what is private to a participant (way in, reflection): a line for each day, reader and kind of data.
CREATE TABLE IF NOT EXISTS private_read (
  organisation BINARY(16) NOT NULL,
  enrolment BINARY(16) NOT NULL,
  read_day DATE NOT NULL,
  reader BINARY(16) NOT NULL,
  subject TINYINT UNSIGNED NOT NULL,
  times INT NOT NULL,
  last_time DATETIME(6) NOT NULL,
  PRIMARY KEY (organisation, enrolment, read_day, reader, subject)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
