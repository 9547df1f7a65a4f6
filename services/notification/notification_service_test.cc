// The face: only one's own, paged, and read once.
#include "services/notification/notification_service.h"

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "libs/rpc/channel.h"
#include "libs/rpc/server.h"
#include "services/notification/testing/notification_test_base.h"

namespace dap::notification {
namespace {

using options::v1::Role;
using status::HasReason;
using status::IsOk;

class NotificationServiceTest : public NotificationTest {
 protected:
  using Try = std::function<absl::Status(const auth::Principal&)>;

  void SetUp() override {
    NotificationTest::SetUp();
    feed_ = std::make_unique<feed::Feed>(pool(), clock_);
    tokens_ = std::make_unique<rpc::PageTokens>(*rpc::PageTokens::Create(std::string(32, 'k')));
    face_ =
        std::make_unique<NotificationService>(requests::Ledger{pool(), *feed_, clock_}, *tokens_);
    service_ = std::make_unique<rpc::Service>("dap.notification.v1.NotificationService");
    face_->BindTo(*service_);
    rpc::ServerOptions options;
    options.security = rpc::Security::kInsecureForTests;
    auto server = rpc::Server::Start(options, {service_.get()});
    ASSERT_THAT(server, IsOk());
    server_ = *std::move(server);
    rpc::ChannelOptions to;
    to.target = absl::StrCat("127.0.0.1:", server_->port());
    to.insecure_for_tests = true;
    channel_ = *rpc::Channel::Open(to);
    ASSERT_THAT(Activity(CheckIn()), IsOk());
    ASSERT_THAT(SendAll(), IsOk());
  }

  auth::Principal As(const id::Uuid& staff, auth::RoleSet roles) {
    return {.subject = staff.ToString(),
            .staff = staff,
            .organisation = organisation_,
            .roles = roles,
            .expires = absl::InfiniteFuture()};
  }
  auth::Principal Self() { return As(participant_, {Role::ROLE_PARTICIPANT}); }
  template <typename Resp>
  absl::StatusOr<Resp> Call(absl::string_view method, const google::protobuf::Message& request,
                            const auth::Principal& principal) {
    rpc::CallContext context;
    context.deadline = Deadline();
    context.principal = principal;
    return channel_->Call<Resp>(absl::StrCat("dap.notification.v1.NotificationService/", method),
                                request, context);
  }
  std::string Person() {
    return id::Name({{"organisations", organisation_}, {"staff", participant_}});
  }
  std::string MessageName() {
    return absl::StrCat(Person(), "/messages/", Only(participant_)->message.ToString());
  }
  v1::ListMessagesRequest List() {
    v1::ListMessagesRequest request;
    request.set_parent(Person());
    return request;
  }
  v1::MarkMessageReadRequest Read(const std::string& name) {
    v1::MarkMessageReadRequest request;
    request.set_name(name);
    request.set_request_id(ids_.Next().ToString());
    return request;
  }
  v1::UpdatePreferencesRequest Prefer(bool email, bool no_nudges) {
    v1::UpdatePreferencesRequest request;
    request.set_name(Person());
    request.mutable_preferences()->set_email(email);
    request.mutable_preferences()->set_no_nudges(no_nudges);
    request.set_request_id(ids_.Next().ToString());
    return request;
  }
  template <typename Resp, typename Make>
  Try Method(const char* method, Make make) {
    return [this, method, make](const auth::Principal& caller) {
      return Call<Resp>(method, make(), caller).status();
    };
  }
  std::map<std::string, Try> Methods() {
    return {
        {"ListMessages",
         Method<v1::ListMessagesResponse>("ListMessages", [this] { return List(); })},
        {"GetMessage", Method<v1::GetMessageResponse>("GetMessage",
                                                      [this] {
                                                        v1::GetMessageRequest request;
                                                        request.set_name(MessageName());
                                                        return request;
                                                      })},
        {"MarkMessageRead", Method<v1::MarkMessageReadResponse>(
                                "MarkMessageRead", [this] { return Read(MessageName()); })},
        {"GetPreferences", Method<v1::GetPreferencesResponse>("GetPreferences",
                                                              [this] {
                                                                v1::GetPreferencesRequest request;
                                                                request.set_name(Person());
                                                                return request;
                                                              })},
        {"UpdatePreferences", Method<v1::UpdatePreferencesResponse>(
                                  "UpdatePreferences", [this] { return Prefer(true, false); })},
    };
  }

  std::unique_ptr<feed::Feed> feed_;
  std::unique_ptr<rpc::PageTokens> tokens_;
  std::unique_ptr<NotificationService> face_;
  std::unique_ptr<rpc::Service> service_;
  std::unique_ptr<rpc::Server> server_;
  std::shared_ptr<rpc::Channel> channel_;
};

TEST_F(NotificationServiceTest, GivesEachMethodToItsRolesOnly) {
  const std::vector<std::pair<Role, bool>> roles = {
      {Role::ROLE_PARTICIPANT, true}, {Role::ROLE_PATRON, true},     {Role::ROLE_COACH, true},
      {Role::ROLE_ORG_ADMIN, true},   {Role::ROLE_HR_SYSTEM, false}, {Role::ROLE_OPERATOR, false}};
  const std::map<std::string, Try> methods = Methods();
  ASSERT_EQ(methods.size(), static_cast<size_t>(service_->descriptor()->method_count()));
  for (const auto& [method, send] : methods) {
    for (const auto& [role, allowed] : roles) {
      auth::Principal caller = As(participant_, {role});
      if (!allowed) caller.staff = {};
      if (role == Role::ROLE_OPERATOR) caller.organisation = {};
      if (allowed) {
        EXPECT_THAT(send(caller), IsOk()) << method << " " << role;
      } else {
        EXPECT_THAT(send(caller), HasReason("ROLE_MISSING")) << method << " " << role;
      }
    }
  }
}

TEST_F(NotificationServiceTest, GivesAPersonTheirOwnAndNobodyElses) {
  const auth::RoleSet all = {Role::ROLE_PARTICIPANT, Role::ROLE_PATRON, Role::ROLE_COACH,
                             Role::ROLE_ORG_ADMIN};
  auth::Principal elsewhere = As(participant_, all);
  elsewhere.organisation = ids_.Next();
  for (const auto& [method, send] : Methods()) {
    EXPECT_THAT(send(As(participant_, all)), IsOk()) << method;
    for (const id::Uuid& other : {patron_, coach_, ids_.Next()}) {
      EXPECT_THAT(send(As(other, all)), HasReason("NOT_YOURS")) << method;
    }
    EXPECT_THAT(send(elsewhere), HasReason("OTHER_ORGANISATION")) << method;
  }
}

TEST_F(NotificationServiceTest, ListsTheInboxNewestFirstInPages) {
  ASSERT_THAT(Enrolment(Session(0, kNow + absl::Hours(72))), IsOk());
  ASSERT_THAT(SendAll(), IsOk());
  ASSERT_THAT(Enrolment(Session(1, kNow + absl::Hours(96))), IsOk());
  ASSERT_THAT(SendAll(), IsOk());
  v1::ListMessagesRequest request = List();
  request.set_page_size(2);
  const auto first = Call<v1::ListMessagesResponse>("ListMessages", request, Self());
  ASSERT_THAT(first, IsOk());
  ASSERT_EQ(first->messages_size(), 2);
  EXPECT_EQ(first->messages(0).subject(), "Changed: The sizzle");
  EXPECT_EQ(first->messages(1).subject(), "Your kick-off: The sizzle");
  request.set_page_token(first->next_page_token());
  const auto second = Call<v1::ListMessagesResponse>("ListMessages", request, Self());
  ASSERT_THAT(second, IsOk());
  ASSERT_EQ(second->messages_size(), 1);
  EXPECT_EQ(second->messages(0).kind(), v1::MESSAGE_KIND_CHECK_IN);
  EXPECT_EQ(second->next_page_token(), "");
  request.set_unread_only(true);
  EXPECT_THAT(Call<v1::ListMessagesResponse>("ListMessages", request, Self()),
              HasReason("PAGE_TOKEN_OF_ANOTHER_QUERY"));
}

TEST_F(NotificationServiceTest, ShowsWhatWasNotSentAndWhyToWhoAsks) {
  Event another = CheckIn();
  another.mutable_silence_rung_reached()->set_check_in(Bytes(ids_.Next()));
  ASSERT_THAT(Activity(another), IsOk());
  ASSERT_THAT(SendAll(), IsOk());
  v1::ListMessagesRequest request = List();
  EXPECT_EQ(Call<v1::ListMessagesResponse>("ListMessages", request, Self())->messages_size(), 1);
  request.set_show_unsent(true);
  const auto all = Call<v1::ListMessagesResponse>("ListMessages", request, Self());
  ASSERT_THAT(all, IsOk());
  ASSERT_EQ(all->messages_size(), 2);
  EXPECT_EQ(all->messages(0).outcome(), v1::MESSAGE_OUTCOME_DEFERRED);
  EXPECT_EQ(all->messages(0).outcome_reason(), "OVER_BUDGET");
  EXPECT_FALSE(all->messages(0).has_send_time());
  EXPECT_NE(all->messages(0).why(), "");
  EXPECT_EQ(all->messages(1).outcome(), v1::MESSAGE_OUTCOME_SENT);
}

TEST_F(NotificationServiceTest, IsReadAtTheFirstTime) {
  const std::string name = MessageName();
  const auto read = Call<v1::MarkMessageReadResponse>("MarkMessageRead", Read(name), Self());
  ASSERT_THAT(read, IsOk());
  clock_.Advance(absl::Hours(1));
  const auto again = Call<v1::MarkMessageReadResponse>("MarkMessageRead", Read(name), Self());
  ASSERT_THAT(again, IsOk());
  EXPECT_EQ(again->message().read_time().seconds(), absl::ToUnixSeconds(kNow));
  v1::ListMessagesRequest request = List();
  request.set_unread_only(true);
  for (bool unsent : {false, true}) {
    request.set_show_unsent(unsent);
    EXPECT_EQ(Call<v1::ListMessagesResponse>("ListMessages", request, Self())->messages_size(), 0);
  }
}

TEST_F(NotificationServiceTest, KnowsNoMessageThatIsNotThere) {
  const std::string name = absl::StrCat(Person(), "/messages/", ids_.Next().ToString());
  v1::GetMessageRequest request;
  request.set_name(name);
  EXPECT_THAT(Call<v1::GetMessageResponse>("GetMessage", request, Self()),
              HasReason("MESSAGE_NOT_FOUND"));
  EXPECT_THAT(Call<v1::MarkMessageReadResponse>("MarkMessageRead", Read(name), Self()),
              HasReason("MESSAGE_NOT_FOUND"));
}

TEST_F(NotificationServiceTest, KeepsPreferencesOnceForARequest) {
  v1::GetPreferencesRequest get;
  get.set_name(Person());
  const auto before = Call<v1::GetPreferencesResponse>("GetPreferences", get, Self());
  ASSERT_THAT(before, IsOk());
  EXPECT_TRUE(before->preferences().email());
  EXPECT_FALSE(before->preferences().no_nudges());
  v1::UpdatePreferencesRequest off = Prefer(false, true);
  ASSERT_THAT(Call<v1::UpdatePreferencesResponse>("UpdatePreferences", off, Self()), IsOk());
  ASSERT_THAT(Call<v1::UpdatePreferencesResponse>("UpdatePreferences", Prefer(true, true), Self()),
              IsOk());
  // Sent again late, it changes nothing.
  ASSERT_THAT(Call<v1::UpdatePreferencesResponse>("UpdatePreferences", off, Self()), IsOk());
  const auto after = Call<v1::GetPreferencesResponse>("GetPreferences", get, Self());
  EXPECT_TRUE(after->preferences().email());
  EXPECT_TRUE(after->preferences().no_nudges());
  off.mutable_preferences()->set_email(true);
  EXPECT_THAT(Call<v1::UpdatePreferencesResponse>("UpdatePreferences", off, Self()),
              HasReason("REQUEST_ID_REUSED"));
}

}  // namespace
}  // namespace dap::notification
