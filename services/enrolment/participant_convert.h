// Between protos and the domain, for what is a participant's own. Pure.
#ifndef DAP_SERVICES_ENROLMENT_PARTICIPANT_CONVERT_H_
#define DAP_SERVICES_ENROLMENT_PARTICIPANT_CONVERT_H_

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "dap/enrolment/v1/arrangement.pb.h"
#include "dap/enrolment/v1/listening_note.pb.h"
#include "dap/enrolment/v1/patron.pb.h"
#include "dap/enrolment/v1/private_read.pb.h"
#include "google/protobuf/field_mask.pb.h"
#include "services/enrolment/domain/arrangement.h"
#include "services/enrolment/domain/listening_note.h"
#include "services/enrolment/domain/patron_cover.h"
#include "services/enrolment/store/arrangement_changes.h"
#include "services/enrolment/store/enrolments.h"
#include "services/enrolment/store/patron_covers.h"
#include "services/enrolment/store/private_reads.h"
#include "services/enrolment/store/reassignments.h"

namespace dap::enrolment {

v1::Arrangement ToProto(const Cohort& cohort, const Enrolment& enrolment);
v1::ArrangementChange ToProto(const store::ArrangementChange& change);
v1::ListeningNote ToProto(const store::EnrolmentKey& key, const ListeningNote& note);
v1::PrivateRead ToProto(const id::Uuid& organisation, const store::PrivateRead& read);
v1::PatronCover ToProto(const store::PatronCoverView& view);
v1::ParticipantToReassign ToProto(const store::ToReassign& found);

// What a request wants changed. INVALID_ARGUMENT: MASK_PATH (a path that is none), FIELD_REQUIRED
// (a commitment can't be unset), DAY_REPEATED.
absl::StatusOr<ArrangementUpdate> FromProto(const v1::Arrangement& arrangement,
                                            const google::protobuf::FieldMask& mask);
absl::StatusOr<ListeningNoteUpdate> FromProto(const v1::ListeningNote& note,
                                              const google::protobuf::FieldMask& mask);
// INVALID_ARGUMENT (DAY_REPEATED) at `field`.
absl::StatusOr<PreferredDays> DaysFromProto(const google::protobuf::RepeatedField<int>& days,
                                            absl::string_view field);
// INVALID_ARGUMENT (TIME_RANGE). Its ids are the caller's to fill.
absl::StatusOr<PatronCover> FromProto(const v1::PatronCover& cover);

}  // namespace dap::enrolment

#endif  // DAP_SERVICES_ENROLMENT_PARTICIPANT_CONVERT_H_
