// Fetches a web address as an app would.
#ifndef DAP_TESTS_JOURNEY_FETCH_H_
#define DAP_TESTS_JOURNEY_FETCH_H_

#include <string>

namespace dap::tests {

struct Fetched {
  long code = 0;  // of HTTP; 0 where there was no answer
  std::string body;
};
Fetched Fetch(const std::string& address, const std::string& ca_file);

}  // namespace dap::tests

#endif  // DAP_TESTS_JOURNEY_FETCH_H_
