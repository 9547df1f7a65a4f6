// The files of data/, as they were when this was built, by name.
#ifndef DAP_LIBS_HOLIDAYS_SHIPPED_FILES_H_
#define DAP_LIBS_HOLIDAYS_SHIPPED_FILES_H_

#include <string>
#include <vector>

namespace dap::holidays {

const std::vector<std::string>& ShippedFiles();

}  // namespace dap::holidays

#endif  // DAP_LIBS_HOLIDAYS_SHIPPED_FILES_H_
