#include "services/activity/operations/untimed_id.h"

#include <string>

namespace dap::activity {

id::Uuid UntimedId(id::Generator& ids) {
  std::string bytes;
  // The last six bytes of each are random.
  while (bytes.size() < id::Uuid::kBytes) bytes.append(std::string(ids.Next().bytes()).substr(10));
  bytes.resize(id::Uuid::kBytes);
  bytes[6] = static_cast<char>(0x40 | (bytes[6] & 0x0F));
  bytes[8] = static_cast<char>(0x80 | (bytes[8] & 0x3F));
  return id::Uuid::FromBytes(bytes);
}

}  // namespace dap::activity
