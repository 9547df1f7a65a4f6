// A certificate authority for tests.
#ifndef DAP_LIBS_RPC_TESTING_CERTIFICATES_H_
#define DAP_LIBS_RPC_TESTING_CERTIFICATES_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace dap::rpc::testing {

// Makes P-256 certificates, valid for a day, as PEM files in a temporary folder that goes with it. Ends
// the program on failure. Not thread-safe.
class TestCa {
 public:
  TestCa();
  ~TestCa();
  TestCa(const TestCa&) = delete;
  TestCa& operator=(const TestCa&) = delete;

  struct Files {
    std::string cert;
    std::string key;
  };
  // A certificate for these DNS names, for servers and clients.
  Files Issue(absl::string_view file, const std::vector<std::string>& dns_names);
  // That of the service: `<service>.dap.internal` and localhost.
  Files IssueService(const std::string& service);

  const std::string& ca_file() const { return ca_file_; }

 private:
  struct Keys;
  const std::string folder_;
  const std::string ca_file_;
  const std::unique_ptr<Keys> keys_;
  int serial_ = 1;
};

}  // namespace dap::rpc::testing

#endif  // DAP_LIBS_RPC_TESTING_CERTIFICATES_H_
