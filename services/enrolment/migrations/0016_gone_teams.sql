-- unnamed: the source's last full snapshot with teams in it did not name the team. hidden: then, and nobody who works
-- there was in it and no team below it was to be seen.
ALTER TABLE team
  ADD COLUMN IF NOT EXISTS unnamed BOOLEAN NOT NULL DEFAULT FALSE,
  ADD COLUMN IF NOT EXISTS hidden BOOLEAN NOT NULL DEFAULT FALSE,
  -- The sync finds those to hide, and those that are named again.
  ADD KEY IF NOT EXISTS team_unnamed (organisation, source, unnamed, hidden);
