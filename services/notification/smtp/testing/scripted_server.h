// A mail server that answers what a test tells it to.
#ifndef DAP_SERVICES_NOTIFICATION_SMTP_TESTING_SCRIPTED_SERVER_H_
#define DAP_SERVICES_NOTIFICATION_SMTP_TESTING_SCRIPTED_SERVER_H_

#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"

namespace dap::notification::testing {

// Listens on a free port of 127.0.0.1 and speaks SMTP, one connection after the other. Thread-safe.
class ScriptedServer {
 public:
  // Answers, each a whole line without its end. An empty one hangs up instead.
  struct Script {
    std::string greeting = "220 here";
    std::string recipient = "250 fine";
    std::string data = "250 taken";
  };
  explicit ScriptedServer(Script script);
  ~ScriptedServer();
  ScriptedServer(const ScriptedServer&) = delete;
  ScriptedServer& operator=(const ScriptedServer&) = delete;

  std::string url() const;
  // From then on.
  void SetScript(Script script);
  // The lines that clients sent, texts of e-mails among them.
  std::vector<std::string> heard() const;
  // How many connections there were.
  int connections() const;

 private:
  void Run();
  void Talk(int client);
  // False where the connection is to end.
  bool Answer(int client, const std::string& line, bool& in_data);
  bool Say(int client, const std::string& line);
  Script script() const;

  int listener_ = -1;
  int port_ = 0;
  mutable absl::Mutex mutex_;
  Script script_ ABSL_GUARDED_BY(mutex_);
  std::vector<std::string> heard_ ABSL_GUARDED_BY(mutex_);
  int connections_ ABSL_GUARDED_BY(mutex_) = 0;
  int client_ ABSL_GUARDED_BY(mutex_) = -1;
  bool stop_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace dap::notification::testing

#endif  // DAP_SERVICES_NOTIFICATION_SMTP_TESTING_SCRIPTED_SERVER_H_
