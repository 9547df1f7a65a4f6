#include "services/enrolment/participant_convert.h"

#include <algorithm>
#include <initializer_list>
#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "libs/status/error.h"
#include "libs/status/macros.h"
#include "services/enrolment/convert.h"

namespace dap::enrolment {
namespace {

// The domain's numbers are the protos'.
static_assert(static_cast<int>(By::kParticipant) == v1::CHANGED_AS_PARTICIPANT);
static_assert(static_cast<int>(By::kCoach) == v1::CHANGED_AS_COACH);
static_assert(static_cast<int>(CoverState::kOver) == v1::PATRON_COVER_STATE_OVER);
static_assert(static_cast<int>(store::PrivateSubject::kArrangement) ==
              v1::PRIVATE_SUBJECT_ARRANGEMENT);

constexpr int kDaysOfWeek = 7;

using Mask = google::protobuf::FieldMask;
using Paths = std::set<std::string>;

// The paths of a mask. "*" is all of them.
absl::StatusOr<Paths> PathsOf(const Mask& mask, std::initializer_list<absl::string_view> known) {
  Paths paths;
  for (const std::string& path : mask.paths()) {
    if (path == "*") {
      for (absl::string_view name : known) paths.emplace(name);
    } else if (std::find(known.begin(), known.end(), path) == known.end()) {
      return status::Invalid(
          "update_mask", "MASK_PATH",
          absl::StrCat("Names what can't be changed: choose of ", absl::StrJoin(known, ", "), "."));
    } else {
      paths.insert(path);
    }
  }
  return paths;
}

Blend Read(const v1::Blend& blend) {
  return {blend.workshop(), blend.conversation(), blend.one_to_one(), blend.online()};
}
BalanceTarget Read(const v1::BalanceTarget& balance) {
  return {balance.target(), balance.tolerance()};
}

void Fill(const Arrangement& from, v1::Arrangement& to) {
  to.mutable_commitment()->set_minutes_per_week(from.commitment.minutes_per_week);
  to.mutable_commitment()->set_sessions_per_week(from.commitment.sessions_per_week);
  for (int day = 0; day < kDaysOfWeek; ++day) {
    if ((from.preferred_days.bits >> day & 1) == 0) continue;
    to.add_preferred_days(static_cast<google::type::DayOfWeek>(day + 1));
  }
  to.mutable_blend()->set_workshop(from.blend.workshop);
  to.mutable_blend()->set_conversation(from.blend.conversation);
  to.mutable_blend()->set_one_to_one(from.blend.one_to_one);
  to.mutable_blend()->set_online(from.blend.online);
  to.mutable_balance_target()->set_target(from.balance.target);
  to.mutable_balance_target()->set_tolerance(from.balance.tolerance);
}

}  // namespace

v1::Arrangement ToProto(const Cohort& cohort, const Enrolment& enrolment) {
  v1::Arrangement proto;
  proto.set_name(absl::StrCat(EnrolmentName(enrolment.organisation, enrolment.cohort, enrolment.id),
                              "/arrangement"));
  Fill(ArrangementOf(cohort, enrolment), proto);
  proto.set_own_blend(enrolment.blend.has_value());
  proto.set_own_balance_target(enrolment.balance.has_value());
  proto.set_etag(Etag(enrolment.version));
  return proto;
}

v1::ArrangementChange ToProto(const store::ArrangementChange& change) {
  v1::ArrangementChange proto;
  SetTime(change.change_time, proto.mutable_change_time());
  proto.set_changed_by(StaffName(change.organisation, change.changed_by));
  proto.set_changed_as(static_cast<v1::ChangedAs>(change.changed_as));
  if (change.from.has_value()) Fill(*change.from, *proto.mutable_from());
  Fill(change.to, *proto.mutable_to());
  return proto;
}

v1::ListeningNote ToProto(const store::EnrolmentKey& key, const ListeningNote& note) {
  v1::ListeningNote proto;
  proto.set_name(
      absl::StrCat(EnrolmentName(key.organisation, key.cohort, key.enrolment), "/listeningNote"));
  proto.set_need_at_work(note.need_at_work);
  proto.set_interest_in_life(note.interest_in_life);
  proto.set_worry(note.worry);
  proto.set_access_needs(note.access_needs);
  proto.set_etag(Etag(note.revision));
  if (note.revision == 0) return proto;
  SetTime(note.write_time, proto.mutable_update_time());
  proto.set_updated_by(StaffName(key.organisation, note.written_by));
  proto.set_updated_as(static_cast<v1::ChangedAs>(note.written_as));
  return proto;
}

v1::PrivateRead ToProto(const id::Uuid& organisation, const store::PrivateRead& read) {
  v1::PrivateRead proto;
  SetDay(read.day, proto.mutable_day());
  proto.set_reader(StaffName(organisation, read.reader));
  proto.set_reader_display_name(read.reader_display_name);
  proto.set_subject(static_cast<v1::PrivateSubject>(read.subject));
  proto.set_times(read.times);
  SetTime(read.last_time, proto.mutable_last_time());
  return proto;
}

v1::PatronCover ToProto(const store::PatronCoverView& view) {
  const PatronCover& cover = view.cover;
  v1::PatronCover proto;
  proto.set_name(PatronCoverName(cover.organisation, cover.cohort, cover.patron, cover.id));
  proto.set_covering_patron(StaffName(cover.organisation, cover.covering));
  proto.set_covering_display_name(view.covering_display_name);
  SetTime(cover.from, proto.mutable_from_time());
  SetTime(cover.until, proto.mutable_until_time());
  proto.set_state(static_cast<v1::PatronCoverState>(cover.state));
  proto.set_planned_by(StaffName(cover.organisation, cover.planned_by));
  return proto;
}

v1::ParticipantToReassign ToProto(const store::ToReassign& found) {
  v1::ParticipantToReassign proto;
  proto.set_enrolment(EnrolmentName(found.organisation, found.cohort, found.enrolment));
  proto.set_participant_display_name(found.participant_display_name);
  if (!found.patron.has_value()) {
    proto.set_reason(v1::REASSIGN_REASON_NO_PATRON);
    return proto;
  }
  proto.set_patron(StaffName(found.organisation, *found.patron));
  proto.set_patron_display_name(found.patron_display_name);
  switch (found.patron_state) {
    case StaffState::kActive:
      proto.set_reason(v1::REASSIGN_REASON_STAND_IN_GONE);
      break;
    case StaffState::kSuspended:
      proto.set_reason(v1::REASSIGN_REASON_PATRON_SUSPENDED);
      break;
    default:
      proto.set_reason(v1::REASSIGN_REASON_PATRON_LEFT);
  }
  return proto;
}

absl::StatusOr<ArrangementUpdate> FromProto(const v1::Arrangement& proto, const Mask& mask) {
  ASSIGN_OR_RETURN(const Paths paths,
                   PathsOf(mask, {"commitment", "preferred_days", "blend", "balance_target"}));
  // Without a mask, what the request has set.
  const auto named = [&](const char* path, bool is_set) {
    return mask.paths().empty() ? is_set : paths.count(path) > 0;
  };
  ArrangementUpdate update;
  if (named("commitment", proto.has_commitment())) {
    update.commitment = FromProto(proto.has_commitment(), proto.commitment());
    if (!update.commitment.has_value()) {
      return status::Invalid("arrangement.commitment", "FIELD_REQUIRED",
                             "Say how much instead; it can't be left open.");
    }
  }
  if (named("preferred_days", proto.preferred_days_size() > 0)) {
    ASSIGN_OR_RETURN(update.preferred_days,
                     DaysFromProto(proto.preferred_days(), "arrangement.preferred_days"));
  }
  if (named("blend", proto.has_blend())) {
    update.blend = proto.has_blend() ? std::optional<Blend>(Read(proto.blend())) : std::nullopt;
  }
  if (named("balance_target", proto.has_balance_target())) {
    update.balance = proto.has_balance_target()
                         ? std::optional<BalanceTarget>(Read(proto.balance_target()))
                         : std::nullopt;
  }
  return update;
}

absl::StatusOr<ListeningNoteUpdate> FromProto(const v1::ListeningNote& proto, const Mask& mask) {
  ASSIGN_OR_RETURN(const Paths paths,
                   PathsOf(mask, {"need_at_work", "interest_in_life", "worry", "access_needs"}));
  const auto take = [&](const char* path, const std::string& text) {
    const bool named = mask.paths().empty() || paths.count(path) > 0;
    return named ? std::optional<std::string>(text) : std::nullopt;
  };
  return ListeningNoteUpdate{take("need_at_work", proto.need_at_work()),
                             take("interest_in_life", proto.interest_in_life()),
                             take("worry", proto.worry()),
                             take("access_needs", proto.access_needs())};
}

absl::StatusOr<PreferredDays> DaysFromProto(const google::protobuf::RepeatedField<int>& days,
                                            absl::string_view field) {
  PreferredDays read;
  for (int day : days) {
    const int bit = 1 << (day - 1);
    if ((read.bits & bit) != 0) {
      return status::Invalid(field, "DAY_REPEATED", "Names a day twice.");
    }
    read.bits |= bit;
  }
  return read;
}

absl::StatusOr<PatronCover> FromProto(const v1::PatronCover& proto) {
  PatronCover cover;
  ASSIGN_OR_RETURN(cover.from, ReadTime(proto.from_time(), "cover.from_time"));
  ASSIGN_OR_RETURN(cover.until, ReadTime(proto.until_time(), "cover.until_time"));
  return cover;
}

}  // namespace dap::enrolment
