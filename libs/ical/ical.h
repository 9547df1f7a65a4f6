// iCalendar text (RFC 5545) of events: for a mail, a download or a feed. Pure, thread-safe; hides
// libical, which writes it.
#ifndef DAP_LIBS_ICAL_ICAL_H_
#define DAP_LIBS_ICAL_ICAL_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "libs/id/uuid.h"

namespace dap::ical {

// What a program does with it (RFC 5546): takes it into its calendar, takes it out, or shows it.
enum class Method { kRequest, kCancel, kPublish };

// The address is a URI: "mailto:ann@example.org", "urn:uuid:…".
struct Person {
  std::string name;
  std::string address;
};

// All texts may hold anything: they are cleaned of control characters, escaped and folded, so that
// none can begin a line of its own.
struct Event {
  // The same event again, with a higher sequence, is a change of the entry in people's calendars.
  id::Uuid uid;
  int sequence = 0;
  // When it was planned or changed last. With METHOD, which is for transport, RFC 5545 would have
  // the time of writing; so the same event is the same text.
  absl::Time stamp;
  absl::Time start;
  absl::Time end;
  std::string summary;
  std::string location;
  // A web address; what can't stand in one is percent-encoded. Left out where it is empty, as is
  // the location and the description.
  std::string url;
  std::string description;
  bool cancelled = false;
  Person organizer;
};

struct Calendar {
  Method method = Method::kPublish;
  // What a subscriber's program calls it; may be empty.
  std::string name;
  // Times are told in it, with its rules for the events' years.
  absl::TimeZone zone;
  // Whom it is for, and nobody else who is invited. None in what is published.
  std::optional<Person> attendee;
  std::vector<Event> events;
};

// Lines ended by CRLF, none longer than 75 octets.
std::string Write(const Calendar& calendar);

// "text/calendar; charset=utf-8; method=REQUEST"
std::string ContentType(Method method);

}  // namespace dap::ical

#endif  // DAP_LIBS_ICAL_ICAL_H_
