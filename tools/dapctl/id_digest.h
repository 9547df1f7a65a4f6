// The checksum of a staff sync.
#ifndef DAP_TOOLS_DAPCTL_ID_DIGEST_H_
#define DAP_TOOLS_DAPCTL_ID_DIGEST_H_

#include <memory>
#include <string>

#include "absl/strings/string_view.h"
#include "dap/enrolment/v1/staff_sync.pb.h"

namespace dap::ctl {

// SHA-256 of external ids, each followed by a zero byte.
class IdDigest {
 public:
  IdDigest();
  ~IdDigest();
  void Add(absl::string_view external_id);
  // 32 bytes. Once.
  std::string Finish();

 private:
  struct State;
  const std::unique_ptr<State> state_;
};

// That of the team or the person.
const std::string& ExternalId(const enrolment::v1::StaffRecord& record);

}  // namespace dap::ctl

#endif  // DAP_TOOLS_DAPCTL_ID_DIGEST_H_
