#ifndef DAP_LIBS_RPC_TLS_FILES_H_
#define DAP_LIBS_RPC_TLS_FILES_H_

#include <string>

#include "absl/status/statusor.h"

namespace dap::rpc {

// PEM texts.
struct TlsFiles {
  std::string ca;
  std::string cert;
  std::string key;
};

// Reads those that are named. INVALID_ARGUMENT naming the file that cannot be read or is empty.
absl::StatusOr<TlsFiles> ReadTlsFiles(const std::string& ca, const std::string& cert,
                                      const std::string& key);

}  // namespace dap::rpc

#endif  // DAP_LIBS_RPC_TLS_FILES_H_
