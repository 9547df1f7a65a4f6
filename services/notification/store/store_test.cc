// The statements, on the real MariaDB.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "libs/db/testing/schema.h"
#include "libs/db/transaction.h"
#include "libs/status/matchers.h"
#include "notification_migrations.h"
#include "services/notification/store/contacts.h"
#include "services/notification/store/mails.h"
#include "services/notification/store/messages.h"

namespace dap::notification {
namespace {

using status::IsOk;

const absl::Time kNow = absl::FromUnixSeconds(1795514400);

db::testing::Schema& SharedSchema() {
  static auto& schema = *[] {
    auto* made = new db::testing::Schema();
    made->Migrate("notification", Migrations());
    return made;
  }();
  return schema;
}

class StoreTest : public ::testing::Test {
 protected:
  template <typename F>
  auto Tx(F body) {
    return db::Transaction(SharedSchema().pool(), machine_.Now() + absl::Seconds(60), body);
  }
  Message New(absl::Time at = kNow) {
    Message message;
    message.organisation = organisation_;
    message.recipient = recipient_;
    message.message = ids_.Next();
    message.cause = ids_.Next();
    message.matter = ids_.Next();
    message.enrolment = ids_.Next();
    message.about = "about";
    message.text = {"subject", "body", "why"};
    message.create_time = at;
    return message;
  }
  void Insert(const std::vector<Message>& messages) {
    ASSERT_THAT(Tx([&](db::Connection& tx) { return InsertMessages(tx, messages); }), IsOk());
  }

  time::SystemClock machine_;
  id::Generator ids_{machine_};
  const id::Uuid organisation_ = ids_.Next(), recipient_ = ids_.Next();
};

TEST_F(StoreTest, KeepsOneMessageForEachCause) {
  const Message first = New();
  Message again = first;
  again.message = ids_.Next();
  again.text.subject = "other";
  Message next_version = again;
  next_version.message = ids_.Next();
  next_version.cause_version = 1;
  Insert({first, again, next_version});
  Insert({again});
  const auto inbox = Tx([&](db::Connection& tx) {
    return ListInbox(tx, {organisation_, recipient_, false, true, {}, 10});
  });
  ASSERT_THAT(inbox, IsOk());
  ASSERT_EQ(inbox->size(), 2u);
  EXPECT_EQ((*inbox)[1].message, first.message);
  EXPECT_EQ((*inbox)[1].text.subject, "subject");
}

TEST_F(StoreTest, WalksThroughWhatIsDueAlsoWhereTimesAreEqual) {
  SharedSchema().Run("UPDATE message SET due_time = NULL");
  std::vector<Message> messages;
  for (int i = 0; i < 7; ++i) messages.push_back(New(kNow - absl::Seconds(i / 4)));
  messages.push_back(New(kNow + absl::Microseconds(1)));  // not due
  Insert(messages);
  std::vector<id::Uuid> seen;
  Due after;
  while (true) {
    const auto page = Tx([&](db::Connection& tx) { return ListDue(tx, kNow, after, 2); });
    ASSERT_THAT(page, IsOk());
    if (page->empty()) break;
    for (const Due& due : *page) seen.push_back(due.key.message);
    after = page->back();
  }
  std::vector<id::Uuid> expected;
  for (int i : {4, 5, 6, 0, 1, 2, 3}) expected.push_back(messages[i].message);
  EXPECT_EQ(seen, expected);
}

TEST_F(StoreTest, SettlesAMatterOnceAndOnlyWhatWaitsIsDue) {
  Message waiting = New(kNow + absl::Hours(1));
  Message done = New(kNow);
  done.matter = waiting.matter;
  Insert({waiting, done});
  done.outcome = Outcome::kSent;
  ASSERT_THAT(Tx([&](db::Connection& tx) { return SaveOutcome(tx, done); }), IsOk());
  for (int i = 0; i < 2; ++i) {
    ASSERT_THAT(Tx([&](db::Connection& tx) {
                  return SettleMatter(tx, organisation_, waiting.matter, kNow + absl::Seconds(i));
                }),
                IsOk());
  }
  for (const Message& one : {waiting, done}) {
    const auto found = Tx([&](db::Connection& tx) {
      return FindMessage(tx, {organisation_, recipient_, one.message});
    });
    EXPECT_EQ((*found)->settle_time, kNow);
    EXPECT_EQ((*found)->due_time,
              one.outcome == Outcome::kSent ? std::nullopt : std::optional<absl::Time>(kNow));
  }
}

TEST_F(StoreTest, GivesDefaultsWhereAnOrganisationHasNone) {
  const auto defaults = Tx([&](db::Connection& tx) { return FindSettings(tx, organisation_); });
  EXPECT_EQ(defaults->per_week, 2);
  ASSERT_THAT(Tx([&](db::Connection& tx) {
                return tx
                    .Execute(
                        "INSERT INTO organisation_settings (organisation, per_week, "
                        "window_opens_minute, nudge_lifetime_hours) VALUES (?, 9, 510, 24)",
                        {organisation_})
                    .status();
              }),
              IsOk());
  const auto own = Tx([&](db::Connection& tx) { return FindSettings(tx, organisation_); });
  EXPECT_EQ(own->per_day, 1);
  EXPECT_EQ(own->per_week, 9);
  EXPECT_EQ(own->window_opens, absl::Minutes(510));
  EXPECT_EQ(own->window_closes, absl::Hours(17));
  EXPECT_EQ(own->nudge_lifetime, absl::Hours(24));
}

// Statements as the store has them, on tables with enough rows that an index is worth it.
TEST_F(StoreTest, EveryListUsesAnIndex) {
  std::vector<Message> messages;
  for (int i = 0; i < 4000; ++i) {
    messages.push_back(New(kNow - absl::Minutes(i)));
    if (i % 10 != 0) messages.back().recipient = ids_.Next();
  }
  Insert(messages);
  ASSERT_THAT(Tx([&](db::Connection& tx) -> absl::Status {
                for (const Message& m : messages) {
                  const absl::Status queued =
                      QueueMail(tx, {m.organisation, m.recipient, m.message}, m.create_time);
                  if (!queued.ok()) return queued;
                }
                return absl::OkStatus();
              }),
              IsOk());
  SharedSchema().Run(
      "UPDATE message SET outcome = 1, due_time = NULL, send_time = create_time "
      "WHERE create_time < '2026-11-24 09:50:00'; "
      "UPDATE mail SET due_time = NULL WHERE create_time < '2026-11-24 09:50:00'; "
      "ANALYZE TABLE message, mail");
  const id::Uuid last = id::Uuid::FromBytes(std::string(id::Uuid::kBytes, '\xFF'));
  const db::Values inbox = {organisation_, recipient_, last, 51};
  const db::Values by_list[] = {
      inbox,
      inbox,
      inbox,
      inbox,
      {absl::UnixEpoch(), kNow, absl::UnixEpoch(), id::Uuid(), id::Uuid(), id::Uuid(), 256},
      {organisation_, recipient_, kNow - absl::Hours(1)},
      {organisation_, messages.front().matter},
      {organisation_, recipient_, Kind::kSession},
      {organisation_, messages.front().matter, kNow},
      {kNow, 64},
  };
  std::vector<std::string> statements = MessageListStatements();
  statements.push_back(MailListStatement());
  ASSERT_EQ(statements.size(), std::size(by_list));
  for (size_t i = 0; i < statements.size(); ++i) {
    const std::string& sql = statements[i];
    const auto plan =
        Tx([&](db::Connection& tx) { return tx.Query(absl::StrCat("EXPLAIN ", sql), by_list[i]); });
    ASSERT_THAT(plan, IsOk()) << sql;
    ASSERT_EQ(plan->size(), 1u) << sql;
    // id, select_type, table, type, possible_keys, key, key_len, ref, rows, Extra
    EXPECT_FALSE(plan->front().IsNull(5)) << sql << " uses no key";
    EXPECT_NE(plan->front().String(3), "ALL") << sql;
    EXPECT_NE(plan->front().String(3), "index") << sql;
    EXPECT_FALSE(absl::StrContains(plan->front().String(9), "filesort")) << sql;
  }
}

}  // namespace
}  // namespace dap::notification
