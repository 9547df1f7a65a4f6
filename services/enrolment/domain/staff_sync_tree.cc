#include "services/enrolment/domain/staff_sync_tree.h"

#include <algorithm>
#include <cstddef>

namespace dap::enrolment {
namespace {

constexpr size_t kRoot = static_cast<size_t>(-1);

// For each edge, the place of the edge of the team above; kRoot where that has none.
std::vector<size_t> Links(const std::vector<TeamEdge>& sorted) {
  std::vector<size_t> links;
  links.reserve(sorted.size());
  for (const TeamEdge& edge : sorted) {
    const auto above = std::lower_bound(
        sorted.begin(), sorted.end(), edge.above,
        [](const TeamEdge& candidate, const id::Uuid& team) { return candidate.team < team; });
    links.push_back(above != sorted.end() && above->team == edge.above
                        ? static_cast<size_t>(above - sorted.begin())
                        : kRoot);
  }
  return links;
}

}  // namespace

std::vector<id::Uuid> OnCycle(const std::vector<TeamEdge>& edges) {
  std::vector<TeamEdge> sorted = edges;
  std::sort(sorted.begin(), sorted.end(),
            [](const TeamEdge& a, const TeamEdge& b) { return a.team < b.team; });
  const std::vector<size_t> links = Links(sorted);
  // Which walk came by first; a walk that meets itself has found a cycle.
  std::vector<size_t> walk_of(sorted.size(), 0);
  std::vector<bool> on_cycle(sorted.size(), false);
  for (size_t start = 0; start < sorted.size(); ++start) {
    const size_t walk = start + 1;
    size_t at = start;
    while (at != kRoot && walk_of[at] == 0) {
      walk_of[at] = walk;
      at = links[at];
    }
    if (at == kRoot || walk_of[at] != walk) continue;
    for (; !on_cycle[at]; at = links[at]) on_cycle[at] = true;
  }
  std::vector<id::Uuid> teams;
  for (size_t i = 0; i < sorted.size(); ++i) {
    if (on_cycle[i]) teams.push_back(sorted[i].team);
  }
  return teams;
}

}  // namespace dap::enrolment
