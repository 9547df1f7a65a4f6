#include "libs/ical/ical.h"

#include <libical/ical.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_replace.h"
#include "libs/ical/observances.h"

namespace dap::ical {
namespace {

constexpr char kProduct[] = "-//Digital Action Plan//EN";

struct FreeComponent {
  void operator()(icalcomponent* component) const { icalcomponent_free(component); }
};
using Component = std::unique_ptr<icalcomponent, FreeComponent>;

// Lines end with LF, other control characters are spaces: what RFC 5545 lets stand in a text.
std::string Text(absl::string_view text) {
  std::string clean = absl::StrReplaceAll(text, {{"\r\n", "\n"}, {"\r", "\n"}});
  std::replace_if(
      clean.begin(), clean.end(),
      [](unsigned char c) { return absl::ascii_iscntrl(c) && c != '\n' && c != '\t'; }, ' ');
  return clean;
}

// A parameter has no escapes: no quotes and no line ends either.
std::string Parameter(absl::string_view text) {
  return absl::StrReplaceAll(Text(text), {{"\n", " "}, {"\t", " "}, {"\"", "'"}});
}

// Whatever is no printable ASCII, or would end a value, percent-encoded.
std::string Uri(absl::string_view uri) {
  std::string clean;
  for (const unsigned char c : uri) {
    if (absl::ascii_isgraph(c) && c != '"' && c != '<' && c != '>' && c != '\\') {
      clean.push_back(static_cast<char>(c));
    } else {
      absl::StrAppend(&clean, absl::StrFormat("%%%02X", c));
    }
  }
  return clean;
}

icaltimetype TimeOf(absl::CivilSecond local) {
  icaltimetype time = icaltime_null_time();
  time.year = static_cast<int>(local.year());
  time.month = local.month();
  time.day = local.day();
  time.hour = local.hour();
  time.minute = local.minute();
  time.second = local.second();
  return time;
}

icaltimetype UtcOf(absl::Time time) {
  icaltimetype utc = TimeOf(absl::ToCivilSecond(time, absl::UTCTimeZone()));
  utc.zone = icaltimezone_get_utc_timezone();
  return utc;
}

bool IsUtc(absl::TimeZone zone) { return zone == absl::UTCTimeZone() || zone.name() == "Etc/UTC"; }

// In the zone's time; in UTC where the clock shows it twice, as programs differ on which they take.
icalproperty* When(icalproperty* (*make)(icaltimetype), absl::Time time, absl::TimeZone zone) {
  const absl::CivilSecond local = absl::ToCivilSecond(time, zone);
  const bool twice = zone.At(local).kind == absl::TimeZone::TimeInfo::REPEATED;
  if (twice || IsUtc(zone)) return make(UtcOf(time));
  icalproperty* property = make(TimeOf(local));
  icalproperty_add_parameter(property, icalparameter_new_tzid(zone.name().c_str()));
  return property;
}

icalproperty* WithName(icalproperty* property, const Person& person) {
  if (!person.name.empty()) {
    icalproperty_add_parameter(property, icalparameter_new_cn(Parameter(person.name).c_str()));
  }
  return property;
}

icalcomponent* ZoneComponent(absl::TimeZone zone, const std::vector<Event>& events) {
  absl::Time from = absl::InfiniteFuture(), to = absl::InfinitePast();
  for (const Event& event : events) {
    from = std::min(from, event.start);
    to = std::max(to, event.end);
  }
  icalcomponent* component = icalcomponent_new_vtimezone();
  icalcomponent_add_property(component, icalproperty_new_tzid(zone.name().c_str()));
  for (const Observance& observance : ObservancesOf(zone, from, to)) {
    icalcomponent* part =
        observance.IsDaylight() ? icalcomponent_new_xdaylight() : icalcomponent_new_xstandard();
    icalcomponent_add_property(part, icalproperty_new_dtstart(TimeOf(observance.start)));
    icalcomponent_add_property(part, icalproperty_new_tzoffsetfrom(observance.offset_from_seconds));
    icalcomponent_add_property(part, icalproperty_new_tzoffsetto(observance.offset_to_seconds));
    icalcomponent_add_property(part, icalproperty_new_tzname(observance.name.c_str()));
    if (!observance.rule.empty()) {
      icalcomponent_add_property(
          part, icalproperty_new_rrule(icalrecurrencetype_from_string(observance.rule.c_str())));
    }
    icalcomponent_add_component(component, part);
  }
  return component;
}

void AddPeople(const Calendar& calendar, const Event& event, icalcomponent* component) {
  icalcomponent_add_property(
      component,
      WithName(icalproperty_new_organizer(Uri(event.organizer.address).c_str()), event.organizer));
  if (!calendar.attendee.has_value()) return;
  icalproperty* attendee = WithName(
      icalproperty_new_attendee(Uri(calendar.attendee->address).c_str()), *calendar.attendee);
  icalproperty_add_parameter(attendee, icalparameter_new_role(ICAL_ROLE_REQPARTICIPANT));
  icalproperty_add_parameter(attendee, icalparameter_new_partstat(ICAL_PARTSTAT_NEEDSACTION));
  icalcomponent_add_property(component, attendee);
}

icalcomponent* EventComponent(const Calendar& calendar, const Event& event) {
  icalcomponent* component = icalcomponent_new_vevent();
  const auto add = [component](icalproperty* property) {
    icalcomponent_add_property(component, property);
  };
  add(icalproperty_new_uid(event.uid.ToString().c_str()));
  add(icalproperty_new_sequence(event.sequence));
  add(icalproperty_new_dtstamp(UtcOf(event.stamp)));
  add(When(icalproperty_new_dtstart, event.start, calendar.zone));
  add(When(icalproperty_new_dtend, event.end, calendar.zone));
  add(icalproperty_new_summary(Text(event.summary).c_str()));
  if (!event.location.empty()) add(icalproperty_new_location(Text(event.location).c_str()));
  if (!event.url.empty()) add(icalproperty_new_url(Uri(event.url).c_str()));
  if (!event.description.empty()) {
    add(icalproperty_new_description(Text(event.description).c_str()));
  }
  add(icalproperty_new_status(event.cancelled ? ICAL_STATUS_CANCELLED : ICAL_STATUS_CONFIRMED));
  AddPeople(calendar, event, component);
  return component;
}

icalproperty_method MethodOf(Method method) {
  switch (method) {
    case Method::kRequest:
      return ICAL_METHOD_REQUEST;
    case Method::kCancel:
      return ICAL_METHOD_CANCEL;
    case Method::kPublish:
      return ICAL_METHOD_PUBLISH;
  }
  return ICAL_METHOD_PUBLISH;
}

}  // namespace

std::string Write(const Calendar& calendar) {
  const Component root(icalcomponent_new_vcalendar());
  const auto add = [&root](icalproperty* property) {
    icalcomponent_add_property(root.get(), property);
  };
  add(icalproperty_new_prodid(kProduct));
  add(icalproperty_new_version("2.0"));
  add(icalproperty_new_calscale("GREGORIAN"));
  add(icalproperty_new_method(MethodOf(calendar.method)));
  if (!calendar.name.empty()) {
    icalproperty* name = icalproperty_new_x(Text(calendar.name).c_str());
    icalproperty_set_x_name(name, "X-WR-CALNAME");
    add(name);
  }
  if (!calendar.events.empty() && !IsUtc(calendar.zone)) {
    icalcomponent_add_component(root.get(), ZoneComponent(calendar.zone, calendar.events));
  }
  for (const Event& event : calendar.events) {
    icalcomponent_add_component(root.get(), EventComponent(calendar, event));
  }
  char* const text = icalcomponent_as_ical_string_r(root.get());
  std::string written(text);
  icalmemory_free_buffer(text);
  return written;
}

std::string ContentType(Method method) {
  return absl::StrCat("text/calendar; charset=utf-8; method=",
                      icalproperty_method_to_string(MethodOf(method)));
}

}  // namespace dap::ical
