// What an operator has a service's program do in its schema instead of serving.
#ifndef DAP_LIBS_PROCESS_ORDER_H_
#define DAP_LIBS_PROCESS_ORDER_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "libs/db/pool.h"
#include "libs/process/options.h"
#include "libs/time/clock.h"

namespace dap::process {

// One event of a producer's feed.
struct EventPlace {
  std::string producer;
  int partition = 0;
  int64_t position = 0;
};

// Of "goals/3/1042". INVALID_ARGUMENT naming --park where it is of another form.
absl::StatusOr<EventPlace> ParsePlace(absl::string_view text);

// Carries out --park or --forget_consumer, of which there is one (Options::HasOrder), in one
// transaction, and returns a sentence that says what was done. Errors: ParsePlace's, feed::Park's
// and the database's.
absl::StatusOr<std::string> CarryOut(const Options& options, db::Pool& pool,
                                     const time::Clock& clock);

}  // namespace dap::process

#endif  // DAP_LIBS_PROCESS_ORDER_H_
