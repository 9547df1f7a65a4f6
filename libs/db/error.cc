#include "libs/db/error.h"

#include <string>

#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "google/rpc/error_details.pb.h"
#include "libs/status/error.h"

namespace dap::db {
namespace {

// A text of this length may have been cut: MySQL's and MariaDB's buffer has 512 bytes.
constexpr size_t kLongestWhole = 500;
constexpr absl::string_view kDuplicateKey = "DUPLICATE_KEY";
constexpr absl::string_view kCommitOutcomeUnknown = "COMMIT_OUTCOME_UNKNOWN";

absl::Status DuplicateKey() {
  absl::Status status = absl::AlreadyExistsError("A record with the same key is there already.");
  google::rpc::ErrorInfo info;
  info.set_domain("dap");
  info.set_reason(std::string(kDuplicateKey));
  status.SetPayload("type.googleapis.com/google.rpc.ErrorInfo",
                    absl::Cord(info.SerializeAsString()));
  return status;
}

}  // namespace

ErrorClass Classify(int code) {
  switch (code) {
    case 1022:  // ER_DUP_KEY
    case 1062:  // ER_DUP_ENTRY
    case 1169:  // ER_DUP_UNIQUE
    case 1586:  // ER_DUP_ENTRY_WITH_KEY_NAME
      return ErrorClass::kDuplicateKey;
    case 1216:  // ER_NO_REFERENCED_ROW
    case 1217:  // ER_ROW_IS_REFERENCED
    case 1451:  // ER_ROW_IS_REFERENCED_2
    case 1452:  // ER_NO_REFERENCED_ROW_2
      return ErrorClass::kReferenceBroken;
    case 3819:  // ER_CHECK_CONSTRAINT_VIOLATED (MySQL)
    case 4025:  // ER_CONSTRAINT_FAILED (MariaDB)
      return ErrorClass::kCheckViolated;
    case 1020:  // ER_CHECKREAD: the row changed since this transaction's snapshot
    case 1205:  // ER_LOCK_WAIT_TIMEOUT
    case 1213:  // ER_LOCK_DEADLOCK; Galera's certification failures come as this, too
    case 3101:  // ER_TRANSACTION_ROLLBACK_DURING_COMMIT (group replication)
    case 8022:  // TiDB: commit failed and was rolled back
    case 8028:  // TiDB: the schema changed meanwhile
    case 9007:  // TiDB: write conflict
      return ErrorClass::kConflict;
    case 1053:  // ER_SERVER_SHUTDOWN
    case 1152:  // ER_ABORTING_CONNECTION
    case 1158:  // ER_NET_READ_ERROR
    case 1159:  // ER_NET_READ_INTERRUPTED
    case 1160:  // ER_NET_ERROR_ON_WRITE
    case 1161:  // ER_NET_WRITE_INTERRUPTED
    case 1184:  // ER_NEW_ABORTING_CONNECTION
    case 1243:  // ER_UNKNOWN_STMT_HANDLER: a proxy moved us to a session without our statements
    case 1927:  // ER_CONNECTION_KILLED
    case 2006:  // CR_SERVER_GONE_ERROR
    case 2013:  // CR_SERVER_LOST
    case 2014:  // CR_COMMANDS_OUT_OF_SYNC: the session is of no more use
    case 2027:  // CR_MALFORMED_PACKET
    case 2030:  // CR_NO_PREPARE_STMT: what libmariadb says of statements of a lost session
    case 2055:  // CR_SERVER_LOST_EXTENDED
    case 2056:  // CR_STMT_CLOSED
    case 4031:  // ER_CLIENT_INTERACTION_TIMEOUT
    // These sessions live but at a node that no longer serves; a new one may reach one that does.
    case 1047:  // ER_UNKNOWN_COM_ERROR: a Galera node that is not in the cluster
    case 1290:  // ER_OPTION_PREVENTS_STATEMENT: read-only, as the old primary after a failover
    case 1836:  // ER_READ_ONLY_MODE
      return ErrorClass::kLost;
    case 1040:  // ER_CON_COUNT_ERROR
    case 1129:  // ER_HOST_IS_BLOCKED
    case 1203:  // ER_TOO_MANY_USER_CONNECTIONS
    case 1226:  // ER_USER_LIMIT_REACHED
    case 1317:  // ER_QUERY_INTERRUPTED
    case 1969:  // ER_STATEMENT_TIMEOUT (MariaDB)
    case 2002:  // CR_CONNECTION_ERROR
    case 2003:  // CR_CONN_HOST_ERROR
    case 2005:  // CR_UNKNOWN_HOST
    case 2012:  // CR_SERVER_HANDSHAKE_ERR
    case 2026:  // CR_SSL_CONNECTION_ERROR: a server that stops in mid-handshake looks like this
    case 3024:  // ER_QUERY_TIMEOUT (MySQL)
    case 9001:  // TiDB: placement driver does not answer
    case 9002:  // TiDB: storage does not answer
    case 9005:  // TiDB: region not available
      return ErrorClass::kUnavailable;
    default:
      return ErrorClass::kOther;
  }
}

std::string WithoutQuotes(absl::string_view text) {
  const size_t first = text.find_first_of("'\"");
  if (first == absl::string_view::npos) return std::string(text);
  const size_t last = text.find_last_of("'\"");
  // Servers cut their texts, perhaps within what they quote.
  const bool cut = text.size() >= kLongestWhole || last == first;
  return absl::StrCat(text.substr(0, first), "'…'", cut ? "" : text.substr(last + 1));
}

absl::Status ToStatus(int code, absl::string_view sqlstate, absl::string_view text) {
  switch (Classify(code)) {
    case ErrorClass::kDuplicateKey:
      return DuplicateKey();
    case ErrorClass::kReferenceBroken:
      return status::Precondition("REFERENCE_BROKEN",
                                  "A record that this one belongs to is not there, or another "
                                  "record still needs this one.");
    case ErrorClass::kCheckViolated:
      return status::Precondition("CHECK_VIOLATED", "The values don't go together.");
    case ErrorClass::kConflict:
      return status::Aborted("TRANSACTION_CONFLICT",
                             "Somebody changed the same records at the same time. Try again.");
    case ErrorClass::kLost:
    case ErrorClass::kUnavailable:
      return status::Unavailable(
          "DATABASE_UNAVAILABLE",
          absl::StrCat("The database does not answer (code ", code, "). Try again."));
    case ErrorClass::kOther:
      break;
  }
  return status::Internal(
      absl::StrCat("database error ", code, " (", sqlstate, "): ", WithoutQuotes(text)));
}

absl::Status CommitOutcomeUnknown() {
  return status::Unavailable(kCommitOutcomeUnknown,
                             "The database was lost while it saved this. Send the request again "
                             "with the same request id.");
}

bool IsDuplicateKey(const absl::Status& status) {
  return absl::IsAlreadyExists(status) && status::Reason(status) == kDuplicateKey;
}

bool IsCommitOutcomeUnknown(const absl::Status& status) {
  return absl::IsUnavailable(status) && status::Reason(status) == kCommitOutcomeUnknown;
}

}  // namespace dap::db
