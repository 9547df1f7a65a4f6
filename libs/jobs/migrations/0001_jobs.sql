-- Who runs a job now, and when it is due again. Of the service as a whole, so without organisation.
CREATE TABLE IF NOT EXISTS job_lease (
  job VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  holder BINARY(16) NOT NULL,
  expires_at DATETIME(6) NOT NULL,
  due_at DATETIME(6) NOT NULL,
  PRIMARY KEY (job)
) ENGINE=InnoDB;
