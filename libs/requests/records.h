// Requests' records for writers that carry out many requests in one transaction (batchers), where
// Once takes one each.
//
// A batch: Insert all records; where that says DUPLICATE_KEY, roll back and begin again with
// Lookup, answer what it finds with Answer, and carry out the rest. Two requests with one key in
// the same batch are the caller's to find (Key is hashable): the second gets the first's answer, or
// REQUEST_ID_REUSED where the fingerprints differ.
#ifndef DAP_LIBS_REQUESTS_RECORDS_H_
#define DAP_LIBS_REQUESTS_RECORDS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "google/protobuf/message.h"
#include "libs/requests/requests.h"

namespace dap::requests {

inline constexpr absl::Duration kRecordsKept = absl::Hours(7 * 24);

struct Record {
  Key key;
  // The full name of the request's message, which stands for the method.
  std::string method;
  // Fingerprint(request).
  std::string fingerprint;
  // The serialized answer.
  std::string response;
  // How long a duplicate gets that answer: at least as long as the same request may be sent again.
  absl::Duration keep = kRecordsKept;
};

// A record of this request with this answer.
Record MakeRecord(Key key, const google::protobuf::Message& request,
                  const google::protobuf::Message& response);

// Those of `keys` that have been carried out, by their keys. Reads what is committed and waits for
// requests that others are carrying out at this moment. One statement for up to 256 keys.
absl::StatusOr<absl::flat_hash_map<Key, Record>> Lookup(db::Connection& tx,
                                                        absl::Span<const Key> keys);

// Writes the records. ALREADY_EXISTS (DUPLICATE_KEY) where a key is there already, also from
// another replica whose transaction this one waited for: roll back, then see above. Some rows may
// stand in the transaction then.
absl::Status Insert(db::Connection& tx, absl::Span<const Record> records, absl::Time now);

// Whether `record` is of a request like this: OK, or INVALID_ARGUMENT (REQUEST_ID_REUSED, field
// request_id).
absl::Status CheckSame(const Record& record, absl::string_view method,
                       absl::string_view fingerprint);

// The answer recorded for the same request; CheckSame's error otherwise.
template <typename Resp>
absl::StatusOr<Resp> Answer(const Record& record, const google::protobuf::Message& request) {
  absl::Status same = CheckSame(record, request.GetDescriptor()->full_name(), Fingerprint(request));
  if (!same.ok()) return same;
  Resp response;
  if (!response.ParseFromString(record.response)) {
    return absl::InternalError("recorded response is broken");
  }
  return response;
}

// Deletes the records whose time is over at `now`, 1,000 a transaction; stops without an error at
// `deadline` (machine's clock). Returns how many went. For a job, once an hour or so.
absl::StatusOr<int64_t> Trim(db::Pool& pool, absl::Time now, absl::Time deadline);

}  // namespace dap::requests

#endif  // DAP_LIBS_REQUESTS_RECORDS_H_
