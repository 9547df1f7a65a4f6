#include "libs/rpc/testing/certificates.h"

#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace dap::rpc::testing {
namespace {

using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using Certificate = std::unique_ptr<X509, decltype(&X509_free)>;

void Require(bool done, const char* what) {
  if (done) return;
  std::fprintf(stderr, "test certificates: %s failed\n", what);
  std::abort();
}

Key MakeKey() { return Key(EVP_EC_gen("P-256"), &EVP_PKEY_free); }

std::string MakeFolder() {
  std::string name = (std::filesystem::temp_directory_path() / "dap-certs-XXXXXX").string();
  Require(mkdtemp(name.data()) != nullptr, "mkdtemp");
  return name;
}

void AddExtension(X509* certificate, X509* issuer, int id, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, id, value.c_str());
  Require(extension != nullptr && X509_add_ext(certificate, extension, -1) == 1, "extension");
  X509_EXTENSION_free(extension);
}

// Without an extension or a signature yet. Null issuer: its own.
Certificate MakeCertificate(EVP_PKEY* key, int serial, const std::string& name, X509* issuer) {
  Certificate certificate(X509_new(), &X509_free);
  X509_set_version(certificate.get(), X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), serial);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -3600);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 24 * 3600);
  X509_set_pubkey(certificate.get(), key);
  X509_NAME* subject = X509_get_subject_name(certificate.get());
  X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8,
                             reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
  X509_set_issuer_name(certificate.get(),
                       issuer == nullptr ? subject : X509_get_subject_name(issuer));
  return certificate;
}

void Write(const std::string& file, X509* certificate) {
  std::FILE* out = std::fopen(file.c_str(), "w");
  Require(out != nullptr && PEM_write_X509(out, certificate) == 1, "writing a certificate");
  std::fclose(out);
}

void Write(const std::string& file, EVP_PKEY* key) {
  std::FILE* out = std::fopen(file.c_str(), "w");
  Require(out != nullptr &&
              PEM_write_PrivateKey(out, key, nullptr, nullptr, 0, nullptr, nullptr) == 1,
          "writing a key");
  std::fclose(out);
}

}  // namespace

struct TestCa::Keys {
  Key key = MakeKey();
  Certificate certificate = MakeCertificate(key.get(), 1, "test CA", nullptr);
};

TestCa::TestCa()
    : folder_(MakeFolder()), ca_file_(folder_ + "/ca.pem"), keys_(std::make_unique<Keys>()) {
  X509* certificate = keys_->certificate.get();
  AddExtension(certificate, certificate, NID_basic_constraints, "critical,CA:TRUE");
  AddExtension(certificate, certificate, NID_key_usage, "critical,keyCertSign");
  Require(X509_sign(certificate, keys_->key.get(), EVP_sha256()) > 0, "signing");
  Write(ca_file_, certificate);
}

TestCa::~TestCa() {
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

TestCa::Files TestCa::Issue(absl::string_view file, const std::vector<std::string>& dns_names) {
  const Key key = MakeKey();
  X509* issuer = keys_->certificate.get();
  const Certificate certificate = MakeCertificate(key.get(), ++serial_, std::string(file), issuer);
  if (!dns_names.empty()) {
    AddExtension(certificate.get(), issuer, NID_subject_alt_name,
                 absl::StrCat("DNS:", absl::StrJoin(dns_names, ",DNS:")));
  }
  Require(X509_sign(certificate.get(), keys_->key.get(), EVP_sha256()) > 0, "signing");
  Files files{absl::StrCat(folder_, "/", file, ".pem"), absl::StrCat(folder_, "/", file, ".key")};
  Write(files.cert, certificate.get());
  Write(files.key, key.get());
  return files;
}

TestCa::Files TestCa::IssueService(const std::string& service) {
  return Issue(service, {service + ".dap.internal", "localhost"});
}

}  // namespace dap::rpc::testing
