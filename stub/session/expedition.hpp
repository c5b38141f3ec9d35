// Expedition: what a stop reply tells unasked, because the client would ask for it next; learnt from what it asked for.
//
// What is told is not asked for any more. So every few stops a sample is left out: a client that wants such things asks
// for that one and goes on being told; one that does not ask is told no more of them until it does.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "protocol/types.hpp"

namespace stub {

// Whether a client uses what it is told.
class Habit {
 public:
  enum class AtFirst : bool { not_told, told };
  // A sample is left out at one of so many stops.
  Habit(unsigned stops, AtFirst first) : stops_(stops), told_(first == AtFirst::told) {}

  // The client asked for such a thing.
  void ask();
  // To the next stop.
  void go_on();

  [[nodiscard]] bool told() const { return told_; }
  // A sample of what is told is left out at this stop.
  [[nodiscard]] bool tested() const { return told_ && stop_ == stops_; }

 private:
  unsigned stops_;
  unsigned stop_ = 1;
  bool told_;
  bool asked_ = false;
};

// What of a stack is told: so many bytes on both sides of where the stack pointer points to.
struct StackPart {
  std::size_t below = 0, above = 0;

  friend bool operator==(const StackPart&, const StackPart&) = default;
};

class Expedition {
 public:
  // What the client asks for at this stop.
  void ask(ThreadId thread, RegisterNumber reg);
  void ask(Address address, std::uint64_t length);

  // Which threads are resumed. What is told from then on is of the next stop.
  enum class Ran : std::uint8_t { some, all };
  void go_on(Ran ran);

  // What a thread's being told of includes: of its stack, …
  enum class Part : std::uint8_t { stopped, bystander };  // by itself, or because another did
  [[nodiscard]] StackPart stack(ThreadId thread, Part part, Address stack_pointer);
  // … and of the registers that the client has asked for.
  [[nodiscard]] std::vector<RegisterNumber> registers(ThreadId thread) const;

 private:
  struct Told {
    Part part{};
    Address stack_pointer;
  };
  using Asked = std::set<std::pair<ThreadId, RegisterNumber>>;

  [[nodiscard]] Habit& bystanders() { return bystanders_[std::to_underlying(ran_)]; }

  // Every lldb asks for these at each stop: a test costs a packet.
  Habit stopped_{32, Habit::AtFirst::told};
  // lldb 14 looks for the callers of all threads whenever all have run, lldb 19 only when somebody wants to see them.
  std::array<Habit, 2> bystanders_{Habit{4, Habit::AtFirst::not_told}, Habit{4, Habit::AtFirst::told}};
  Habit registers_{4, Habit::AtFirst::not_told};
  Ran ran_ = Ran::all;              // before this stop
  std::vector<Told> told_;          // at this stop
  std::optional<ThreadId> sample_;  // the bystander whose stack is left out
  Asked asked_;
};

}  // namespace stub
