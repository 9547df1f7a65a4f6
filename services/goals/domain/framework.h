// What is assessed. Value types; a framework never changes once it has shipped, a new version has a
// key of its own.
#ifndef DAP_SERVICES_GOALS_DOMAIN_FRAMEWORK_H_
#define DAP_SERVICES_GOALS_DOMAIN_FRAMEWORK_H_

#include <string>
#include <vector>

namespace dap::goals {

struct Task {
  std::string key;
  std::string statement;  // what one can do, from the verb on: "Find a page again later."
};

struct Area {
  std::string key;
  std::string title;
  std::vector<Task> tasks;
};

struct Framework {
  std::string key;  // with its version, such as "essential-digital-skills-1"
  std::string title;
  std::string source;
  std::vector<Area> areas;
};

}  // namespace dap::goals

#endif  // DAP_SERVICES_GOALS_DOMAIN_FRAMEWORK_H_
