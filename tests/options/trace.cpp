// What stub tells of its own doing: chosen in gdbserver's words, a line for each thing.
#include "stub/trace.hpp"

#include "tests/support/catch.hpp"

using namespace stub;

namespace {

using Part = Trace::Part;

struct Traced {
  Traced() {
    const auto write = [this](const std::string& line) { lines += line + "\n"; };
    const auto open = [this](const std::string& file) -> Result<> {
      if (file == "/refused") return fail(Errc::system, "no");
      files += "<" + file + ">";
      return {};
    };
    REQUIRE(trace.start(write, open));
  }
  Trace trace;
  std::string lines, files;
};

}  // namespace

TEST_CASE("nothing is told unless it was chosen") {
  Traced t;
  t.trace.tell(Part::remote, "g");
  REQUIRE(t.trace.choose("remote"));
  t.trace.tell(Part::remote, "m");
  t.trace.tell(Part::threads, "1 stopped");
  CHECK(t.lines == "[remote] m\n");
}

TEST_CASE("a list of parts switches on and off, from left to right") {
  Trace trace;
  REQUIRE(trace.choose("all,-remote,+event-loop"));
  CHECK(trace.tells(Part::threads));
  CHECK_FALSE(trace.tells(Part::remote));
  CHECK(trace.tells(Part::event_loop));
  REQUIRE(trace.choose("-all"));
  CHECK_FALSE(trace.tells(Part::threads));
}

TEST_CASE("a list with a mistake changes nothing") {
  Trace trace;
  for (const auto* list : {"", ",remote", "remote,nothing", "+", "all,-"}) {
    CAPTURE(list);
    CHECK_FALSE(trace.choose(list));
    CHECK_FALSE(trace.tells(Part::remote));
  }
}

TEST_CASE("lines may begin with the time") {
  Traced t;
  REQUIRE(t.trace.choose("remote"));
  CHECK(t.trace.set_format("timestamp").value() == "Timestamps will be added to debug output.\n");
  t.trace.tell(Part::remote, "g");
  CHECK(t.lines.find(" [remote] g\n") != std::string::npos);
  CHECK(t.lines.front() != '[');
  t.lines.clear();
  CHECK(t.trace.set_format("none").value() == "All extra debug format options disabled.\n");
  t.trace.tell(Part::remote, "g");
  CHECK(t.lines == "[remote] g\n");
  CHECK_FALSE(t.trace.set_format("all,date"));
}

TEST_CASE("a file is opened at the start or when it is named, and one that cannot be is refused") {
  Trace early;
  REQUIRE(early.write_to("/early"));
  std::string opened;
  REQUIRE(early.start([](const std::string&) {},
                      [&](const std::string& file) -> Result<> {
                        opened = file;
                        return {};
                      }));
  CHECK(opened == "/early");
  Traced t;
  CHECK(t.files.empty());
  REQUIRE(t.trace.write_to("/later"));
  CHECK_FALSE(t.trace.write_to("/refused"));
  REQUIRE(t.trace.write_to(""));
  CHECK(t.files == "</later><>");
}

TEST_CASE("bytes are printed so that a line stays a line, and no line is endless") {
  CHECK(printable("m401000,4") == "m401000,4");
  CHECK(printable(std::string_view("\n\\\0\xff", 4)) == "\\x0a\\x5c\\x00\\xff");
  const auto cut = printable(std::string(5000, 'x'));
  CHECK(cut.size() < 1100);
  CHECK(cut.ends_with("(5000 bytes)"));
}
