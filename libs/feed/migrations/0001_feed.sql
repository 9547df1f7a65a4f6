-- The producer's side.

-- How far each partition is. A transaction with events holds its row until COMMIT.
CREATE TABLE IF NOT EXISTS feed_partition (
  partition_no SMALLINT UNSIGNED NOT NULL,
  last_position BIGINT NOT NULL,
  PRIMARY KEY (partition_no)
) ENGINE=InnoDB;

-- The events. The key leads with the partition, which is made of the organisation: reading and
-- trimming go by runs of positions.
CREATE TABLE IF NOT EXISTS feed_event (
  partition_no SMALLINT UNSIGNED NOT NULL,
  position BIGINT NOT NULL,
  organisation BINARY(16) NOT NULL,
  occur_time DATETIME(6) NOT NULL,
  payload MEDIUMBLOB NOT NULL,
  PRIMARY KEY (partition_no, position)
) ENGINE=InnoDB;

-- Who reads, and how far they have told us they are: what they have not passed is kept.
CREATE TABLE IF NOT EXISTS feed_consumer (
  consumer VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  partition_no SMALLINT UNSIGNED NOT NULL,
  position BIGINT NOT NULL,
  seen_at DATETIME(6) NOT NULL,
  PRIMARY KEY (consumer, partition_no)
) ENGINE=InnoDB;

-- The consumer's side.

-- How far this service has applied a producer's partition; moves with what is applied.
CREATE TABLE IF NOT EXISTS feed_cursor (
  producer VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  partition_no SMALLINT UNSIGNED NOT NULL,
  position BIGINT NOT NULL,
  PRIMARY KEY (producer, partition_no)
) ENGINE=InnoDB;

-- Which replica works on a partition. Saves double work; the cursor keeps it right.
CREATE TABLE IF NOT EXISTS feed_lease (
  producer VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  partition_no SMALLINT UNSIGNED NOT NULL,
  holder BINARY(16) NOT NULL,
  expires_at DATETIME(6) NOT NULL,
  PRIMARY KEY (producer, partition_no)
) ENGINE=InnoDB;

-- The replicas that share them.
CREATE TABLE IF NOT EXISTS feed_member (
  producer VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  holder BINARY(16) NOT NULL,
  expires_at DATETIME(6) NOT NULL,
  PRIMARY KEY (producer, holder)
) ENGINE=InnoDB;

-- Events that an operator told this service to pass over; payload as it was when it did.
CREATE TABLE IF NOT EXISTS feed_parked (
  producer VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  partition_no SMALLINT UNSIGNED NOT NULL,
  position BIGINT NOT NULL,
  parked_at DATETIME(6) NOT NULL,
  passed_at DATETIME(6) NULL,
  payload MEDIUMBLOB NULL,
  PRIMARY KEY (producer, partition_no, position)
) ENGINE=InnoDB;
