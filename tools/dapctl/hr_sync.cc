#include "tools/dapctl/hr_sync.h"

#include <fstream>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "dap/enrolment/v1/staff_sync_service.pb.h"
#include "libs/id/uuid.h"
#include "libs/status/error.h"
#include "libs/status/macros.h"
#include "tools/dapctl/progress.h"
#include "tools/dapctl/token.h"

namespace dap::ctl {
namespace {

namespace v1 = enrolment::v1;

constexpr char kListRejected[] = "dap.enrolment.v1.StaffSyncService/ListRejectedRecords";

absl::StatusOr<std::string> Organisation(const Arguments& arguments, const Gateway& gateway) {
  std::string name = arguments.Get("organisation", OrganisationOfToken(gateway.token));
  if (!absl::StartsWith(name, "organisations/")) name = absl::StrCat("organisations/", name);
  if (id::Uuid::Parse(absl::StripPrefix(name, "organisations/")).ok()) return name;
  return UsageError("--organisation is a UUID or organisations/UUID; the token names none");
}

absl::StatusOr<StaffSyncOptions> ReadOptions(const Arguments& arguments, const Gateway& gateway) {
  if (arguments.words().size() != 1) return UsageError("hr-sync FILE");
  if (arguments.Has("full") && arguments.Has("delta")) return UsageError("give --full or --delta");
  if (arguments.Has("apply") && arguments.Has("plan-only")) {
    return UsageError("give --apply or --plan-only");
  }
  StaffSyncOptions options;
  options.file = arguments.words()[0];
  if (options.file == "-") return UsageError("hr-sync reads its file twice: give one by name");
  ASSIGN_OR_RETURN(options.columns, ParseColumns(arguments.Get("columns")));
  ASSIGN_OR_RETURN(options.organisation, Organisation(arguments, gateway));
  options.source = arguments.Get("source", "hr");
  options.mode = arguments.Has("delta") ? v1::SYNC_MODE_DELTA : v1::SYNC_MODE_FULL;
  options.apply = arguments.Has("apply");
  return options;
}

void PrintRun(const v1::SyncRun& run, std::ostream& out) {
  const v1::SyncCounts& counts = run.counts();
  out << "sync run   " << run.name() << "\nstate      "
      << absl::StripPrefix(v1::SyncRunState_Name(run.state()), "SYNC_RUN_STATE_") << "\nreceived   "
      << counts.received() << "\ncreated    " << counts.created() << "\nupdated    "
      << counts.updated() << "\nunchanged  " << counts.unchanged() << "\nreturned   "
      << counts.returned() << "\nsuspended  " << counts.suspended() << "\nleft       "
      << counts.left() << "\nrejected   " << counts.rejected() << std::endl;
}

absl::Status RefusalOf(const v1::SyncRun& run) {
  // An approved run keeps the reasons for which it had been refused.
  if (run.state() != v1::SYNC_RUN_STATE_REFUSED) return absl::OkStatus();
  std::vector<status::Violation> reasons;
  for (const v1::SyncRefusal& refusal : run.refusals()) {
    reasons.push_back({"file", refusal.message(), refusal.reason()});
  }
  if (reasons.empty()) return status::Precondition("SYNC_REFUSED", "The sync was refused.");
  return status::PreconditionAll("SYNC_REFUSED", "The sync was refused; nothing has changed.",
                                 reasons);
}

// Gives the line of each record of a file, asked for in ascending order.
class LineFinder {
 public:
  explicit LineFinder(std::unique_ptr<StaffFile> file) : file_(std::move(file)) {}
  // 0 where it cannot be told.
  int64_t LineOf(int64_t sequence) {
    v1::StaffRecord record;
    for (; at_ < sequence; ++at_) {
      const absl::StatusOr<bool> any = file_->Next(&record);
      if (!any.ok() || !*any) return 0;
    }
    return at_ == sequence ? file_->line() : 0;
  }

 private:
  const std::unique_ptr<StaffFile> file_;
  int64_t at_ = 0;
};

absl::Status WriteRejected(const Gateway& gateway, const StaffSyncOptions& options,
                           const std::string& run, const std::string& path) {
  ASSIGN_OR_RETURN(auto staff, StaffFile::Open(options.file, options.columns));
  LineFinder lines(std::move(staff));
  std::ofstream out(path, std::ios::binary);
  out << CsvRow({"sequence", "line", "external_id", "reason", "field"});
  v1::ListRejectedRecordsRequest request;
  request.set_parent(run);
  request.set_page_size(1000);
  do {
    ASSIGN_OR_RETURN(const auto page,
                     gateway.Call<v1::ListRejectedRecordsResponse>(kListRejected, request));
    for (const v1::RejectedRecord& record : page.rejected_records()) {
      out << CsvRow({absl::StrCat(record.sequence()), absl::StrCat(lines.LineOf(record.sequence())),
                     record.external_id(), record.reason(), record.field()});
    }
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  out.close();
  if (!out) return UsageError(absl::StrCat("cannot write the file of --rejected: ", path));
  return absl::OkStatus();
}

}  // namespace

std::vector<Flag> HrSyncFlags() {
  return {{"full", "", "the file is everybody: whoever is missing is suspended (the default)"},
          {"delta", "", "the file is what has changed"},
          {"plan-only", "", "show what would change, and change nothing (the default)"},
          {"apply", "", "apply the plan where the guard allows it"},
          {"organisation", "UUID", "the organisation (that of the token)"},
          {"source", "TEXT", "the HR system's name for itself (hr)"},
          {"columns", "OURS=THEIRS,...", "what the file calls our columns; others are left out"},
          {"rejected", "FILE", "where the rejected records go, as CSV"}};
}

absl::Status HrSync(const Arguments& arguments, Streams& streams) {
  ASSIGN_OR_RETURN(const Gateway gateway, Gateway::From(arguments));
  ASSIGN_OR_RETURN(const StaffSyncOptions options, ReadOptions(arguments, gateway));
  return SyncAndTell(gateway, options, arguments.Get("rejected"), streams);
}

absl::Status SyncAndTell(const Gateway& gateway, const StaffSyncOptions& options,
                         const std::string& rejected_file, Streams& streams) {
  ASSIGN_OR_RETURN(const StaffSummary summary, Summarise(options.file, options.columns));
  absl::StatusOr<v1::SyncRun> run;
  {
    Progress progress(streams.err, streams.terminal, "Sent", summary.count);
    run = SyncStaff(
        gateway, options, summary, [&](int64_t durable) { progress.Set(durable); },
        [&](const absl::Status& status) {
          streams.err << "The stream broke (" << status.message() << "); going on." << std::endl;
        });
    if (run.ok()) progress.Set(run->counts().received());
  }
  RETURN_IF_ERROR(run.status());
  PrintRun(*run, streams.out);
  if (run->counts().rejected() > 0 && rejected_file.empty()) {
    streams.err << "Some records were rejected; --rejected=FILE tells which." << std::endl;
  }
  if (!rejected_file.empty()) {
    RETURN_IF_ERROR(WriteRejected(gateway, options, run->name(), rejected_file));
  }
  RETURN_IF_ERROR(RefusalOf(*run));
  if (run->state() == v1::SYNC_RUN_STATE_PLANNED) {
    streams.err << "Nothing has changed yet. To apply it:\n  dapctl call "
                   "dap.enrolment.v1.StaffSyncService/ApplySyncRun '{\"name\": \""
                << run->name() << "\"}'" << std::endl;
  }
  return absl::OkStatus();
}

}  // namespace dap::ctl
