// Clients that send again until they are answered, and remember what they were promised.
#ifndef DAP_TESTS_FAULTS_LOAD_H_
#define DAP_TESTS_FAULTS_LOAD_H_

#include <atomic>
#include <functional>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"

namespace dap::tests {

// By request id: the name of what was made.
using Ledger = std::multimap<std::string, std::string>;

// Threads that make one thing after the other, each with a request id of its own, which is sent
// until it is answered; and now and then once more, as a client does that missed the answer.
// Thread-safe but for Finish.
class Load {
 public:
  // One try: the name of what was made.
  using Send = std::function<absl::StatusOr<std::string>(const std::string& request_id)>;

  Load(int threads, Send send);
  ~Load();
  Load(const Load&) = delete;
  Load& operator=(const Load&) = delete;

  int answered() const;
  // Tries that failed so far.
  int failed() const;

  // Ends when what is under way is answered, and gives all answers.
  Ledger Finish();
  // Errors other than UNAVAILABLE, DEADLINE_EXCEEDED and RESOURCE_EXHAUSTED, which say that the
  // same request may be sent again; and answers that changed or never came.
  std::vector<std::string> Surprises() const;

 private:
  void Run();
  bool SendUntilAnswered(const std::string& request_id, std::string* name);
  void Note(const absl::Status& failure);
  void Surprise(std::string what);

  const Send send_;
  std::atomic<bool> stop_{false};
  mutable absl::Mutex mutex_;
  Ledger answers_ ABSL_GUARDED_BY(mutex_);
  int failed_ ABSL_GUARDED_BY(mutex_) = 0;
  std::vector<std::string> surprises_ ABSL_GUARDED_BY(mutex_);
  std::vector<std::thread> threads_;
};

}  // namespace dap::tests

#endif  // DAP_TESTS_FAULTS_LOAD_H_
