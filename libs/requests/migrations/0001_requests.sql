-- Requests that were carried out, with their answers.
CREATE TABLE IF NOT EXISTS request_record (
  organisation BINARY(16) NOT NULL,
  -- of a principal: up to 200 bytes, and told apart byte by byte
  subject VARBINARY(200) NOT NULL,
  request_id BINARY(16) NOT NULL,
  method VARCHAR(128) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  fingerprint BINARY(32) NOT NULL,
  response MEDIUMBLOB NOT NULL,
  created_at DATETIME(6) NOT NULL,
  PRIMARY KEY (organisation, subject, request_id),
  -- requests::Trim
  KEY created (created_at)
) ENGINE=InnoDB;
