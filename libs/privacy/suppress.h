// Which counts of a report may be shown, so that nobody can be recognised in it.
#ifndef DAP_LIBS_PRIVACY_SUPPRESS_H_
#define DAP_LIBS_PRIVACY_SUPPRESS_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace dap::privacy {

// An organisation's numbers.
struct Rules {
  // A count below this is hidden, zero too: "none of the team" says something of everyone in it.
  int64_t smallest_count = 5;
  // A score (a mean, a median, a share) is of at least this many people.
  int64_t smallest_group = 10;
};

// Whether a score over so many people may be shown.
inline bool MayShowScore(int64_t people, const Rules& rules) {
  return people >= rules.smallest_group;
}

// The counts of one report and how they add up. Small counts are hidden, and with them as many
// others as it takes that no hidden one follows from what is shown:
//
//   - where a total is shown, the counts hidden under it are two or more, and not so few people
//     that their sum is itself a count to hide;
//   - no hidden count is determined by all sums of the table together.
//
// Of counts that would do, the smallest is hidden, so most of the report stays.
//
// A reader knows every way in which counts add up, so each is to be told with AddTotal: rows,
// columns, a team within its parent. Where one count lies within another (those who accepted within
// those who applied), add the rest as a count that is not shown: AddTotal(applied, {accepted,
// rest}).
//
// A value; not thread-safe. Suppress is meant for reports of some hundred counts: it takes time in
// the third power of the hidden ones.
class Table {
 public:
  using Cell = size_t;

  // `count` is 0 or more.
  Cell Add(int64_t count);

  // `total` is the sum of `parts`, two or more, each of which counts other people.
  void AddTotal(Cell total, std::vector<Cell> parts);

  // Decides what is hidden, from the counts alone: asked again it decides the same.
  void Suppress(const Rules& rules);

  // After Suppress: the count, or nothing where it is hidden.
  std::optional<int64_t> Shown(Cell cell) const;

 private:
  struct Sum {
    Cell total;
    std::vector<Cell> parts;
  };

  bool Guarded(const Sum& sum, const Rules& rules) const;
  bool HideOneMoreOf(const Sum& sum);
  bool GuardSums(const Rules& rules);
  std::optional<Cell> Determined() const;
  bool HideBeside(Cell cell);

  std::vector<int64_t> counts_;
  std::vector<bool> hidden_;
  std::vector<Sum> sums_;
};

}  // namespace dap::privacy

#endif  // DAP_LIBS_PRIVACY_SUPPRESS_H_
