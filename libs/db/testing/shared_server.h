// The one server of a whole ctest run. Private to the testing library.
#ifndef DAP_LIBS_DB_TESTING_SHARED_SERVER_H_
#define DAP_LIBS_DB_TESTING_SHARED_SERVER_H_

#include "absl/status/status.h"

namespace dap::db::testing {

// Starts it, in place of one an earlier run left behind, and leaves it running when this process
// ends. Its folder and port stand in a file, where SharedServer() finds them.
absl::Status StartSharedServer();
// Ends it and removes its data. OK where there is none.
absl::Status StopSharedServer();

}  // namespace dap::db::testing

#endif  // DAP_LIBS_DB_TESTING_SHARED_SERVER_H_
