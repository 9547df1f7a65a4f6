// Teams form a tree: who would break it.
#ifndef DAP_SERVICES_ENROLMENT_DOMAIN_STAFF_SYNC_TREE_H_
#define DAP_SERVICES_ENROLMENT_DOMAIN_STAFF_SYNC_TREE_H_

#include <vector>

#include "libs/id/uuid.h"

namespace dap::enrolment {

// A team and the one above it, as it would be after the sync.
struct TeamEdge {
  id::Uuid team;
  id::Uuid above;
};

// The teams that lie on a cycle, ascending by id; those that only hang below one are not among
// them. Each team has one edge or none. Linear in time; two UUIDs and a word a team in memory.
std::vector<id::Uuid> OnCycle(const std::vector<TeamEdge>& edges);

}  // namespace dap::enrolment

#endif  // DAP_SERVICES_ENROLMENT_DOMAIN_STAFF_SYNC_TREE_H_
