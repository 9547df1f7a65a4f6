// A mutation's request is carried out once, however often it is sent: its record, the change and
// the change's events commit together, and a duplicate gets the first answer.
//
//   absl::StatusOr<Goal> Goals::Create(const rpc::Call& call, const CreateGoalRequest& request) {
//     return requests::Once<Goal>(ledger_, call, request,
//         [&](db::Connection& tx, feed::Outbox& outbox) -> absl::StatusOr<Goal> { ... });
//   }
#ifndef DAP_LIBS_REQUESTS_REQUESTS_H_
#define DAP_LIBS_REQUESTS_REQUESTS_H_

#include <functional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "google/protobuf/message.h"
#include "libs/feed/feed.h"
#include "libs/feed/outbox.h"
#include "libs/id/uuid.h"
#include "libs/rpc/call.h"
#include "libs/time/clock.h"

namespace dap::db {
class Connection;
class Pool;
}  // namespace dap::db

namespace dap::requests {

// Makes or upgrades the table of records in the pool's schema, as "requests" in its migrations.
absl::Status Migrate(db::Pool& pool);

// Where requests are recorded. A value of references, which must outlive it.
struct Ledger {
  db::Pool& pool;
  feed::Feed& feed;
  const time::Clock& clock;
};

// Whose request it is: another person's same id is another request.
struct Key {
  id::Uuid organisation;
  std::string subject;
  id::Uuid request_id;

  friend bool operator==(const Key&, const Key&) = default;
  template <typename H>
  friend H AbslHashValue(H state, const Key& key) {
    return H::combine(std::move(state), key.organisation, key.subject, key.request_id);
  }
};

// The key of a call's request. INVALID_ARGUMENT naming request_id where the id is no UUID
// (REQUEST_ID_MALFORMED); PERMISSION_DENIED (PRINCIPAL_MISSING) where the call is made for nobody.
absl::StatusOr<Key> KeyOf(const rpc::Call& call, absl::string_view request_id);

// Tells two requests apart: SHA-256 of the deterministic serialization, 32 bytes.
std::string Fingerprint(const google::protobuf::Message& request);

// Once, without types: `body` gives the serialized response.
using Body = std::function<absl::StatusOr<std::string>(db::Connection& tx, feed::Outbox& outbox)>;
absl::StatusOr<std::string> OnceBytes(const Ledger& ledger, const Key& key, absl::Time deadline,
                                      const google::protobuf::Message& request, const Body& body);

// Runs `body` (absl::StatusOr<Resp>(db::Connection& tx, feed::Outbox& outbox)) in a transaction
// that records the request, and commits its change, its events and its answer together. `body` may
// run several times (deadlocks, an unknown outcome of COMMIT), so it does nothing outside of `tx`
// and `outbox`, and makes no calls. Where it returns an error nothing is written, the record
// neither: the same request may be sent again. A request that was carried out before (last 7 days)
// gets that answer and `body` does not run; one at the same moment waits for the other.
// INVALID_ARGUMENT (REQUEST_ID_REUSED, field request_id) where the id was used for another request;
// UNAVAILABLE (COMMIT_OUTCOME_UNKNOWN) where even a second try could not find out whether it was:
// send it again. Two statements and a COMMIT beyond what `body` costs.
template <typename Resp, typename Req, typename F>
absl::StatusOr<Resp> Once(const Ledger& ledger, const rpc::Call& call, const Req& request,
                          F&& body) {
  absl::StatusOr<Key> key = KeyOf(call, request.request_id());
  if (!key.ok()) return key.status();
  absl::StatusOr<std::string> bytes =
      OnceBytes(ledger, *key, call.deadline(), request,
                [&body](db::Connection& tx, feed::Outbox& outbox) -> absl::StatusOr<std::string> {
                  absl::StatusOr<Resp> response = body(tx, outbox);
                  if (!response.ok()) return response.status();
                  return response->SerializeAsString();
                });
  if (!bytes.ok()) return bytes.status();
  Resp response;
  if (!response.ParseFromString(*bytes)) return absl::InternalError("recorded response is broken");
  return response;
}

// What of an answer is not to outlive its source: somebody's own words, which they may take back
// while the record is still there.
template <typename Resp>
struct Words {
  // Takes them out of the answer that is recorded.
  std::function<void(Resp&)> forget;
  // Puts them, as they are now, into an answer that was recorded. Words that are gone, or that the
  // caller may not read any more, stay out. Called without a transaction.
  std::function<absl::Status(Resp&)> recall;
};

// Once, with a record that holds no words: whoever sends the request again gets its first answer
// with the words as they are then. What `recall` costs is added for them.
template <typename Resp, typename Req, typename F>
absl::StatusOr<Resp> Once(const Ledger& ledger, const rpc::Call& call, const Req& request, F&& body,
                          const Words<Resp>& words) {
  Resp made;
  std::string made_record;
  absl::StatusOr<Resp> recorded = Once<Resp>(
      ledger, call, request, [&](db::Connection& tx, feed::Outbox& outbox) -> absl::StatusOr<Resp> {
        absl::StatusOr<Resp> response = body(tx, outbox);
        if (!response.ok()) return response;
        made = *response;
        words.forget(*response);
        made_record = response->SerializeAsString();
        return response;
      });
  if (!recorded.ok()) return recorded;
  // A run that was undone may have made another answer than the one that stands.
  if (!made_record.empty() && recorded->SerializeAsString() == made_record) return made;
  absl::Status recalled = words.recall(*recorded);
  if (!recalled.ok()) return recalled;
  return recorded;
}

}  // namespace dap::requests

#endif  // DAP_LIBS_REQUESTS_REQUESTS_H_
