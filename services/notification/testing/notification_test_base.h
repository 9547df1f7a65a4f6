// An organisation with a cohort, its people and their events, on the real MariaDB.
#ifndef DAP_SERVICES_NOTIFICATION_TESTING_NOTIFICATION_TEST_BASE_H_
#define DAP_SERVICES_NOTIFICATION_TESTING_NOTIFICATION_TEST_BASE_H_

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <prometheus/registry.h>

#include <atomic>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/days_off/days_off.h"
#include "libs/db/testing/schema.h"
#include "libs/db/transaction.h"
#include "libs/feed/feed.h"
#include "libs/id/resource_name.h"
#include "libs/requests/requests.h"
#include "libs/roster/roster.h"
#include "libs/status/macros.h"
#include "libs/status/matchers.h"
#include "notification_migrations.h"
#include "services/notification/consumers/event_handlers.h"
#include "services/notification/jobs/send_due.h"
#include "services/notification/store/contacts.h"
#include "services/notification/store/messages.h"

namespace dap::notification {

inline const absl::Time kNow = absl::FromUnixSeconds(1795514400);  // Tue 2026-11-24 10:00 UTC

inline db::testing::Schema& SharedSchema() {
  static auto& schema = *[] {
    auto* made = new db::testing::Schema();
    made->Migrate("notification", Migrations());
    for (const absl::Status& status : {feed::Migrate(made->pool()), requests::Migrate(made->pool()),
                                       roster::Migrate(made->pool()),
                                       days_off::Migrate(made->pool())}) {
      if (!status.ok()) ADD_FAILURE() << status;
    }
    return made;
  }();
  return schema;
}

class NotificationTest : public ::testing::Test {
 protected:
  using Event = events::v1::Event;

  void SetUp() override {
    // What an earlier test left due is not this one's.
    SharedSchema().Run("UPDATE message SET due_time = NULL; UPDATE mail SET due_time = NULL");
    Event event;
    event.mutable_organisation_changed()->set_time_zone("Europe/London");
    ASSERT_THAT(Enrolment(event), status::IsOk());
    SetStaff(participant_, "Ann Lee", "ann@example.org");
    SetStaff(patron_, "Pat Roe", "pat@example.org");
    SetStaff(coach_, "Col Day", "col@example.org");
    SetEnrolment(enrolment::v1::ENROLMENT_STATE_ACTIVE);
  }

  db::Pool& pool() { return SharedSchema().pool(); }
  absl::Time Deadline() { return machine_.Now() + absl::Seconds(60); }
  // A run of a job that nobody ends.
  jobs::JobRun Run() { return jobs::JobRun(Deadline(), stopping_, machine_); }
  template <typename F>
  auto Tx(F body) {
    return db::Transaction(pool(), Deadline(), body);
  }

  absl::Status Apply(const feed::Handler& handler, Event event) {
    event.set_organisation(Bytes(organisation_));
    if (event.position() == 0) event.set_position(++position_);
    if (!event.has_occur_time()) SetTime(clock_.Now(), event.mutable_occur_time());
    return Tx([&](db::Connection& tx) {
      feed::Outbox outbox;
      return handler(tx, outbox, event);
    });
  }
  absl::Status Enrolment(const Event& event) { return Apply(EnrolmentHandler(context_), event); }
  absl::Status Activity(const Event& event) { return Apply(ActivityHandler(context_), event); }

  static std::string Bytes(const id::Uuid& id) { return std::string(id.bytes()); }
  static void SetTime(absl::Time time, google::protobuf::Timestamp* timestamp) {
    timestamp->set_seconds(absl::ToUnixSeconds(time));
  }

  void SetStaff(const id::Uuid& staff, const std::string& name, const std::string& email,
                enrolment::v1::StaffState state = enrolment::v1::STAFF_STATE_ACTIVE) {
    Event event;
    auto& changed = *event.mutable_staff_member_changed();
    changed.set_staff_member(Bytes(staff));
    changed.set_display_name(name);
    changed.set_email(email);
    changed.set_state(state);
    changed.set_version(++version_);
    ASSERT_THAT(Enrolment(event), status::IsOk());
  }

  Event EntryOf(const id::Uuid& enrolment, const id::Uuid& participant,
                enrolment::v1::EnrolmentState state) {
    roster::Entry entry;
    entry.organisation = organisation_;
    entry.enrolment = enrolment;
    entry.cohort = cohort_;
    entry.cohort_title = "Spring";
    entry.participant = participant;
    entry.participant_display_name = "Ann Lee";
    entry.patron = patron_;
    entry.coaches = {coach_};
    entry.state = state;
    entry.time_zone = "Europe/London";
    entry.version = ++version_;
    Event event;
    *event.mutable_enrolment_changed()->mutable_entry() = roster::ToProto(entry);
    return event;
  }
  void SetEnrolment(enrolment::v1::EnrolmentState state) {
    ASSERT_THAT(Enrolment(EntryOf(enrolment_, participant_, state)), status::IsOk());
  }

  Event Rung(activity::v1::SilenceRung rung, int working_days = 10) {
    Event event;
    auto& reached = *event.mutable_silence_rung_reached();
    reached.set_enrolment(Bytes(enrolment_));
    reached.set_spell(Bytes(spell_));
    reached.set_rung(rung);
    reached.set_working_days(working_days);
    if (rung == activity::v1::SILENCE_RUNG_CHECK_IN) reached.set_check_in(Bytes(check_in_));
    return event;
  }
  Event CheckIn() { return Rung(activity::v1::SILENCE_RUNG_CHECK_IN); }
  Event SpellEnded() {
    Event event;
    event.mutable_silence_spell_ended()->set_enrolment(Bytes(enrolment_));
    event.mutable_silence_spell_ended()->set_spell(Bytes(spell_));
    return event;
  }
  Event Opened() {
    Event event;
    auto& opened = *event.mutable_patron_queue_entry_opened();
    opened.set_entry(Bytes(queue_entry_));
    opened.set_enrolment(Bytes(enrolment_));
    opened.set_patron(Bytes(patron_));
    opened.set_opening("How is the garden?");
    return event;
  }
  Event Closed(activity::v1::PatronQueueOutcome outcome) {
    Event event;
    auto& closed = *event.mutable_patron_queue_entry_closed();
    closed.set_entry(Bytes(queue_entry_));
    closed.set_enrolment(Bytes(enrolment_));
    closed.set_patron(Bytes(patron_));
    closed.set_outcome(outcome);
    return event;
  }
  Event Moment() {
    Event event;
    auto& shared = *event.mutable_experience_shared();
    shared.set_experience(Bytes(ids_.Next()));
    shared.set_enrolment(Bytes(enrolment_));
    shared.set_cohort(Bytes(cohort_));
    shared.set_moment(activity::v1::FIRST_TIME_MOMENT_POST);
    return event;
  }
  Event Session(int sequence, absl::Time start,
                enrolment::v1::SessionState state = enrolment::v1::SESSION_STATE_PLANNED,
                enrolment::v1::SessionKind kind = enrolment::v1::SESSION_KIND_KICK_OFF) {
    Event event;
    auto& changed = *event.mutable_session_changed();
    changed.set_session(Bytes(session_));
    changed.set_cohort(Bytes(cohort_));
    changed.set_kind(kind);
    changed.set_state(state);
    changed.set_title("The sizzle");
    SetTime(start, changed.mutable_start_time());
    SetTime(start + absl::Hours(2), changed.mutable_end_time());
    changed.set_place("Town hall");
    changed.set_sequence(sequence);
    return event;
  }

  // Everything a person was or was not told, oldest first.
  std::vector<Message> Told(const id::Uuid& person) {
    auto messages = db::Read(pool(), Deadline(), [&](db::Connection& db) {
      return ListInbox(db, {organisation_, person, false, true, {}, 1000});
    });
    EXPECT_THAT(messages, status::IsOk());
    return {messages->rbegin(), messages->rend()};
  }
  std::optional<Message> Only(const id::Uuid& person) {
    const std::vector<Message> told = Told(person);
    EXPECT_EQ(told.size(), 1u);
    return told.empty() ? std::nullopt : std::optional<Message>(told.front());
  }
  // Looks at what is due, as the job does.
  absl::Status SendAll() { return SendDue(pool(), clock_, registry_).Tick(Run()); }
  int64_t Count(absl::string_view sql) {
    auto rows = db::Read(pool(), Deadline(),
                         [&](db::Connection& db) { return db.Query(sql, {organisation_}); });
    EXPECT_THAT(rows, status::IsOk());
    return rows->front().Int(0);
  }
  int64_t Mails() { return Count("SELECT COUNT(*) FROM mail WHERE organisation = ?"); }
  void SetPreferences(const id::Uuid& person, Preferences preferences) {
    ASSERT_THAT(Tx([&](db::Connection& tx) {
                  return SavePreferences(tx, organisation_, person, preferences, clock_.Now());
                }),
                status::IsOk());
  }

  time::SystemClock machine_;
  std::atomic<bool> stopping_{false};
  time::ManualClock clock_{kNow};
  id::Generator ids_{machine_};
  const Context context_{clock_, ids_};
  prometheus::Registry registry_;
  const id::Uuid organisation_ = ids_.Next(), cohort_ = ids_.Next(), enrolment_ = ids_.Next();
  const id::Uuid participant_ = ids_.Next(), coach_ = ids_.Next(), patron_ = ids_.Next();
  const id::Uuid spell_ = ids_.Next(), check_in_ = ids_.Next(), queue_entry_ = ids_.Next();
  const id::Uuid session_ = ids_.Next(), barrier_ = ids_.Next();
  int64_t version_ = 0;
  int64_t position_ = 0;
};

}  // namespace dap::notification

#endif  // DAP_SERVICES_NOTIFICATION_TESTING_NOTIFICATION_TEST_BASE_H_
