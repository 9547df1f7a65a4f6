#include "libs/ical/ical.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <libical/ical.h>

#include <functional>
#include <memory>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "libs/ical/observances.h"

namespace dap::ical {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

using Parsed = std::unique_ptr<icalcomponent, void (*)(icalcomponent*)>;

absl::TimeZone Zone(const std::string& name) {
  absl::TimeZone zone;
  EXPECT_TRUE(absl::LoadTimeZone(name, &zone)) << name;
  return zone;
}

Event At(absl::Time start) {
  Event event;
  event.uid = id::Uuid::FromBytes("0123456789abcdef");
  event.sequence = 3;
  event.stamp = absl::FromUnixSeconds(1'795'000'000);
  event.start = start;
  event.end = start + absl::Minutes(90);
  event.summary = "Kick-off";
  event.location = "Hall";
  event.url = "https://meet.example.org/1";
  event.description = "Tea";
  event.organizer = {"Digital Action Plan", "mailto:dap@example.org"};
  return event;
}

Calendar Of(absl::TimeZone zone, const Event& event) {
  Calendar calendar;
  calendar.zone = zone;
  calendar.events.push_back(event);
  return calendar;
}

Parsed Parse(const std::string& text) {
  Parsed parsed(icalparser_parse_string(text.c_str()), icalcomponent_free);
  EXPECT_NE(parsed, nullptr) << text;
  EXPECT_EQ(icalcomponent_count_errors(parsed.get()), 0) << text;
  return parsed;
}

icalcomponent* OnlyEvent(const Parsed& parsed) {
  EXPECT_EQ(icalcomponent_count_components(parsed.get(), ICAL_VEVENT_COMPONENT), 1);
  return icalcomponent_get_first_component(parsed.get(), ICAL_VEVENT_COMPONENT);
}

// The instant that the text says, by the rules of its own VTIMEZONE alone.
absl::Time InstantOf(const Parsed& parsed, icalproperty_kind kind) {
  icalproperty* property = icalcomponent_get_first_property(OnlyEvent(parsed), kind);
  icaltimetype time = icalvalue_get_datetime(icalproperty_get_value(property));
  icalparameter* tzid = icalproperty_get_first_parameter(property, ICAL_TZID_PARAMETER);
  icaltimezone* zone = icaltimezone_get_utc_timezone();
  if (tzid != nullptr) {
    zone = icalcomponent_get_timezone(parsed.get(), icalparameter_get_tzid(tzid));
    EXPECT_NE(zone, nullptr) << icalparameter_get_tzid(tzid);
  }
  return absl::FromTimeT(icaltime_as_timet_with_zone(time, zone));
}

TEST(IcalTest, EveryZoneSaysTheSameInstantAroundEachChangeOfItsClocks) {
  const absl::Time from = absl::FromCivil(absl::CivilDay(2026, 1, 1), absl::UTCTimeZone());
  const absl::Time until = absl::FromCivil(absl::CivilDay(2029, 1, 1), absl::UTCTimeZone());
  for (const char* name :
       {"Europe/London", "Europe/Dublin", "Europe/Budapest", "Asia/Kolkata", "Pacific/Auckland",
        "America/New_York", "Australia/Lord_Howe", "Africa/Casablanca", "Asia/Jerusalem",
        "America/Santiago", "Pacific/Chatham", "America/Sao_Paulo", "Etc/UTC"}) {
    SCOPED_TRACE(name);
    const absl::TimeZone zone = Zone(name);
    std::vector<absl::Time> starts = {from, from + absl::Hours(24 * 200)};
    absl::TimeZone::CivilTransition change;
    for (absl::Time at = from; zone.NextTransition(at, &change);) {
      at = zone.At(change.to).trans;
      if (at > until) break;
      for (int minutes : {-121, -61, -31, -1, 0, 1, 29, 59, 61, 121}) {
        starts.push_back(at + absl::Minutes(minutes));
      }
    }
    for (absl::Time start : starts) {
      const Event event = At(start);
      const Parsed parsed = Parse(Write(Of(zone, event)));
      ASSERT_EQ(InstantOf(parsed, ICAL_DTSTART_PROPERTY), event.start) << event.start;
      ASSERT_EQ(InstantOf(parsed, ICAL_DTEND_PROPERTY), event.end) << event.start;
    }
  }
}

TEST(IcalTest, ASeriesOverYearsSharesOneZoneThatIsRightForAll) {
  const absl::TimeZone zone = Zone("Europe/London");
  for (int year = 2026; year < 2032; ++year) {
    for (int month : {1, 7}) {
      Calendar calendar;
      calendar.zone = zone;
      for (int other = 2026; other < 2032; ++other) {
        if (other != year) {
          calendar.events.push_back(At(absl::FromCivil(absl::CivilDay(other, 2, 2), zone)));
        }
      }
      const Event event = At(absl::FromCivil(absl::CivilHour(year, month, 15, 10), zone));
      calendar.events.push_back(event);
      const Parsed parsed = Parse(Write(calendar));
      EXPECT_EQ(icalcomponent_count_components(parsed.get(), ICAL_VTIMEZONE_COMPONENT), 1);
      icaltimezone* in_text = icalcomponent_get_timezone(parsed.get(), "Europe/London");
      ASSERT_NE(in_text, nullptr);
      icaltimetype local = icaltime_null_time();
      local.year = year;
      local.month = month;
      local.day = 15;
      local.hour = 10;
      EXPECT_EQ(absl::FromTimeT(icaltime_as_timet_with_zone(local, in_text)), event.start);
    }
  }
}

TEST(IcalTest, LondonsClocksFollowTwoYearlyRules) {
  const absl::TimeZone zone = Zone("Europe/London");
  const absl::Time start = absl::FromCivil(absl::CivilDay(2026, 12, 1), zone);
  const std::vector<Observance> observances = ObservancesOf(zone, start, start + absl::Hours(1));
  ASSERT_THAT(observances, SizeIs(2));
  EXPECT_EQ(observances[0].rule, "FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU");
  EXPECT_EQ(observances[0].start, absl::CivilSecond(2026, 3, 29, 1));
  EXPECT_EQ(observances[0].name, "BST");
  EXPECT_EQ(observances[1].rule, "FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU");
  EXPECT_EQ(observances[1].start, absl::CivilSecond(2025, 10, 26, 2));
  EXPECT_THAT(ObservancesOf(Zone("Asia/Kolkata"), start, start + absl::Hours(1)), SizeIs(1));
}

TEST(IcalTest, AnEventSaysWhatItIsGivenAndNoMore) {
  Calendar calendar = Of(Zone("Europe/London"), At(absl::FromUnixSeconds(1'800'000'000)));
  calendar.method = Method::kRequest;
  calendar.attendee = Person{"Ann O'Neil; \"x\"", "mailto:ann@example.org"};
  const std::string text = Write(calendar);
  const Parsed parsed = Parse(text);
  EXPECT_EQ(icalcomponent_get_method(parsed.get()), ICAL_METHOD_REQUEST);
  icalcomponent* event = OnlyEvent(parsed);
  EXPECT_EQ(std::string(icalcomponent_get_uid(event)), calendar.events[0].uid.ToString());
  EXPECT_EQ(icalcomponent_get_sequence(event), 3);
  EXPECT_EQ(std::string(icalcomponent_get_summary(event)), "Kick-off");
  EXPECT_EQ(std::string(icalcomponent_get_location(event)), "Hall");
  EXPECT_EQ(icalcomponent_get_status(event), ICAL_STATUS_CONFIRMED);
  EXPECT_EQ(icalcomponent_count_properties(event, ICAL_ATTENDEE_PROPERTY), 1);
  EXPECT_THAT(text, HasSubstr("mailto:ann@example.org"));
  EXPECT_THAT(text, HasSubstr("DTSTART;TZID=Europe/London:20270115T080000"));
  calendar.method = Method::kCancel;
  calendar.attendee.reset();
  calendar.events[0].cancelled = true;
  const Parsed cancelled = Parse(Write(calendar));
  EXPECT_EQ(icalcomponent_get_method(cancelled.get()), ICAL_METHOD_CANCEL);
  EXPECT_EQ(icalcomponent_get_status(OnlyEvent(cancelled)), ICAL_STATUS_CANCELLED);
  EXPECT_EQ(icalcomponent_count_properties(OnlyEvent(cancelled), ICAL_ATTENDEE_PROPERTY), 0);
  EXPECT_EQ(Write(calendar), Write(calendar)) << "the same event is the same text";
}

TEST(IcalTest, HostileTextMakesNoLineOfItsOwnAndComesBackWhole) {
  const std::string emoji = "🎉 naïve — ünïcode 日本語";
  std::string long_text;
  while (long_text.size() < 10'000) absl::StrAppend(&long_text, emoji, ";,\\:\".");
  struct Case {
    std::string text;
    std::string read_back;
  };
  const Case cases[] = {
      {"a\r\nATTENDEE:mailto:evil@example.org\r\nX:y", "a\nATTENDEE:mailto:evil@example.org\nX:y"},
      {"a\nEND:VEVENT\nBEGIN:VALARM", "a\nEND:VEVENT\nBEGIN:VALARM"},
      {std::string("nul\0byte\x7f\x01.", 11), "nul byte  ."},
      {"semi;comma,back\\slash:colon\"quote", "semi;comma,back\\slash:colon\"quote"},
      {"\\n is no line", "\\n is no line"},
      {emoji, emoji},
      {long_text, long_text},
  };
  for (const Case& c : cases) {
    Event event = At(absl::FromUnixSeconds(1'800'000'000));
    event.summary = event.location = event.description = c.text;
    event.url = absl::StrCat("https://example.org/", c.text);
    event.organizer = {c.text, absl::StrCat("mailto:", c.text)};
    Calendar calendar = Of(Zone("Europe/London"), event);
    calendar.name = c.text;
    calendar.attendee = Person{c.text, "mailto:ann@example.org"};
    const std::string written = Write(calendar);
    for (absl::string_view line : absl::StrSplit(written, "\r\n")) {
      EXPECT_LE(line.size(), 75u);
      EXPECT_FALSE(absl::StrContains(line, '\n') || absl::StrContains(line, '\r'));
    }
    // A fold that cut a character would not be UTF-8 on either side of it.
    EXPECT_THAT(written, Not(HasSubstr("\r\n \x80")));
    const Parsed parsed = Parse(written);
    icalcomponent* read = OnlyEvent(parsed);
    EXPECT_EQ(icalcomponent_count_components(parsed.get(), ICAL_ANY_COMPONENT), 2);
    EXPECT_EQ(icalcomponent_count_components(read, ICAL_ANY_COMPONENT), 0);
    EXPECT_EQ(icalcomponent_count_properties(read, ICAL_ATTENDEE_PROPERTY), 1);
    EXPECT_EQ(icalcomponent_count_properties(read, ICAL_X_PROPERTY), 0);
    EXPECT_EQ(std::string(icalcomponent_get_summary(read)), c.read_back);
    EXPECT_EQ(std::string(icalcomponent_get_location(read)), c.read_back);
    EXPECT_EQ(std::string(icalcomponent_get_description(read)), c.read_back);
  }
}

TEST(IcalTest, AnEmptyCalendarIsOne) {
  Calendar calendar;
  calendar.zone = Zone("Europe/London");
  EXPECT_THAT(Write(calendar), HasSubstr("BEGIN:VCALENDAR\r\n"));
  Parse(Write(calendar));
  EXPECT_EQ(ContentType(Method::kPublish), "text/calendar; charset=utf-8; method=PUBLISH");
}

}  // namespace
}  // namespace dap::ical
