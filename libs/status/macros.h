// Early return on error, for functions that return absl::Status or absl::StatusOr.
//
//   RETURN_IF_ERROR(store.Save(tx, cohort));
//   ASSIGN_OR_RETURN(Cohort cohort, store.Load(tx, id));
//
// Debian's Abseil (20220623) has no such macros.
#ifndef DAP_LIBS_STATUS_MACROS_H_
#define DAP_LIBS_STATUS_MACROS_H_

#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#define RETURN_IF_ERROR(expression)                                                     \
  do {                                                                                  \
    if (absl::Status dap_status_ = (expression); !dap_status_.ok()) return dap_status_; \
  } while (false)

#define DAP_STATUS_CONCAT_INNER_(a, b) a##b
#define DAP_STATUS_CONCAT_(a, b) DAP_STATUS_CONCAT_INNER_(a, b)

#define ASSIGN_OR_RETURN(declaration, expression) \
  ASSIGN_OR_RETURN_IMPL_(DAP_STATUS_CONCAT_(dap_status_or_, __LINE__), declaration, expression)
#define ASSIGN_OR_RETURN_IMPL_(temporary, declaration, expression) \
  auto temporary = (expression);                                   \
  if (!temporary.ok()) return std::move(temporary).status();       \
  declaration = *std::move(temporary)

#endif  // DAP_LIBS_STATUS_MACROS_H_
