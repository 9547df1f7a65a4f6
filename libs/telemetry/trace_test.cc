#include "libs/telemetry/trace.h"

#include <gtest/gtest.h>

#include <thread>

namespace dap::telemetry {
namespace {

constexpr char kParent[] = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

struct Case {
  const char* what;
  const char* traceparent;
  bool accepted;
};

constexpr Case kCases[] = {
    {"the specification's example", kParent, true},
    {"not sampled", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00", true},
    {"unknown flags", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-ff", true},
    {"a later version", "01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", true},
    {"a later version with more", "cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-what",
     true},
    {"a later version run on", "cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01what",
     false},
    {"version ff", "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", false},
    {"version 00 with more", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-what", false},
    {"version 00 with a dash", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-", false},
    {"trace id of zeros", "00-00000000000000000000000000000000-00f067aa0ba902b7-01", false},
    {"span id of zeros", "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01", false},
    {"upper-case trace id", "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01", false},
    {"upper-case span id", "00-4bf92f3577b34da6a3ce929d0e0e4736-00F067AA0BA902B7-01", false},
    {"upper-case version", "0A-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", false},
    {"upper-case flags", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0A", false},
    {"not hexadecimal", "00-4bf92f3577b34da6a3ce929d0e0e473g-00f067aa0ba902b7-01", false},
    {"another separator", "00_4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", false},
    {"short", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0", false},
    {"a space before", " 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", false},
    {"empty", "", false},
};

TEST(TraceContext, IsReadAsTheSpecificationSays) {
  for (const Case& c : kCases) {
    EXPECT_EQ(TraceContext::Parse(c.traceparent).has_value(), c.accepted) << c.what;
  }
}

TEST(TraceContext, WritesWhatItRead) {
  EXPECT_EQ(TraceContext::Parse(kParent)->ToString(), kParent);
}

TEST(TraceContext, WritesVersionZeroWithoutFlagsItDoesNotKnow) {
  const auto trace =
      TraceContext::Parse("cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-ff-what");
  ASSERT_TRUE(trace.has_value());
  EXPECT_EQ(trace->ToString(), kParent);
}

TEST(TraceContext, ChildIsAnotherSpanOfTheSameTrace) {
  const TraceContext parent = *TraceContext::Parse(kParent);
  const TraceContext child = parent.Child();
  EXPECT_EQ(child.trace_id(), parent.trace_id());
  EXPECT_NE(child.span_id(), parent.span_id());
  EXPECT_EQ(child.sampled(), parent.sampled());
  EXPECT_TRUE(child.valid());
}

TEST(TraceContext, NewOnesAreValidAndDiffer) {
  const TraceContext trace = TraceContext::New();
  EXPECT_EQ(TraceContext::Parse(trace.ToString()), trace);
  EXPECT_NE(TraceContext::New().trace_id(), trace.trace_id());
}

TEST(ScopedTrace, HoldsForItsOwnLifetimeAndThread) {
  const TraceContext outer = TraceContext::New();
  const TraceContext inner = TraceContext::New();
  EXPECT_FALSE(CurrentTrace().valid());
  {
    ScopedTrace outer_scope(outer);
    {
      ScopedTrace inner_scope(inner);
      EXPECT_EQ(CurrentTrace(), inner);
      std::thread([] { EXPECT_FALSE(CurrentTrace().valid()); }).join();
    }
    EXPECT_EQ(CurrentTrace(), outer);
  }
  EXPECT_FALSE(CurrentTrace().valid());
}

}  // namespace
}  // namespace dap::telemetry
