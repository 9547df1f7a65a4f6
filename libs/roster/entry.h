// What a service knows of an enrolment, and who may touch what belongs to it.
#ifndef DAP_LIBS_ROSTER_ENTRY_H_
#define DAP_LIBS_ROSTER_ENTRY_H_

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "dap/enrolment/v1/enrolment.pb.h"
#include "dap/enrolment/v1/roster.pb.h"
#include "libs/auth/principal.h"
#include "libs/id/uuid.h"

namespace dap::roster {

// dap.enrolment.v1.RosterEntry as C++ types. A value.
struct Entry {
  id::Uuid organisation;
  id::Uuid enrolment;
  id::Uuid cohort;
  // Staff members; patron is nil while there is none.
  id::Uuid participant;
  std::string participant_display_name;
  id::Uuid patron;
  std::vector<id::Uuid> coaches;
  enrolment::v1::EnrolmentState state = enrolment::v1::ENROLMENT_STATE_UNSPECIFIED;
  int minutes_per_week = 0;
  int sessions_per_week = 0;
  double balance_target = 0;
  double balance_tolerance = 0;
  // IANA name.
  std::string time_zone;
  std::optional<absl::Time> activate_time;
  std::optional<absl::Time> pause_until_time;
  int64_t version = 0;
  std::string cohort_title;
  enrolment::v1::PauseReason pause_reason = enrolment::v1::PAUSE_REASON_UNSPECIFIED;
  enrolment::v1::WayIn way_in = enrolment::v1::WAY_IN_UNSPECIFIED;

  // What the caller is to this enrolment, by the data. All false for a caller of another
  // organisation, and for one that is no member of staff.
  bool IsSelf(const auth::Principal& principal) const;
  bool IsCoach(const auth::Principal& principal) const;
  bool IsPatron(const auth::Principal& principal) const;

  friend bool operator==(const Entry&, const Entry&) = default;
};

Entry FromProto(const enrolment::v1::RosterEntry& proto);
enrolment::v1::RosterEntry ToProto(const Entry& entry);

enum class Relation { kSelf, kCoach, kPatron };

// OK for a caller who is one of `any` to the enrolment; PERMISSION_DENIED otherwise, reason
// OTHER_ORGANISATION or NOT_YOURS.
absl::Status Require(const Entry& entry, const auth::Principal& principal,
                     std::initializer_list<Relation> any);
absl::Status RequireSelf(const Entry& entry, const auth::Principal& principal);
absl::Status RequireSelfOrCoach(const Entry& entry, const auth::Principal& principal);

// OK for a caller of this organisation; PERMISSION_DENIED (OTHER_ORGANISATION) otherwise. Before
// anything is looked up.
absl::Status RequireOrganisation(const id::Uuid& organisation, const auth::Principal& principal);

}  // namespace dap::roster

#endif  // DAP_LIBS_ROSTER_ENTRY_H_
