#include "services/activity/domain/evidence_text.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/time/civil_time.h"

namespace dap::activity {
namespace {

constexpr absl::string_view kStyle = R"(
body { font: 1rem/1.5 sans-serif; color: #111; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; width: 100%; margin: 1rem 0 2rem; }
caption { text-align: left; font-weight: bold; padding: .3rem 0; }
th, td { border: 1px solid #767676; padding: .3rem .5rem; text-align: left; vertical-align: top; overflow-wrap: anywhere; }
td.n, th.n { text-align: right; }
thead th, tfoot th, tfoot td { background: #eee; }
@page { margin: 15mm; }
@media print {
  body { margin: 0; max-width: none; font-size: 10pt; }
  thead { display: table-header-group; }
  tr, caption { break-inside: avoid; }
  h2 { break-after: avoid; }
}
)";

std::string FewerThan(const EvidencePack& pack) {
  return absl::StrCat("fewer than ", pack.smallest_count);
}

// The three figures of a cost, in words where they are hidden. People may be hidden though they are
// more, so that others cannot be worked out: then nothing is said of how many.
std::vector<std::string> CostTexts(const Cost& cost) {
  const auto text = [](const absl::optional<int64_t>& figure) {
    return figure.has_value() ? absl::StrCat(*figure) : std::string("hidden");
  };
  return {text(cost.people), text(cost.minutes_lost), text(cost.goals_blocked)};
}

// barriers, open, people, minutes, goals, days, longest.
std::vector<std::string> FigureTexts(const EvidenceFigures& figures) {
  std::vector<std::string> texts = {absl::StrCat(figures.barriers),
                                    absl::StrCat(figures.open_barriers)};
  for (std::string& text : CostTexts(figures.cost)) texts.push_back(std::move(text));
  texts.push_back(absl::StrCat(figures.days_open));
  texts.push_back(absl::StrCat(figures.longest_days_open));
  return texts;
}

std::vector<std::string> MonthTexts(const MonthEvidence& month) {
  std::vector<std::string> texts = {absl::StrCat(month.reported), absl::StrCat(month.ended),
                                    absl::StrCat(month.open)};
  for (std::string& text : CostTexts(month.cost)) texts.push_back(std::move(text));
  return texts;
}

constexpr const char* kFigureHeads[] = {
    "Barriers",          "Open",          "People",
    "Minutes lost",      "Goals blocked", "Days open, all together",
    "Days open, longest"};
constexpr const char* kMonthHeads[] = {"Reported", "Ended",        "Open at its end",
                                       "People",   "Minutes lost", "Goals blocked"};

std::string ToolName(const ToolEvidence& tool) {
  return tool.tool.empty() ? "All others" : tool.tool;
}

std::string StateName(const ToolEvidence& tool) {
  return tool.tool.empty() ? "" : std::string(NameOf(tool.state));
}

void AppendLine(const std::vector<std::string>& fields, std::string& csv) {
  absl::StrAppend(&csv,
                  absl::StrJoin(fields, ",",
                                [](std::string* out, const std::string& field) {
                                  absl::StrAppend(out, CsvField(field));
                                }),
                  "\r\n");
}

std::vector<std::string> Concat(std::vector<std::string> first,
                                const std::vector<std::string>& second,
                                const std::vector<std::string>& third = {}) {
  first.insert(first.end(), second.begin(), second.end());
  first.insert(first.end(), third.begin(), third.end());
  return first;
}

std::string MonthName(absl::CivilMonth month) { return absl::FormatCivilTime(month); }

// Cells of one row: the first ones are its heads.
std::string HtmlRow(const std::vector<std::string>& heads, const std::vector<std::string>& figures,
                    const std::vector<std::string>& texts = {}) {
  std::string row = "<tr>";
  for (const std::string& head : heads) {
    absl::StrAppend(&row, "<th scope=\"row\">", HtmlText(head), "</th>");
  }
  for (const std::string& figure : figures) {
    absl::StrAppend(&row, "<td class=\"n\">", HtmlText(figure), "</td>");
  }
  for (const std::string& text : texts) absl::StrAppend(&row, "<td>", HtmlText(text), "</td>");
  return absl::StrCat(row, "</tr>\n");
}

template <size_t N>
std::string HtmlHead(absl::string_view caption, const std::vector<std::string>& before,
                     const char* const (&figures)[N], const std::vector<std::string>& after = {}) {
  std::string head =
      absl::StrCat("<table>\n<caption>", HtmlText(caption), "</caption>\n<thead><tr>");
  for (const std::string& text : before)
    absl::StrAppend(&head, "<th scope=\"col\">", text, "</th>");
  for (const char* text : figures) {
    absl::StrAppend(&head, "<th scope=\"col\" class=\"n\">", text, "</th>");
  }
  for (const std::string& text : after) absl::StrAppend(&head, "<th scope=\"col\">", text, "</th>");
  return absl::StrCat(head, "</tr></thead>\n<tbody>\n");
}

std::string HtmlCategory(const CategoryEvidence& category) {
  std::string html =
      HtmlHead(NameOf(category.category), {"Tool or site"}, kFigureHeads, {"State", "Ticket"});
  for (const ToolEvidence& tool : category.tools) {
    absl::StrAppend(&html, HtmlRow({ToolName(tool)}, FigureTexts(tool.figures),
                                   {StateName(tool), tool.ticket}));
  }
  return absl::StrCat(html, "</tbody>\n<tfoot>\n",
                      HtmlRow({"All of them"}, FigureTexts(category.figures), {"", ""}),
                      "</tfoot>\n</table>\n");
}

std::string HtmlMonths(const EvidencePack& pack) {
  std::string html = HtmlHead("By month", {"Month"}, kMonthHeads);
  for (const MonthEvidence& month : pack.months) {
    absl::StrAppend(&html, HtmlRow({MonthName(month.month)}, MonthTexts(month)));
  }
  return absl::StrCat(html, "</tbody>\n</table>\n");
}

std::string HtmlTotal(const EvidencePack& pack) {
  return absl::StrCat(HtmlHead("All barriers", {"Category"}, kFigureHeads),
                      HtmlRow({"All"}, FigureTexts(pack.total)), "</tbody>\n</table>\n");
}

}  // namespace

std::string CsvField(absl::string_view text) {
  constexpr absl::string_view kFormulas = "=+-@\t\r\n";
  const bool formula = !text.empty() && kFormulas.find(text[0]) != absl::string_view::npos;
  std::string field = absl::StrCat(formula ? "'" : "", text);
  if (field.find_first_of(",\"\r\n") == std::string::npos) return field;
  return absl::StrCat("\"", absl::StrReplaceAll(field, {{"\"", "\"\""}}), "\"");
}

std::string HtmlText(absl::string_view text) {
  return absl::StrReplaceAll(
      text, {{"&", "&amp;"}, {"<", "&lt;"}, {">", "&gt;"}, {"\"", "&quot;"}, {"'", "&#39;"}});
}

std::string EvidenceCsv(const EvidencePack& pack) {
  std::string csv;
  AppendLine(Concat({"Category", "Tool or site"},
                    {std::begin(kFigureHeads), std::end(kFigureHeads)}, {"State", "Ticket"}),
             csv);
  for (const CategoryEvidence& category : pack.categories) {
    const std::string name(NameOf(category.category));
    for (const ToolEvidence& tool : category.tools) {
      AppendLine(
          Concat({name, ToolName(tool)}, FigureTexts(tool.figures), {StateName(tool), tool.ticket}),
          csv);
    }
    AppendLine(Concat({name, "All"}, FigureTexts(category.figures), {"", ""}), csv);
  }
  AppendLine(Concat({"All", "All"}, FigureTexts(pack.total), {"", ""}), csv);
  return csv;
}

std::string EvidenceByMonthCsv(const EvidencePack& pack) {
  std::string csv;
  AppendLine(Concat({"Month"}, {std::begin(kMonthHeads), std::end(kMonthHeads)}), csv);
  for (const MonthEvidence& month : pack.months) {
    AppendLine(Concat({MonthName(month.month)}, MonthTexts(month)), csv);
  }
  return csv;
}

std::string EvidenceHtml(const EvidencePack& pack, absl::string_view time_zone) {
  std::string html = absl::StrCat(
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
      "'unsafe-inline'\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<title>IT barriers: evidence pack</title>\n<style>",
      kStyle, "</style>\n</head>\n<body>\n<main>\n<h1>IT barriers: evidence pack</h1>\n<p>Made on ",
      absl::FormatCivilTime(pack.make_day), "; days and months in ", HtmlText(time_zone),
      ". A person counts once in each figure, and minutes are those that people told of.</p>\n"
      "<p>Where figures of ",
      FewerThan(pack),
      " people would be told, or could be worked out from others, it says \"hidden\".</p>\n"
      "<h2>What it costs</h2>\n",
      HtmlTotal(pack), "<h2>By category, tool and site</h2>\n");
  if (pack.categories.empty()) absl::StrAppend(&html, "<p>Nobody has reported a barrier.</p>\n");
  for (const CategoryEvidence& category : pack.categories) {
    absl::StrAppend(&html, HtmlCategory(category));
  }
  absl::StrAppend(&html, "<h2>Over time</h2>\n", HtmlMonths(pack), "</main>\n</body>\n</html>\n");
  return html;
}

}  // namespace dap::activity
