#include "libs/rpc/field_rules.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <string>

#include "absl/strings/str_cat.h"
#include "dap/rpc/testing/v1/probe.pb.h"
#include "libs/status/error.h"
#include "libs/status/matchers.h"

namespace dap::rpc {
namespace {

using ::dap::status::HasReason;
using ::dap::status::IsOk;
using ::dap::status::NamesField;
using testing::v1::Bare;
using testing::v1::CheckRequest;
using testing::v1::Inner;

constexpr char kUuid[] = "01890a5d-ac96-774b-bcce-b302099a8057";

// g++ 12 warns wrongly (-Wrestrict) where it inlines the assignment of a short literal.
std::string Str(absl::string_view text) { return std::string(text); }

CheckRequest Good() {
  CheckRequest request;
  request.set_needed(Str("x"));
  request.add_tags(Str("a"));
  request.add_must(0);
  request.mutable_bare();
  return request;
}

absl::Status Check(const google::protobuf::Message& message) {
  return FieldRules::For(message.GetDescriptor()).Check(message);
}

struct Case {
  std::string what;
  std::function<void(CheckRequest&)> change;
  std::string reason;  // empty: it is fine
  std::string field;
};

class FieldRulesTest : public ::testing::TestWithParam<Case> {};

TEST_P(FieldRulesTest, Holds) {
  CheckRequest request = Good();
  GetParam().change(request);
  const absl::Status status = Check(request);
  if (GetParam().reason.empty()) {
    EXPECT_THAT(status, IsOk());
  } else {
    EXPECT_THAT(status, HasReason(GetParam().reason));
    EXPECT_THAT(status, NamesField(GetParam().field));
    EXPECT_EQ(status::Violations(status).size(), 1u) << status;
  }
}

std::string Name(const std::string& organisation, const std::string& cohort) {
  return absl::StrCat("organisations/", organisation, "/cohorts/", cohort);
}

const Case kCases[] = {
    {"nothing wrong", [](auto&) {}, "", ""},
    {"required string", [](auto& r) { r.clear_needed(); }, "FIELD_REQUIRED", "needed"},
    {"required list", [](auto& r) { r.clear_must(); }, "FIELD_REQUIRED", "must"},
    {"required message", [](auto& r) { r.clear_bare(); }, "FIELD_REQUIRED", "bare"},
    {"too short", [](auto& r) { r.set_sized(Str("é")); }, "FIELD_TOO_SHORT", "sized"},
    {"shortest", [](auto& r) { r.set_sized(Str("éé")); }, "", ""},
    {"longest in characters", [](auto& r) { r.set_sized(Str("éééé")); }, "", ""},
    {"too long", [](auto& r) { r.set_sized(Str("abcde")); }, "FIELD_TOO_LONG", "sized"},
    {"pattern", [](auto& r) { r.set_patterned(Str("abc")); }, "", ""},
    {"pattern of the whole", [](auto& r) { r.set_patterned(Str("abc1")); }, "FIELD_PATTERN",
     "patterned"},
    {"uuid", [](auto& r) { r.set_id(kUuid); }, "", ""},
    {"no uuid", [](auto& r) { r.set_id(Str("1")); }, "FIELD_NOT_UUID", "id"},
    {"resource", [](auto& r) { r.set_name(Name(kUuid, kUuid)); }, "", ""},
    {"resource of no uuid", [](auto& r) { r.set_name(Name(kUuid, "1")); },
     "FIELD_NOT_RESOURCE_NAME", "name"},
    {"resource cut off", [](auto& r) { r.set_name(Name(kUuid, "")); }, "FIELD_NOT_RESOURCE_NAME",
     "name"},
    {"resource with more", [](auto& r) { r.set_name(absl::StrCat(Name(kUuid, kUuid), "/x")); },
     "FIELD_NOT_RESOURCE_NAME", "name"},
    {"resource of another kind", [](auto& r) { r.set_name(absl::StrCat("teams/", kUuid)); },
     "FIELD_NOT_RESOURCE_NAME", "name"},
    {"default string", [](auto& r) { r.set_plain(std::string(1000, 'x')); }, "", ""},
    {"default string too long", [](auto& r) { r.set_plain(std::string(1001, 'x')); },
     "FIELD_TOO_LONG", "plain"},
    {"default bytes", [](auto& r) { r.set_data(std::string(65536, 'x')); }, "", ""},
    {"default bytes too long", [](auto& r) { r.set_data(std::string(65537, 'x')); },
     "FIELD_TOO_LONG", "data"},
    {"bytes too short", [](auto& r) { r.set_digest(Str("x")); }, "FIELD_TOO_SHORT", "digest"},
    {"bytes too long", [](auto& r) { r.set_digest(Str("éé")); }, "FIELD_TOO_LONG", "digest"},
    {"default list", [](auto& r) { r.mutable_numbers()->Resize(1000, 1); }, "", ""},
    {"default list too long", [](auto& r) { r.mutable_numbers()->Resize(1001, 1); },
     "LIST_TOO_LONG", "numbers"},
    {"least", [](auto& r) { r.set_percent(-5); }, "", ""},
    {"below", [](auto& r) { r.set_percent(-6); }, "FIELD_OUT_OF_RANGE", "percent"},
    {"most", [](auto& r) { r.set_percent(100); }, "", ""},
    {"above", [](auto& r) { r.set_percent(101); }, "FIELD_OUT_OF_RANGE", "percent"},
    {"double above", [](auto& r) { r.set_ratio(1.01); }, "FIELD_OUT_OF_RANGE", "ratio"},
    {"double of no value", [](auto& r) { r.set_ratio(std::nan("")); }, "FIELD_OUT_OF_RANGE",
     "ratio"},
    {"unsigned beyond signed", [](auto& r) { r.set_big(~uint64_t{0}); }, "FIELD_OUT_OF_RANGE",
     "big"},
    {"left out is not below", [](auto& r) { r.clear_maybe(); }, "", ""},
    {"optional zero is there", [](auto& r) { r.set_maybe(0); }, "FIELD_OUT_OF_RANGE", "maybe"},
    {"list too short", [](auto& r) { r.clear_tags(); }, "LIST_TOO_SHORT", "tags"},
    {"list too long", [](auto& r) { for (int i = 0; i < 3; ++i) r.add_tags(Str("a")); },
     "LIST_TOO_LONG", "tags"},
    {"item too long", [](auto& r) { r.add_tags(Str("abc")); }, "FIELD_TOO_LONG", "tags[1]"},
    {"item empty", [](auto& r) { r.add_ids(Str("")); }, "FIELD_NOT_UUID", "ids[0]"},
    {"inner", [](auto& r) { r.mutable_inner(); }, "FIELD_REQUIRED", "inner.title"},
    {"inner of inner",
     [](auto& r) {
       r.mutable_inner()->set_title(Str("a"));
       r.mutable_inner()->mutable_next()->set_title(Str("too long"));
     },
     "FIELD_TOO_LONG", "inner.next.title"},
    {"in a list",
     [](auto& r) {
       r.add_inners()->set_title(Str("a"));
       r.add_inners();
     },
     "FIELD_REQUIRED", "inners[1].title"},
    {"in a map", [](auto& r) { (*r.mutable_named())["k"].set_title(Str("too long")); },
     "FIELD_TOO_LONG", "named[\"k\"].value.title"},
    {"chosen", [](auto& r) { r.mutable_chosen(); }, "FIELD_REQUIRED", "chosen.title"},
    {"chosen word", [](auto& r) { r.set_word(Str("four")); }, "FIELD_TOO_LONG", "word"},
    {"chosen empty word", [](auto& r) { r.set_word(Str("")); }, "FIELD_REQUIRED", "word"},
};

INSTANTIATE_TEST_SUITE_P(Rules, FieldRulesTest, ::testing::ValuesIn(kCases),
                         [](const auto& info) {
                           std::string name = info.param.what;
                           for (char& c : name) c = c == ' ' ? '_' : c;
                           return name;
                         });

TEST(FieldRules, AllThatIsWrongIsNamedAtOnce) {
  CheckRequest request = Good();
  request.clear_needed();
  request.set_id(Str("1"));
  request.set_percent(500);
  const absl::Status status = Check(request);
  EXPECT_THAT(status, NamesField("needed"));
  EXPECT_THAT(status, NamesField("id"));
  EXPECT_THAT(status, NamesField("percent"));
}

TEST(FieldRules, NoMoreThanTwentyAreNamed) {
  CheckRequest request = Good();
  for (int i = 0; i < 500; ++i) request.add_ids(std::string("x"));
  EXPECT_EQ(status::Violations(Check(request)).size(), 20u);
}

TEST(FieldRules, OnlyWhatTheUpdateMaskNamesIsRequired) {
  testing::v1::ChangeRequest request;
  EXPECT_THAT(Check(request), NamesField("inner"));
  request.mutable_inner()->mutable_next();
  EXPECT_EQ(status::Violations(Check(request)).size(), 2u) << "no mask: the whole of it";
  request.mutable_update_mask()->add_paths(std::string("next"));
  EXPECT_EQ(status::Violations(Check(request)).size(), 1u);
  EXPECT_THAT(Check(request), NamesField("inner.next.title"));
  request.mutable_update_mask()->set_paths(0, std::string("title"));
  EXPECT_EQ(status::Violations(Check(request)).size(), 1u);
  EXPECT_THAT(Check(request), NamesField("inner.title"));
  request.mutable_inner()->set_title(Str("a"));
  EXPECT_THAT(Check(request), IsOk());
  request.mutable_inner()->set_title(Str("too long"));
  request.mutable_update_mask()->set_paths(0, std::string("next"));
  EXPECT_THAT(Check(request), HasReason("FIELD_TOO_LONG")) << "what is there keeps its rules";
  request.mutable_update_mask()->set_paths(0, std::string("*"));
  EXPECT_EQ(status::Violations(Check(request)).size(), 2u);
}

TEST(FieldRules, AMessageWithoutAnythingToCheckPasses) {
  Bare bare;
  bare.mutable_next()->set_number(-1);
  EXPECT_THAT(Check(bare), IsOk());
}

}  // namespace
}  // namespace dap::rpc
