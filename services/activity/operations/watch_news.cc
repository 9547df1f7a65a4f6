#include "services/activity/operations/watch_news.h"

#include <optional>
#include <tuple>

#include "libs/status/macros.h"
#include "services/activity/experience_convert.h"
#include "services/activity/store/comments.h"

namespace dap::activity {
namespace {

// Bytes of one answer, so that one that is too slow is noticed before it costs much.
constexpr size_t kAnswerBytes = 32 << 10;

// Of several changes of one thing the last, in their order, with who saw it before the first.
std::vector<CohortChangeRow> Latest(const std::vector<CohortChangeRow>& changes) {
  std::map<std::tuple<ChangeKind, id::Uuid, id::Uuid>, CohortChangeRow> latest;
  for (const CohortChangeRow& change : changes) {
    if (change.kind == ChangeKind::kMembers) continue;
    const auto [held, first] =
        latest.try_emplace({change.kind, change.experience, change.comment}, change);
    if (!first) held->second.position = change.position;
  }
  std::map<int64_t, CohortChangeRow> in_order;
  for (const auto& [thing, change] : latest) in_order[change.position] = change;
  std::vector<CohortChangeRow> rows;
  for (const auto& [position, change] : in_order) rows.push_back(change);
  return rows;
}

}  // namespace

absl::StatusOr<WatchNews> WatchNews::Load(db::Connection& db, const CohortKey& cohort,
                                          const std::vector<CohortChangeRow>& changes) {
  const auto& [organisation, id] = cohort;
  WatchNews news;
  for (const CohortChangeRow& change : changes) {
    news.members_changed_ = news.members_changed_ || change.kind == ChangeKind::kMembers;
  }
  for (const CohortChangeRow& change : Latest(changes)) {
    ASSIGN_OR_RETURN(std::optional<ExperienceRow> row,
                     FindExperience(db, organisation, id, change.experience, id::Uuid()));
    if (!row) continue;
    Item item;
    item.audience_before = change.audience_before;
    if (change.kind == ChangeKind::kExperience) {
      *item.seen.mutable_experience() = ToProto(*row);
      item.gone.set_gone_experience(item.seen.experience().name());
    } else if (change.kind == ChangeKind::kCheers) {
      *item.seen.mutable_cheers() = CheersToProto(*row);
    } else {
      ASSIGN_OR_RETURN(std::optional<CommentRow> comment,
                       FindComment(db, organisation, change.experience, change.comment));
      if (comment) {
        *item.seen.mutable_comment() = ToProto(*comment, id);
      } else {
        CommentRow gone;
        gone.organisation = organisation;
        gone.experience = change.experience;
        gone.comment = change.comment;
        item.seen.set_gone_comment(CommentName(id, gone));
      }
    }
    item.experience = *std::move(row);
    news.items_.push_back(std::move(item));
  }
  return news;
}

WatchNews::Sight WatchNews::SightOf(const Item& item, const Member& member) {
  const Eyes eyes = member.To(item.experience);
  if (MaySee(item.experience.state, item.experience.audience, eyes)) return Sight::kSeen;
  const bool saw = item.audience_before != Audience::kUnspecified &&
                   MaySee(ExperienceState::kShared, item.audience_before, eyes);
  return saw && item.seen.has_experience() ? Sight::kGone : Sight::kNothing;
}

const std::vector<v1::WatchCohortResponse>& WatchNews::For(const Member& member, int64_t position) {
  std::string sights;
  for (const Item& item : items_) sights.push_back(static_cast<char>(SightOf(item, member)));
  const auto [made, first] = made_.try_emplace(sights);
  if (first) made->second = Make(sights, position);
  return made->second;
}

std::vector<v1::WatchCohortResponse> WatchNews::Make(const std::string& sights,
                                                     int64_t position) const {
  std::vector<v1::WatchCohortResponse> responses;
  size_t bytes = 0;
  for (size_t i = 0; i < items_.size(); ++i) {
    const auto sight = static_cast<Sight>(sights[i]);
    if (sight == Sight::kNothing) continue;
    const v1::CohortChange& change = sight == Sight::kSeen ? items_[i].seen : items_[i].gone;
    const size_t more = change.ByteSizeLong();
    if (responses.empty() || bytes + more > kAnswerBytes) {
      responses.emplace_back();
      bytes = 0;
    }
    *responses.back().add_changes() = change;
    bytes += more;
  }
  // An answer in between leaves the position out: it is known only when all of it has come.
  if (!responses.empty()) responses.back().set_position(position);
  return responses;
}

}  // namespace dap::activity
