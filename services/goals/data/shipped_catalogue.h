// Reads the data files into the domain's catalogue.
#ifndef DAP_SERVICES_GOALS_DATA_SHIPPED_CATALOGUE_H_
#define DAP_SERVICES_GOALS_DATA_SHIPPED_CATALOGUE_H_

#include <vector>

#include "absl/status/statusor.h"
#include "services/goals/data/shipped_files.h"
#include "services/goals/domain/catalogue.h"

namespace dap::goals {

// A file whose name ends with a number ("…-1.textproto") is a dap.goals.v1.Framework and is named
// for its key; the others are dap.goals.v1.ListGoalTemplatesResponse with goal templates.
// INVALID_ARGUMENT: DATA_MALFORMED naming file, line and fault, or what Catalogue::Create says.
absl::StatusOr<Catalogue> ReadCatalogue(const std::vector<ShippedFile>& files);

// The catalogue of this build. A test holds it to be right, so an error here is a broken build.
inline absl::StatusOr<Catalogue> ShippedCatalogue() { return ReadCatalogue(ShippedFiles()); }

}  // namespace dap::goals

#endif  // DAP_SERVICES_GOALS_DATA_SHIPPED_CATALOGUE_H_
