-- Indexes of lists and of their filters.
ALTER TABLE staff_member
  -- ListStaff of a state, by name and by the start of a name; it takes the place of staff_by_name.
  ADD KEY IF NOT EXISTS staff_by_state_name (organisation, state, display_name, staff_member),
  DROP KEY IF EXISTS staff_by_name,
  -- ListStaff of a team and of those below it.
  ADD KEY IF NOT EXISTS staff_by_team (organisation, team, display_name, staff_member);

ALTER TABLE team
  -- ListTeams by name and by the start of a name.
  ADD KEY IF NOT EXISTS team_by_name (organisation, display_name, team),
  -- ListTeams right below a team, and walking down the tree.
  ADD KEY IF NOT EXISTS team_by_parent (organisation, parent, display_name, team);

-- ListCohorts by the start of a title.
ALTER TABLE cohort ADD KEY IF NOT EXISTS cohort_by_title (organisation, title, cohort);

-- ListCohorts of a coach, newest first.
ALTER TABLE cohort_coach
  ADD KEY IF NOT EXISTS cohort_coach_by_staff (organisation, staff_member, cohort);

-- ListEnrolments of a patron; how many a patron has in a cohort.
ALTER TABLE enrolment
  ADD KEY IF NOT EXISTS enrolment_by_patron (organisation, cohort, patron, ask_number);
