-- What a row takes, of 100,000 that come in the order of time from 1,000 people, with indexes. From the
-- root of the repository, against any scratch server: mariadb < services/activity/testing/storage.sql
DROP DATABASE IF EXISTS dap_storage;
CREATE DATABASE dap_storage;
USE dap_storage;
SOURCE services/activity/migrations/0001_activity.sql;
SOURCE services/activity/migrations/0002_revisions.sql;
SOURCE services/activity/migrations/0004_reports.sql;
SOURCE libs/requests/migrations/0001_requests.sql;
SOURCE libs/requests/migrations/0002_expiry.sql;
SOURCE libs/feed/migrations/0001_feed.sql;

SET @o = UNHEX(MD5('o'));
INSERT INTO activity
  SELECT @o, UNHEX(MD5(CONCAT('e', seq MOD 1000))), '2026-01-01' + INTERVAL seq * 300 SECOND,
    UNHEX(CONCAT(LPAD(HEX(1760000000000 + seq * 300000), 12, '0'), '7', RIGHT(MD5(seq), 19))),
    1 + seq MOD 6, 1 + seq MOD 2, 15, 1, IF(seq MOD 5 < 2, UNHEX(MD5(CONCAT('g', seq MOD 3000))), NULL),
    IF(seq MOD 10 < 3, REPEAT('l', 60), ''), IF(seq MOD 10 < 6, REPEAT('n', 40), ''),
    '2026-01-01' + INTERVAL seq * 300 SECOND
  FROM seq_1_to_100000;
INSERT INTO request_record (organisation, subject, request_id, method, fingerprint, response, created_at,
    expires_at)
  SELECT @o, CONCAT(LEFT(MD5(CONCAT('s', seq MOD 1000)), 32), '-00-'), UNHEX(MD5(CONCAT('r', seq))),
    'dap.activity.v1.LogActivityRequest', UNHEX(SHA2(seq, 256)), REPEAT('r', 235),
    '2026-01-01' + INTERVAL seq * 300 SECOND, '2026-03-03' + INTERVAL seq * 300 SECOND
  FROM seq_1_to_100000;
INSERT INTO feed_event SELECT 0, seq, @o, '2026-01-01' + INTERVAL seq * 300 SECOND, REPEAT('p', 190)
  FROM seq_1_to_100000;
INSERT INTO contribution
  SELECT @o, UNHEX(MD5(CONCAT('e', seq MOD 1000))), '2026-01-01' + INTERVAL seq * 300 SECOND,
    UNHEX(MD5(CONCAT('c', seq))), 0, 2
  FROM seq_1_to_100000;
INSERT INTO activity_revision
  SELECT organisation, enrolment, activity, 1, activity_time, kind, setting, minutes, visibility, goal,
    link, note, create_time, 1, create_time
  FROM activity;
INSERT INTO participation (organisation, enrolment, version, cohort, participant, state, time_zone,
    joined_at, activated_at, last_contribution_at, silent_since, rung, spell, paused, blocked, welcomed)
  SELECT @o, UNHEX(MD5(CONCAT('e', seq))), 9, UNHEX(MD5(CONCAT('k', seq MOD 500))), UNHEX(MD5(CONCAT('s',
    seq))), 5, 'Europe/London', '2026-01-01', '2026-01-01', '2026-02-01' + INTERVAL seq SECOND,
    '2026-02-01' + INTERVAL seq SECOND, seq MOD 4, NULL, 0, 0, 0
  FROM seq_1_to_100000;
INSERT INTO patron_queue_entry
  SELECT @o, UNHEX(MD5(CONCAT('q', seq))), UNHEX(MD5(CONCAT('e', seq))), UNHEX(MD5(CONCAT('p',
    seq MOD 5000))), 1, 0, IF(seq MOD 4 = 0, 1, NULL), '2026-02-01', '2026-02-08', IF(seq MOD 4 = 0, NULL,
    '2026-02-07')
  FROM seq_1_to_100000;
ANALYZE TABLE activity, request_record, feed_event, contribution, activity_revision, participation,
    patron_queue_entry;
SELECT table_name, ROUND(data_length / 100000) AS data, ROUND(index_length / 100000) AS indexes
  FROM information_schema.tables WHERE table_schema = 'dap_storage' AND table_rows > 50000 ORDER BY 1;
