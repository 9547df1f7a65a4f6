-- Silence counts from the return from a pause.
ALTER TABLE participation ADD COLUMN IF NOT EXISTS resumed_at DATETIME(6) NULL;

-- What was published of an organisation, a line a week: dap.activity.v1.ActivityReport, with what is
-- hidden left out. No personal data.
CREATE TABLE IF NOT EXISTS activity_report (
  organisation BINARY(16) NOT NULL,
  -- The last day of the week it tells of.
  as_of_day DATE NOT NULL,
  report MEDIUMBLOB NOT NULL,
  PRIMARY KEY (organisation, as_of_day)
) ENGINE=InnoDB;
