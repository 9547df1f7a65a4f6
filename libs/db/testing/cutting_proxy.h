// A network that fails at the worst moment.
#ifndef DAP_LIBS_DB_TESTING_CUTTING_PROXY_H_
#define DAP_LIBS_DB_TESTING_CUTTING_PROXY_H_

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/string_view.h"

namespace dap::db::testing {

// Passes connections to 127.0.0.1:`target` on, until a client sends something that contains `text`:
// then that connection is cut, before the server gets it, or (`deliver`) after it got it and
// answered, without the client getting the answer. Others go on. Ends its connections when it ends.
class CuttingProxy {
 public:
  CuttingProxy(int target, absl::string_view text, bool deliver);
  ~CuttingProxy();
  CuttingProxy(const CuttingProxy&) = delete;
  CuttingProxy& operator=(const CuttingProxy&) = delete;

  // Where it listens, on 127.0.0.1.
  int port() const { return port_; }

 private:
  void Accept();
  void Relay(int client) const;

  const int target_;
  const std::string text_;
  const bool deliver_;
  int listener_;
  int port_;
  std::atomic<bool> stop_ = false;
  std::thread acceptor_;
  // Only the acceptor's thread adds; only the destructor, after it, joins.
  std::vector<std::thread> relays_;
};

}  // namespace dap::db::testing

#endif  // DAP_LIBS_DB_TESTING_CUTTING_PROXY_H_
