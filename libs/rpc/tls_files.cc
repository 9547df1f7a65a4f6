#include "libs/rpc/tls_files.h"

#include <fstream>
#include <iterator>
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/status/error.h"
#include "libs/status/macros.h"

namespace dap::rpc {
namespace {

absl::StatusOr<std::string> ReadIfNamed(const std::string& file) {
  if (file.empty()) return std::string();
  std::ifstream in(file, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  if (!in.good() && !in.eof()) text.clear();
  if (text.empty()) {
    return status::Invalid(file, "FILE_UNREADABLE", "cannot be read, or is empty");
  }
  return text;
}

}  // namespace

absl::StatusOr<TlsFiles> ReadTlsFiles(const std::string& ca, const std::string& cert,
                                      const std::string& key) {
  TlsFiles files;
  ASSIGN_OR_RETURN(files.ca, ReadIfNamed(ca));
  ASSIGN_OR_RETURN(files.cert, ReadIfNamed(cert));
  ASSIGN_OR_RETURN(files.key, ReadIfNamed(key));
  return files;
}

}  // namespace dap::rpc
