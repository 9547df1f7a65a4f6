-- Enrolments whose silence came to its end unanswered: nothing automated is sent to them until they
-- act, which ends the spell.
CREATE TABLE IF NOT EXISTS resting (
  organisation BINARY(16) NOT NULL,
  enrolment BINARY(16) NOT NULL,
  spell BINARY(16) NOT NULL,
  PRIMARY KEY (organisation, enrolment)
) ENGINE=InnoDB;
