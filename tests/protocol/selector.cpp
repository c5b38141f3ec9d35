#include "protocol/selector.hpp"

#include "tests/support/catch.hpp"

using namespace stub;

namespace {

using Kind = IdPattern::Kind;
constexpr IdPattern any{Kind::any, 0}, all{Kind::all, 0};
constexpr IdPattern one(std::int32_t id) { return {Kind::one, id}; }

}  // namespace

TEST_CASE("every form of a thread id names what the manual says") {
  struct Row {
    const char* wire;
    ThreadSelector value;
  };
  const auto row = GENERATE(Row{"0", {{}, any}}, Row{"-1", {{}, all}}, Row{"1f", {{}, one(0x1f)}},
                            Row{"p1.2", {one(1), one(2)}}, Row{"p1", {one(1), all}}, Row{"p1.-1", {one(1), all}},
                            Row{"p1.0", {one(1), any}}, Row{"p0.0", {any, any}}, Row{"p-1.-1", {all, all}},
                            Row{"p-1", {all, all}}, Row{"p0.1f", {any, one(0x1f)}}, Row{"p-1.1f", {all, one(0x1f)}},
                            Row{"p7fffffff.7fffffff", {one(0x7fffffff), one(0x7fffffff)}},
                            Row{"00000000000000000005", {{}, one(5)}});
  CAPTURE(row.wire);
  Cursor in(row.wire);
  CHECK(parse_thread_selector(in) == row.value);
  CHECK(in.done());
}

TEST_CASE("an ill-formed thread id gives nothing") {
  const auto* wire =
      GENERATE("", "p", "p.", "p.1", "p1.", "pp1.1", "-", "-2", "p-2.1", "80000000", "p1.80000000", "zz");
  CAPTURE(wire);
  Cursor in(wire);
  const auto parsed = parse_thread_selector(in);
  CHECK((!parsed || !in.done()));
}

TEST_CASE("a thread id stops at what follows it") {
  Cursor in("p1.2;c");
  CHECK(parse_thread_selector(in) == ThreadSelector{one(1), one(2)});
  CHECK(in.rest() == ";c");
}

TEST_CASE("a thread id is written with its process only to clients that asked for that") {
  const ThreadId id{Pid{0x1a}, Tid{0x1b}};
  CHECK(thread_id_text(id, ThreadIdForm::plain) == "1b");
  CHECK(thread_id_text(id, ThreadIdForm::multiprocess) == "p1a.1b");
}
