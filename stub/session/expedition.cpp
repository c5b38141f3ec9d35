#include "stub/session/expedition.hpp"

#include <algorithm>

namespace stub {
namespace {

// Below the stack pointer is what a function without calls may use (x86-64 psABI, 3.2.2 "The Stack Frame").
constexpr StackPart nothing{}, of_stopped{.below = 128, .above = 1024}, of_bystander{.below = 0, .above = 256};
constexpr std::size_t most_bystanders = 1024, most_registers = 4096;  // 512 KiB of stop reply; all of 16 threads' 256

// Debuggers read memory a line of the cache at a time: the line that begins before the stack pointer is meant for it.
bool overlaps(Address stack_pointer, StackPart part, Address address, std::uint64_t length) {
  const auto begin = stack_pointer - part.below, end = stack_pointer + part.above;
  return address < end && (address >= begin || begin - address < length);
}

}  // namespace

void Habit::ask() {
  if (!told_) stop_ = 0;
  asked_ = told_ = true;
}

void Habit::go_on() {
  if (tested() && !asked_) told_ = false;
  stop_ = stop_ == stops_ ? 1 : stop_ + 1;
  asked_ = false;
}

// In a test only the sample's being asked for proves something.
void Expedition::ask(ThreadId thread, RegisterNumber reg) {
  const std::pair asked{thread, reg};
  if (!registers_.tested() || asked == *asked_.begin()) registers_.ask();
  if (asked_.size() < most_registers) asked_.insert(asked);
}

void Expedition::ask(Address address, std::uint64_t length) {
  for (const auto& [part, stack_pointer] : told_) {
    const bool stopped = part == Part::stopped;
    if (overlaps(stack_pointer, stopped ? of_stopped : of_bystander, address, length))
      (stopped ? stopped_ : bystanders()).ask();
  }
}

// A stop without such threads tests nothing.
void Expedition::go_on(Ran ran) {
  const auto any = [&](Part part) { return std::ranges::any_of(told_, [&](const Told& t) { return t.part == part; }); };
  if (any(Part::stopped)) stopped_.go_on();
  if (any(Part::bystander)) bystanders().go_on();
  registers_.go_on();
  if (!registers_.told()) asked_.clear();
  ran_ = ran;
  told_.clear();
  sample_.reset();
}

StackPart Expedition::stack(ThreadId thread, Part part, Address stack_pointer) {
  if (told_.size() == most_bystanders) return nothing;
  told_.push_back({part, stack_pointer});
  if (part == Part::stopped) return stopped_.told() && !stopped_.tested() ? of_stopped : nothing;
  if (bystanders().tested() && !sample_) sample_ = thread;
  return bystanders().told() && sample_ != thread ? of_bystander : nothing;
}

std::vector<RegisterNumber> Expedition::registers(ThreadId thread) const {
  std::vector<RegisterNumber> out;
  if (!registers_.told()) return out;
  const bool tested = registers_.tested();
  for (auto it = asked_.lower_bound({thread, RegisterNumber{0}}); it != asked_.end() && it->first == thread; ++it)
    if (!tested || it != asked_.begin()) out.push_back(it->second);
  return out;
}

}  // namespace stub
