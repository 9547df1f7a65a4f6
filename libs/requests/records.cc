#include "libs/requests/records.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/db/connection.h"
#include "libs/db/transaction.h"
#include "libs/status/error.h"
#include "libs/status/macros.h"
#include "libs/time/clock.h"

namespace dap::requests {
namespace {

constexpr size_t kLookupKeys = 256;
constexpr int kTrimStep = 1000;

constexpr char kInsert[] =
    "INSERT INTO request_record "
    "(organisation, subject, request_id, method, fingerprint, response, created_at, "
    "expires_at) VALUES";
constexpr char kTrim[] =
    "DELETE FROM request_record WHERE expires_at < ? ORDER BY expires_at LIMIT ?";

// For `count` keys: one text for each power of two, so that few statements are prepared. Conditions
// and OR rather than a row's IN, of which MariaDB makes no ranges. Locks, so that it waits for
// those who are at it.
std::string LookupSql(size_t count) {
  std::string sql =
      "SELECT organisation, subject, request_id, method, fingerprint, response "
      "FROM request_record WHERE ";
  for (size_t i = 0; i < count; ++i) {
    absl::StrAppend(&sql, i == 0 ? "" : " OR ",
                    "(organisation = ? AND subject = ? AND request_id = ?)");
  }
  absl::StrAppend(&sql, " LOCK IN SHARE MODE");
  return sql;
}

absl::Status LookupSome(db::Connection& tx, absl::Span<const Key> keys,
                        absl::flat_hash_map<Key, Record>& found) {
  size_t places = 1;
  while (places < keys.size()) places *= 2;
  db::Values values;
  for (size_t i = 0; i < places; ++i) {
    const Key& key = keys[std::min(i, keys.size() - 1)];
    values.insert(values.end(), {key.organisation, key.subject, key.request_id});
  }
  ASSIGN_OR_RETURN(db::Rows rows, tx.Query(LookupSql(places), values));
  for (const db::Row& row : rows) {
    const Key key{row.Uuid(0), row.String(1), row.Uuid(2)};
    found[key] = {key, row.String(3), row.String(4), row.String(5), kRecordsKept};
  }
  return absl::OkStatus();
}

}  // namespace

Record MakeRecord(Key key, const google::protobuf::Message& request,
                  const google::protobuf::Message& response) {
  return {std::move(key), request.GetDescriptor()->full_name(), Fingerprint(request),
          response.SerializeAsString(), kRecordsKept};
}

absl::StatusOr<absl::flat_hash_map<Key, Record>> Lookup(db::Connection& tx,
                                                        absl::Span<const Key> keys) {
  absl::flat_hash_map<Key, Record> found;
  for (size_t begin = 0; begin < keys.size(); begin += kLookupKeys) {
    RETURN_IF_ERROR(LookupSome(tx, keys.subspan(begin, kLookupKeys), found));
  }
  return found;
}

absl::Status Insert(db::Connection& tx, absl::Span<const Record> records, absl::Time now) {
  std::vector<db::Values> rows;
  rows.reserve(records.size());
  for (const Record& record : records) {
    rows.push_back({record.key.organisation, record.key.subject, record.key.request_id,
                    record.method, record.fingerprint, record.response, now, now + record.keep});
  }
  return tx.InsertRows(kInsert, rows).status();
}

absl::Status CheckSame(const Record& record, absl::string_view method,
                       absl::string_view fingerprint) {
  if (record.method == method && record.fingerprint == fingerprint) return absl::OkStatus();
  return status::Invalid("request_id", "REQUEST_ID_REUSED",
                         "was used for another request; give each request an id of its own");
}

absl::StatusOr<int64_t> Trim(db::Pool& pool, absl::Time now, absl::Time deadline) {
  const time::SystemClock machine_clock;
  int64_t gone = 0;
  int64_t step = kTrimStep;
  while (step == kTrimStep && machine_clock.Now() < deadline) {
    ASSIGN_OR_RETURN(step, db::Transaction(pool, deadline, [&](db::Connection& tx) {
                       return tx.Execute(kTrim, {now, kTrimStep});
                     }));
    gone += step;
  }
  return gone;
}

}  // namespace dap::requests
