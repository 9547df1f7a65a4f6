// People and organisations, as far as they matter to sending.
#ifndef DAP_SERVICES_NOTIFICATION_STORE_CONTACTS_H_
#define DAP_SERVICES_NOTIFICATION_STORE_CONTACTS_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "libs/db/connection.h"
#include "libs/id/uuid.h"
#include "services/notification/domain/decision.h"
#include "services/notification/domain/settings.h"

namespace dap::notification {

struct Contact {
  id::Uuid organisation;
  id::Uuid staff;
  std::string display_name;
  std::string email;
  StaffState state = StaffState::kUnknown;
  int64_t version = 0;
};

// Takes the place of a lower version and of no other. One statement.
absl::Status SaveContact(db::Connection& tx, const Contact& contact);
// Nothing where no event has told of them. One query on the key each.
absl::StatusOr<std::optional<Contact>> FindContact(db::Connection& db, const id::Uuid& organisation,
                                                   const id::Uuid& staff);
// The same, and holds the row until the transaction ends.
absl::StatusOr<std::optional<Contact>> LockContact(db::Connection& tx, const id::Uuid& organisation,
                                                   const id::Uuid& staff);

struct Preferences {
  bool email = true;
  bool no_nudges = false;
};
absl::StatusOr<Preferences> FindPreferences(db::Connection& db, const id::Uuid& organisation,
                                            const id::Uuid& staff);
absl::Status SavePreferences(db::Connection& tx, const id::Uuid& organisation,
                             const id::Uuid& staff, const Preferences& preferences, absl::Time now);

absl::Status SaveOrganisation(db::Connection& tx, const id::Uuid& organisation,
                              absl::string_view time_zone);
// Nothing where no event has told of it, or where this machine does not know its zone.
absl::StatusOr<std::optional<absl::TimeZone>> FindZone(db::Connection& db,
                                                       const id::Uuid& organisation);

// The domain's defaults, with the organisation's own numbers in their place.
absl::StatusOr<Settings> FindSettings(db::Connection& db, const id::Uuid& organisation);

}  // namespace dap::notification

#endif  // DAP_SERVICES_NOTIFICATION_STORE_CONTACTS_H_
