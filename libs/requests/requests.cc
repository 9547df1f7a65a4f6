#include "libs/requests/requests.h"

#include <openssl/sha.h>

#include <optional>
#include <vector>

#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/io/zero_copy_stream_impl_lite.h"
#include "libs/db/migration.h"
#include "libs/db/transaction.h"
#include "libs/requests/records.h"
#include "libs/status/error.h"
#include "libs/status/macros.h"
#include "requests_migrations.h"

namespace dap::requests {
namespace {

constexpr char kInsert[] =
    "INSERT INTO request_record "
    "(organisation, subject, request_id, method, fingerprint, response, created_at, expires_at) "
    "VALUES (?, ?, ?, ?, ?, '', ?, ?)";
constexpr char kSetResponse[] =
    "UPDATE request_record SET response = ? "
    "WHERE organisation = ? AND subject = ? AND request_id = ?";

// What one run of the transaction came to.
struct Outcome {
  std::string response;
  bool has_events = false;
  // The record was there: nothing was done this time.
  bool is_former = false;
};

absl::StatusOr<Outcome> FormerAnswer(db::Connection& tx, const Record& asked) {
  ASSIGN_OR_RETURN(auto found, Lookup(tx, {asked.key}));
  const auto it = found.find(asked.key);
  // The other one was undone between our insert and this look.
  if (it == found.end()) {
    return status::Unavailable("REQUEST_UNDECIDED", "The same request failed just now; try again");
  }
  RETURN_IF_ERROR(CheckSame(it->second, asked.method, asked.fingerprint));
  return Outcome{it->second.response, false, true};
}

absl::StatusOr<Outcome> RunIn(db::Connection& tx, const Ledger& ledger, const Record& asked,
                              const Body& body) {
  const Key& key = asked.key;
  // First, so that the same request at the same moment waits here.
  const absl::Time now = ledger.clock.Now();
  const absl::Status inserted =
      tx.Execute(kInsert, {key.organisation, key.subject, key.request_id, asked.method,
                           asked.fingerprint, now, now + asked.keep})
          .status();
  if (db::IsDuplicateKey(inserted)) return FormerAnswer(tx, asked);
  RETURN_IF_ERROR(inserted);
  feed::Outbox outbox;
  ASSIGN_OR_RETURN(std::string response, body(tx, outbox));
  RETURN_IF_ERROR(
      tx.Execute(kSetResponse, {response, key.organisation, key.subject, key.request_id}).status());
  RETURN_IF_ERROR(ledger.feed.Append(tx, outbox));
  return Outcome{std::move(response), !outbox.empty(), false};
}

}  // namespace

absl::Status Migrate(db::Pool& pool) {
  return db::Migrate(pool, "requests", Migrations(), time::SystemClock());
}

absl::StatusOr<Key> KeyOf(const rpc::Call& call, absl::string_view request_id) {
  if (!call.has_principal()) {
    return status::Denied("PRINCIPAL_MISSING", "This call must be made for somebody");
  }
  absl::StatusOr<id::Uuid> id = id::Uuid::Parse(request_id);
  if (!id.ok()) {
    return status::Invalid("request_id", "REQUEST_ID_MALFORMED", "must be a UUID");
  }
  return Key{call.principal().organisation, call.principal().subject, *id};
}

std::string Fingerprint(const google::protobuf::Message& request) {
  std::string bytes;
  {
    google::protobuf::io::StringOutputStream stream(&bytes);
    google::protobuf::io::CodedOutputStream coded(&stream);
    coded.SetSerializationDeterministic(true);
    request.SerializeToCodedStream(&coded);
  }
  std::string digest(SHA256_DIGEST_LENGTH, '\0');
  SHA256(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(),
         reinterpret_cast<unsigned char*>(digest.data()));
  return digest;
}

absl::StatusOr<std::string> OnceBytes(const Ledger& ledger, const Key& key, absl::Time deadline,
                                      const google::protobuf::Message& request, const Body& body) {
  const Record asked{key, request.GetDescriptor()->full_name(), Fingerprint(request), "",
                     kRecordsKept};
  absl::StatusOr<Outcome> outcome;
  const auto run = [&] {
    return db::Transaction(ledger.pool, deadline, [&](db::Connection& tx) {
      outcome = RunIn(tx, ledger, asked, body);
      return outcome.status();
    });
  };
  absl::Status status = run();
  if (db::IsCommitOutcomeUnknown(status)) {
    // The record tells: either it is there, or nothing of it is. An answer that was there before
    // needs no COMMIT to be true.
    status = run();
    if (db::IsCommitOutcomeUnknown(status) && outcome.ok() && outcome->is_former) {
      status = absl::OkStatus();
    }
  }
  RETURN_IF_ERROR(status);
  if (outcome->has_events) ledger.feed.Notify();
  return std::move(outcome->response);
}

}  // namespace dap::requests
