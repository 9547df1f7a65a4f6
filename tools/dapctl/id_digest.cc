#include "tools/dapctl/id_digest.h"

#include <openssl/evp.h>

namespace dap::ctl {

struct IdDigest::State {
  std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context{EVP_MD_CTX_new(),
                                                                  &EVP_MD_CTX_free};
};

IdDigest::IdDigest() : state_(std::make_unique<State>()) {
  EVP_DigestInit_ex(state_->context.get(), EVP_sha256(), nullptr);
}

IdDigest::~IdDigest() = default;

void IdDigest::Add(absl::string_view external_id) {
  EVP_DigestUpdate(state_->context.get(), external_id.data(), external_id.size());
  EVP_DigestUpdate(state_->context.get(), "\0", 1);
}

std::string IdDigest::Finish() {
  unsigned char bytes[EVP_MAX_MD_SIZE];
  unsigned length = 0;
  EVP_DigestFinal_ex(state_->context.get(), bytes, &length);
  return std::string(reinterpret_cast<const char*>(bytes), length);
}

const std::string& ExternalId(const enrolment::v1::StaffRecord& record) {
  return record.has_team() ? record.team().external_id() : record.person().external_id();
}

}  // namespace dap::ctl
