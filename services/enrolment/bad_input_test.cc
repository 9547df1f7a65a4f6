// Every rule of cohorts, enrolments and places, broken: the code, the reason and the field are
// right, and nothing in the database has changed.
#include <functional>
#include <limits>
#include <map>
#include <string>
#include <vector>

#include "google/protobuf/util/time_util.h"
#include "libs/db/transaction.h"
#include "services/enrolment/testing/service_test.h"

namespace dap::enrolment {
namespace {

using absl::StatusCode;

class BadInputTest : public ServiceTest {
 protected:
  struct Case {
    const char* what;
    std::function<absl::Status()> call;
    StatusCode code;
    const char* reason;
    const char* field = "";
  };

  // A checksum of every table but those that note what was tried: tries of join codes.
  std::map<std::string, std::string> Everything() {
    std::map<std::string, std::string> checksums;
    auto read = db::Read(world().pool(), Soon(), [&](db::Connection& connection) -> absl::Status {
      absl::StatusOr<db::Rows> tables = connection.Query(
          "SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE()");
      if (!tables.ok()) return tables.status();
      for (const db::Row& table : *tables) {
        if (table.String(0) == "join_code_try") continue;
        absl::StatusOr<db::Rows> sum =
            connection.Query(absl::StrCat("CHECKSUM TABLE `", table.String(0), "`"));
        if (!sum.ok()) return sum.status();
        checksums[table.String(0)] = absl::StrCat(sum->at(0).Int(1));
      }
      return absl::OkStatus();
    });
    EXPECT_THAT(read, IsOk());
    return checksums;
  }
  void Check(const std::vector<Case>& cases) {
    const auto before = Everything();
    for (const Case& c : cases) {
      SCOPED_TRACE(absl::string_view(c.what));
      const absl::Status status = c.call();
      EXPECT_THAT(status, StatusIs(c.code));
      EXPECT_THAT(status, HasReason(c.reason));
      if (*c.field != '\0') {
        EXPECT_THAT(status, NamesField(c.field));
      }
      EXPECT_EQ(Everything(), before);
    }
  }
  template <typename Resp, typename Req>
  std::function<absl::Status()> Of(const char* method, Req request,
                                   const auth::Principal& principal) {
    return [this, method, request, principal]() mutable {
      if (request.request_id().empty()) request.set_request_id(RequestId());
      return Call<Resp>(method, request, principal).status();
    };
  }
  // A change of something that would do.
  std::function<absl::Status()> Create(const std::function<void(v1::Cohort&)>& spoil) {
    v1::CreateCohortRequest request;
    request.set_parent(organisation_name_);
    v1::Cohort& cohort = *request.mutable_cohort();
    cohort.set_title("Spring");
    cohort.set_capacity(5);
    SetDay(*cohort.mutable_start_date(), 2027, 1, 11);
    SetDay(*cohort.mutable_end_date(), 2027, 4, 2);
    spoil(cohort);
    return Of<v1::CreateCohortResponse>("CreateCohort", request, Coach());
  }
  std::function<absl::Status()> Update(const v1::Cohort& cohort, const char* path,
                                       const std::function<void(v1::Cohort&)>& spoil) {
    v1::UpdateCohortRequest request;
    *request.mutable_cohort() = cohort;
    request.mutable_update_mask()->add_paths(path);
    spoil(*request.mutable_cohort());
    return Of<v1::UpdateCohortResponse>("UpdateCohort", request, Coach());
  }
  template <typename Resp, typename Req>
  std::function<absl::Status()> Named(const char* method, const std::string& name,
                                      const auth::Principal& principal) {
    Req request;
    request.set_name(name);
    return Of<Resp>(method, request, principal);
  }
  std::function<absl::Status()> PauseOf(const v1::Enrolment& enrolment, v1::PauseReason reason,
                                        std::optional<absl::Time> until,
                                        const auth::Principal& principal) {
    v1::PauseEnrolmentRequest request;
    request.set_name(enrolment.name());
    request.mutable_pause()->set_reason(reason);
    if (until.has_value()) {
      *request.mutable_pause()->mutable_until_time() =
          google::protobuf::util::TimeUtil::MicrosecondsToTimestamp(absl::ToUnixMicros(*until));
    }
    return Of<v1::PauseEnrolmentResponse>("PauseEnrolment", request, principal);
  }
  static void SetDay(google::type::Date& date, int year, int month, int day) {
    date.set_year(year);
    date.set_month(month);
    date.set_day(day);
  }
};

TEST_F(BadInputTest, PlansOfCohorts) {
  const id::Uuid gone = AddStaff("Gone");
  SetStaffState(gone, v1::STAFF_STATE_LEFT);
  const StatusCode kInvalid = StatusCode::kInvalidArgument;
  const double nan = std::numeric_limits<double>::quiet_NaN();
  Check({
      {"no title", Create([](auto& c) { c.clear_title(); }), kInvalid, "FIELD_REQUIRED",
       "cohort.title"},
      {"long title", Create([](auto& c) { c.set_title(std::string(201, 'x')); }), kInvalid,
       "FIELD_TOO_LONG", "cohort.title"},
      {"no start", Create([](auto& c) { c.clear_start_date(); }), kInvalid, "FIELD_REQUIRED",
       "cohort.start_date"},
      {"no such day", Create([](auto& c) { SetDay(*c.mutable_start_date(), 2027, 2, 30); }),
       kInvalid, "DATE_INVALID", "cohort.start_date"},
      {"year alone", Create([](auto& c) { SetDay(*c.mutable_end_date(), 2027, 0, 0); }), kInvalid,
       "DATE_INVALID", "cohort.end_date"},
      {"ends as it starts", Create([](auto& c) { *c.mutable_end_date() = c.start_date(); }),
       kInvalid, "DATE_ORDER", "cohort.end_date"},
      {"more than a year", Create([](auto& c) { SetDay(*c.mutable_end_date(), 2028, 1, 13); }),
       kInvalid, "DATE_SPAN", "cohort.end_date"},
      {"no places", Create([](auto& c) { c.set_capacity(0); }), kInvalid, "FIELD_REQUIRED",
       "cohort.capacity"},
      {"too many places", Create([](auto& c) { c.set_capacity(501); }), kInvalid,
       "FIELD_OUT_OF_RANGE", "cohort.capacity"},
      {"fewer than none", Create([](auto& c) { c.set_capacity(-1); }), kInvalid,
       "FIELD_OUT_OF_RANGE", "cohort.capacity"},
      {"blend of 99", Create([](auto& c) { c.mutable_blend()->set_online(99); }), kInvalid,
       "BLEND_SUM", "cohort.blend"},
      {"less than nothing online", Create([](auto& c) { c.mutable_blend()->set_online(-1); }),
       kInvalid, "FIELD_OUT_OF_RANGE", "cohort.blend.online"},
      {"nine minutes", Create([](auto& c) {
         c.mutable_commitment()->set_minutes_per_week(9);
         c.mutable_commitment()->set_sessions_per_week(2);
       }),
       kInvalid, "FIELD_OUT_OF_RANGE", "cohort.commitment.minutes_per_week"},
      {"no sessions", Create([](auto& c) { c.mutable_commitment()->set_minutes_per_week(60); }),
       kInvalid, "FIELD_REQUIRED", "cohort.commitment.sessions_per_week"},
      {"target above one", Create([](auto& c) { c.mutable_balance_target()->set_target(1.01); }),
       kInvalid, "BALANCE_RANGE", "cohort.balance_target.target"},
      {"target is no number", Create([=](auto& c) { c.mutable_balance_target()->set_target(nan); }),
       kInvalid, "BALANCE_RANGE", "cohort.balance_target.target"},
      {"tolerance above a half",
       Create([](auto& c) { c.mutable_balance_target()->set_tolerance(0.51); }), kInvalid,
       "BALANCE_RANGE", "cohort.balance_target.tolerance"},
      {"a coach who left", Create([&](auto& c) { c.add_coaches(Staff(gone)); }), kInvalid,
       "STAFF_MEMBER_UNKNOWN", "cohort.coaches[0]"},
      {"too many coaches", Create([&](auto& c) {
         for (int i = 0; i < 21; ++i) c.add_coaches(Staff(coach_));
       }),
       kInvalid, "LIST_TOO_LONG", "cohort.coaches"},
      {"a coach of elsewhere", Create([&](auto& c) {
         c.add_coaches(absl::StrCat("organisations/", gone.ToString(), "/staff/", gone.ToString()));
       }),
       StatusCode::kPermissionDenied, "OTHER_ORGANISATION"},
  });
}

TEST_F(BadInputTest, ChangesOfCohorts) {
  const v1::Cohort open = MakeOpenCohort(2);
  for (int i = 0; i < 2; ++i) ASSERT_THAT(Apply(open, AddStaff("Person")), IsOk());
  const v1::Cohort held = Read(open), cancelled = *Step("CancelCohort", MakeCohort(3));
  v1::Cohort running = MakeOpenCohort(3);
  ActiveIn(running, AddStaff("Active"));
  running = Read(running);
  const StatusCode kInvalid = StatusCode::kInvalidArgument,
                   kFixed = StatusCode::kFailedPrecondition;
  Check({
      {"below the places taken", Update(held, "capacity", [](auto& c) { c.set_capacity(1); }),
       kFixed, "COHORT_FIXED", "cohort.capacity"},
      {"the start of a running one",
       Update(running, "start_date", [](auto& c) { c.mutable_start_date()->set_day(12); }), kFixed,
       "COHORT_FIXED", "cohort.start_date"},
      {"the commitment of a running one",
       Update(running, "commitment",
              [](auto& c) { c.mutable_commitment()->set_minutes_per_week(90); }),
       kFixed, "COHORT_FIXED", "cohort.commitment"},
      {"the title of a cancelled one",
       Update(cancelled, "title", [](auto& c) { c.set_title("Again"); }), kFixed, "COHORT_FIXED",
       "cohort.title"},
      {"the coaches of a cancelled one",
       Update(cancelled, "coaches", [&](auto& c) { c.add_coaches(Staff(admin_)); }), kFixed,
       "COHORT_FIXED", "cohort.coaches"},
      {"its state", Update(held, "state", [](auto&) {}), kInvalid, "UPDATE_MASK_PATH",
       "update_mask"},
      {"its join code", Update(held, "join_code", [](auto&) {}), kInvalid, "UPDATE_MASK_PATH",
       "update_mask"},
      {"an end before the start",
       Update(held, "end_date", [](auto& c) { c.mutable_end_date()->set_year(2026); }), kInvalid,
       "DATE_ORDER", "cohort.end_date"},
      {"no title", Update(held, "title", [](auto& c) { c.clear_title(); }), kInvalid,
       "FIELD_REQUIRED", "cohort.title"},
      {"no coach", Update(held, "coaches", [](auto& c) { c.clear_coaches(); }), kInvalid,
       "COACH_MISSING", "cohort.coaches"},
      {"a coach twice", Update(held, "coaches", [&](auto& c) { c.add_coaches(Staff(coach_)); }),
       kInvalid, "COACH_REPEATED", "cohort.coaches"},
      {"an old etag", Update(held, "title", [](auto& c) { c.set_etag("v1"); }),
       StatusCode::kAborted, "ETAG_MISMATCH"},
      {"an etag that is none", Update(held, "title", [](auto& c) { c.set_etag("' OR 1"); }),
       StatusCode::kAborted, "ETAG_MISMATCH"},
      {"no request id",
       [&] {
         v1::UpdateCohortRequest request;
         *request.mutable_cohort() = held;
         return Call<v1::UpdateCohortResponse>("UpdateCohort", request, Coach()).status();
       },
       kInvalid, "FIELD_REQUIRED", "request_id"},
  });
}

TEST_F(BadInputTest, StepsOfCohorts) {
  const v1::Cohort draft = MakeCohort(3), open = MakeOpenCohort(3),
                   cancelled = *Step("CancelCohort", MakeCohort(3));
  v1::Cohort running = MakeOpenCohort(3);
  ActiveIn(running, AddStaff("Active"));
  const auto step = [this](const char* method, const v1::Cohort& cohort) {
    return [this, method, &cohort] { return Step(method, cohort).status(); };
  };
  const auto start = [this](const v1::Cohort& cohort, const char* reason) {
    return [this, &cohort, reason] { return StartCohort(cohort, reason).status(); };
  };
  const StatusCode kState = StatusCode::kFailedPrecondition;
  Check({
      {"open again", step("OpenCohort", open), kState, "COHORT_STATE", "state"},
      {"open what was called off", step("OpenCohort", cancelled), kState, "COHORT_STATE", "state"},
      {"close a draft", step("CloseRecruitment", draft), kState, "COHORT_NOT_READY", "state"},
      {"close without a kick-off", step("CloseRecruitment", open), kState, "COHORT_NOT_READY",
       "kick_off"},
      {"start a draft", start(draft, ""), kState, "COHORT_NOT_READY", "state"},
      {"start a draft in spite of it", start(draft, "Now"), kState, "COHORT_NOT_READY", "state"},
      {"start what runs", start(running, "Again"), kState, "COHORT_NOT_READY", "state"},
      {"a long reason", [&] { return StartCohort(open, std::string(501, 'x')).status(); },
       StatusCode::kInvalidArgument, "FIELD_TOO_LONG", "override_reason"},
      {"finish a draft", step("FinishCohort", draft), kState, "COHORT_STATE", "state"},
      {"cancel what runs", step("CancelCohort", running), kState, "COHORT_STATE", "state"},
      {"cancel again", step("CancelCohort", cancelled), kState, "COHORT_STATE", "state"},
  });
}

TEST_F(BadInputTest, PlacesAndEnrolments) {
  const v1::Cohort open = MakeOpenCohort(2), draft = MakeCohort(2);
  const id::Uuid person = AddStaff("Person"), other = AddStaff("Other"), gone = AddStaff("Gone"),
                 named = AddStaff("Named"), left = AddStaff("Left");
  SetStaffState(gone, v1::STAFF_STATE_SUSPENDED);
  const v1::Enrolment applied = *Apply(open, person), nominated = *Nominate(open, named),
                      withdrawn = *Withdraw(*Apply(open, left), left);
  v1::Cohort running = MakeOpenCohort(3);
  const v1::Enrolment active = ActiveIn(running, other);
  const auto apply = [this](const v1::Cohort& cohort, const id::Uuid& staff) {
    return [this, cohort, staff] { return Apply(cohort, staff).status(); };
  };
  const auto nominate = [this](const v1::Cohort& cohort, const id::Uuid& staff) {
    return [this, cohort, staff] { return Nominate(cohort, staff).status(); };
  };
  v1::Cohort unknown;
  unknown.set_name(absl::StrCat(organisation_name_, "/cohorts/", person.ToString()));
  const std::string no_enrolment = absl::StrCat(open.name(), "/enrolments/", person.ToString());
  v1::AcceptEnrolmentRequest short_of;
  short_of.set_name(applied.name());
  short_of.mutable_commitment()->set_minutes_per_week(5);
  short_of.mutable_commitment()->set_sessions_per_week(1);
  const StatusCode kState = StatusCode::kFailedPrecondition,
                   kInvalid = StatusCode::kInvalidArgument, kDenied = StatusCode::kPermissionDenied;
#define ENROLMENT(method, name, who) \
  Named<v1::method##Response, v1::method##Request>(#method, name, who)
  Check({
      {"apply to a draft", apply(draft, person), kState, "COHORT_NOT_RECRUITING"},
      {"apply to what runs", apply(running, person), kState, "COHORT_NOT_RECRUITING"},
      {"apply twice", apply(open, person), StatusCode::kAlreadyExists, "ENROLMENT_EXISTS"},
      {"apply after being named", apply(open, named), StatusCode::kAlreadyExists,
       "ENROLMENT_EXISTS"},
      {"apply while suspended", apply(open, gone), kDenied, "CALLER_NOT_STAFF"},
      {"apply to nothing", apply(unknown, person), StatusCode::kNotFound, "COHORT_NOT_FOUND"},
      {"name who is suspended", nominate(open, gone), StatusCode::kNotFound,
       "STAFF_MEMBER_NOT_FOUND"},
      {"name nobody", nominate(open, world().ids().Next()), StatusCode::kNotFound,
       "STAFF_MEMBER_NOT_FOUND"},
      {"name who applied", nominate(open, person), StatusCode::kAlreadyExists, "ENROLMENT_EXISTS"},
      {"name for a draft", nominate(draft, person), kState, "COHORT_NOT_RECRUITING"},
      {"accept another's", ENROLMENT(AcceptEnrolment, applied.name(), Participant(other)), kDenied,
       "NOT_YOURS"},
      {"accept for another", ENROLMENT(AcceptEnrolment, nominated.name(), Participant(person)),
       kDenied, "NOT_YOURS"},
      {"accept what has ended", ENROLMENT(AcceptEnrolment, withdrawn.name(), Participant(left)),
       kState, "ENROLMENT_STATE"},
      {"accept what is active", ENROLMENT(AcceptEnrolment, active.name(), Participant(other)),
       kState, "ENROLMENT_STATE"},
      {"accept five minutes",
       Of<v1::AcceptEnrolmentResponse>("AcceptEnrolment", short_of, Participant(person)), kInvalid,
       "FIELD_OUT_OF_RANGE", "commitment.minutes_per_week"},
      {"withdraw twice", ENROLMENT(WithdrawEnrolment, withdrawn.name(), Participant(left)), kState,
       "ENROLMENT_STATE"},
      {"withdraw another", ENROLMENT(WithdrawEnrolment, applied.name(), Participant(other)),
       kDenied, "NOT_YOURS"},
      {"withdraw nothing", ENROLMENT(WithdrawEnrolment, no_enrolment, Coach()),
       StatusCode::kNotFound, "ENROLMENT_NOT_FOUND"},
      {"pause before the start",
       PauseOf(applied, v1::PAUSE_REASON_LEAVE, std::nullopt, Participant(person)), kState,
       "ENROLMENT_STATE"},
      {"busy without an end",
       PauseOf(active, v1::PAUSE_REASON_BUSY, std::nullopt, Participant(other)), kInvalid,
       "PAUSE_UNTIL_MISSING", "pause.until_time"},
      {"busy until yesterday",
       PauseOf(active, v1::PAUSE_REASON_BUSY, Now() - absl::Hours(24), Participant(other)),
       kInvalid, "PAUSE_UNTIL", "pause.until_time"},
      {"busy for 61 days",
       PauseOf(active, v1::PAUSE_REASON_BUSY, Now() + absl::Hours(24 * 61), Participant(other)),
       kInvalid, "PAUSE_UNTIL", "pause.until_time"},
      {"a coach's pause by oneself",
       PauseOf(active, v1::PAUSE_REASON_COACH, std::nullopt, Participant(other)), kInvalid,
       "PAUSE_REASON", "pause.reason"},
      {"HR's pause by a coach", PauseOf(active, v1::PAUSE_REASON_SUSPENDED, std::nullopt, Coach()),
       kInvalid, "PAUSE_REASON", "pause.reason"},
      {"resume what goes on", ENROLMENT(ResumeEnrolment, active.name(), Participant(other)), kState,
       "ENROLMENT_STATE"},
  });
#undef ENROLMENT
}

TEST_F(BadInputTest, JoinCodesAndRequestIds) {
  const v1::Cohort open = MakeOpenCohort(2);
  v1::JoinCohortRequest join;
  join.set_parent(organisation_name_);
  join.set_join_code("ABCDEFGH");
  v1::JoinCohortRequest no_code = join, long_code = join;
  no_code.clear_join_code();
  long_code.set_join_code(std::string(33, 'A'));
  v1::OpenCohortRequest used;
  used.set_name(MakeCohort(2).name());
  used.set_request_id(RequestId());
  ASSERT_THAT(Call<v1::OpenCohortResponse>("OpenCohort", used, Coach()), IsOk());
  used.set_name(MakeCohort(2).name());
  v1::OpenCohortRequest malformed = used;
  malformed.set_request_id("1");
  const auto who = Participant(AddStaff("Person"));
  const StatusCode kInvalid = StatusCode::kInvalidArgument;
  Check({
      {"a wrong code", Of<v1::JoinCohortResponse>("JoinCohort", join, who),
       StatusCode::kFailedPrecondition, "JOIN_CODE_WRONG"},
      {"no code", Of<v1::JoinCohortResponse>("JoinCohort", no_code, who), kInvalid,
       "FIELD_REQUIRED", "join_code"},
      {"a long code", Of<v1::JoinCohortResponse>("JoinCohort", long_code, who), kInvalid,
       "FIELD_TOO_LONG", "join_code"},
      {"another's request id", Of<v1::OpenCohortResponse>("OpenCohort", used, Coach()), kInvalid,
       "REQUEST_ID_REUSED", "request_id"},
      {"a request id that is none", Of<v1::OpenCohortResponse>("OpenCohort", malformed, Coach()),
       kInvalid, "FIELD_NOT_UUID", "request_id"},
  });
}

}  // namespace
}  // namespace dap::enrolment
