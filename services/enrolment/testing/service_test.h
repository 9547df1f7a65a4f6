// The whole service but for its process: a real server and channel, the real MariaDB, an
// organisation with staff.
#ifndef DAP_SERVICES_ENROLMENT_TESTING_SERVICE_TEST_H_
#define DAP_SERVICES_ENROLMENT_TESTING_SERVICE_TEST_H_

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "dap/enrolment/v1/calendar_service.pb.h"
#include "dap/enrolment/v1/enrolment_service.pb.h"
#include "dap/enrolment/v1/participant_service.pb.h"
#include "dap/enrolment/v1/patron_service.pb.h"
#include "dap/enrolment/v1/report_service.pb.h"
#include "dap/enrolment/v1/roster_service.pb.h"
#include "dap/enrolment/v1/session_service.pb.h"
#include "dap/enrolment/v1/working_days_service.pb.h"
#include "dap/events/v1/event.pb.h"
#include "libs/db/pool.h"
#include "libs/feed/feed.h"
#include "libs/id/uuid.h"
#include "libs/rpc/channel.h"
#include "libs/rpc/page_token.h"
#include "libs/rpc/server.h"
#include "libs/status/matchers.h"
#include "libs/time/clock.h"
#include "services/enrolment/faces.h"

namespace dap::enrolment {

using status::HasReason;
using status::IsOk;
using status::NamesField;
using status::StatusIs;

// One a process, as it costs a schema. Tests don't meet in it: each has an organisation of its own.
class World {
 public:
  static World& Get();

  db::Pool& pool() { return *pool_; }
  feed::Feed& feed() { return *feed_; }
  time::ManualClock& clock() { return clock_; }
  id::Generator& ids() { return ids_; }
  rpc::Channel& channel() { return *channel_; }
  int port() const { return server_->port(); }

 private:
  World();

  time::ManualClock clock_;
  id::Generator ids_{clock_};
  std::unique_ptr<db::Pool> pool_;
  std::unique_ptr<feed::Feed> feed_;
  std::unique_ptr<rpc::PageTokens> page_tokens_;
  std::unique_ptr<Faces> faces_;
  std::unique_ptr<rpc::Server> server_;
  std::shared_ptr<rpc::Channel> channel_;
};

class ServiceTest : public ::testing::Test {
 protected:
  void SetUp() override;

  World& world() { return World::Get(); }
  absl::Time Now() { return world().clock().Now(); }
  void Advance(absl::Duration by) { world().clock().Advance(by); }
  // By the machine's clock.
  static absl::Time Soon();

  // Somebody who works in the organisation.
  id::Uuid AddStaff(absl::string_view name);
  void SetStaffState(const id::Uuid& staff, v1::StaffState state);
  std::string Staff(const id::Uuid& staff) const;

  auth::Principal As(const id::Uuid& staff, auth::RoleSet roles) const;
  auth::Principal Coach() const { return As(coach_, {options::v1::ROLE_COACH}); }
  auth::Principal Participant(const id::Uuid& staff) const {
    return As(staff, {options::v1::ROLE_PARTICIPANT});
  }
  auth::Principal PatronOf(const id::Uuid& staff) const {
    return As(staff, {options::v1::ROLE_PATRON});
  }
  auth::Principal Admin() const { return As(admin_, {options::v1::ROLE_ORG_ADMIN}); }

  template <typename Resp>
  absl::StatusOr<Resp> Call(absl::string_view method, const google::protobuf::Message& request,
                            const auth::Principal& principal) {
    return world().channel().Call<Resp>(FullName(method), request, Context(principal));
  }
  // "dap.enrolment.v1.PatronService/InvitePatron": a method's name is one service's only.
  static std::string FullName(absl::string_view method);
  // Of a call made for somebody, or by a service for nobody.
  static rpc::CallContext Context(std::optional<auth::Principal> principal = std::nullopt);

  std::string RequestId() { return world().ids().Next().ToString(); }

  // Steps of the journey, each of which must go well unless it returns a StatusOr.
  v1::Cohort MakeCohort(int capacity);
  v1::Cohort MakeOpenCohort(int capacity);
  absl::StatusOr<v1::Enrolment> Apply(const v1::Cohort& cohort, const id::Uuid& staff);
  absl::StatusOr<v1::Enrolment> Nominate(const v1::Cohort& cohort, const id::Uuid& staff);
  absl::StatusOr<v1::Enrolment> Accept(const v1::Enrolment& enrolment, const id::Uuid& staff);
  absl::StatusOr<v1::Enrolment> Withdraw(const v1::Enrolment& enrolment, const id::Uuid& staff);
  // Cohort steps by their method: "OpenCohort".
  absl::StatusOr<v1::Cohort> Step(absl::string_view method, const v1::Cohort& cohort);
  absl::StatusOr<v1::Cohort> StartCohort(const v1::Cohort& cohort, absl::string_view reason);
  absl::StatusOr<v1::Session> Plan(const v1::Cohort& cohort, v1::SessionKind kind,
                                   absl::Time start);
  absl::StatusOr<v1::Patron> Invite(const v1::Cohort& cohort, const id::Uuid& staff);
  absl::StatusOr<v1::Patron> Answer(const v1::Cohort& cohort, const id::Uuid& staff, bool agree);
  absl::StatusOr<v1::Enrolment> Assign(const v1::Enrolment& enrolment, const id::Uuid& patron);
  absl::StatusOr<v1::Session> Record(const v1::Session& session,
                                     const std::vector<v1::Enrolment>& enrolments);
  absl::StatusOr<v1::Session> CheckIn(const v1::Session& session, const id::Uuid& staff,
                                      absl::string_view code);
  // A patron of the cohort who has agreed.
  id::Uuid AgreedPatron(const v1::Cohort& cohort);
  // An ACTIVE enrolment of `staff` in a running cohort.
  v1::Enrolment ActiveIn(v1::Cohort& cohort, const id::Uuid& staff);

  // All items of a list, read in pages of two.
  template <typename Resp, typename Req, typename F>
  std::vector<std::string> InPages(absl::string_view method, Req request,
                                   const auth::Principal& principal, F names_of) {
    std::vector<std::string> all;
    request.set_page_size(2);
    do {
      const auto page = Call<Resp>(method, request, principal);
      EXPECT_THAT(page, IsOk());
      if (!page.ok()) break;
      const std::vector<std::string> names = names_of(*page);
      EXPECT_LE(names.size(), 2u);
      all.insert(all.end(), names.begin(), names.end());
      request.set_page_token(page->next_page_token());
    } while (!request.page_token().empty());
    return all;
  }

  v1::Cohort Read(const v1::Cohort& cohort);
  v1::Enrolment Read(const v1::Enrolment& enrolment);
  // One number of the database.
  int64_t Count(absl::string_view sql, const db::Values& values);

  // A statement with the organisation as its one value.
  void Execute(absl::string_view sql);

  // The organisation's events since the test began, or since the last call.
  std::vector<events::v1::Event> NewEvents();
  std::vector<v1::RosterEntry> NewEntries();

  id::Uuid organisation_;
  std::string organisation_name_;
  id::Uuid coach_;
  id::Uuid admin_;

 private:
  int64_t seen_position_ = 0;
};

// The last id of a name.
id::Uuid LastId(const std::string& name);

}  // namespace dap::enrolment

#endif  // DAP_SERVICES_ENROLMENT_TESTING_SERVICE_TEST_H_
