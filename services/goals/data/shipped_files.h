// The data files of this folder, as they were when this was built.
#ifndef DAP_SERVICES_GOALS_DATA_SHIPPED_FILES_H_
#define DAP_SERVICES_GOALS_DATA_SHIPPED_FILES_H_

#include <string>
#include <vector>

namespace dap::goals {

struct ShippedFile {
  std::string name;  // "digital-engagement-1.textproto"
  std::string text;
};

const std::vector<ShippedFile>& ShippedFiles();

}  // namespace dap::goals

#endif  // DAP_SERVICES_GOALS_DATA_SHIPPED_FILES_H_
