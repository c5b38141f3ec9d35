// Engine: displaced steps over breakpoints that no client is told of. Nobody else has to stop for them: the breakpoint
// stays where it is.
#include "protocol/little_endian.hpp"
#include "stub/target/engine.hpp"

namespace stub {
namespace {

constexpr std::size_t elf_header_size = 64;
constexpr std::uint64_t page_size = 4096;

std::uint64_t rounded_up(std::uint64_t value, std::uint64_t to) { return (value + to - 1) / to * to; }

}  // namespace

// The kernel maps the vDSO into every process, whole pages of it, with nothing behind the end of the file.
void Engine::find_room_for_copies(Inferior& inferior) {
  auto& copies = inferior.space->copies;
  copies.set_room({}, {});
  const auto vdso = vdso_of(inferior);
  Bytes header(elf_header_size);
  if (!vdso || kernel_.read_memory(inferior.pid, *vdso, header) != header.size()) return;
  const auto size = arch::end_of_section_headers(header);
  if (!size) return;
  const auto begin = *vdso + rounded_up(*size, arch::displaced_size);
  Bytes before(*vdso + rounded_up(*size, page_size) - begin);
  if (kernel_.read_memory(inferior.pid, begin, before) == before.size()) copies.set_room(begin, std::move(before));
}

DisplacedCopies::Copy Engine::displaced_copy(Inferior& inferior, Address from) {
  auto& copies = inferior.space->copies;
  if (auto copy = copies.find(from)) return copy;
  if (!copies.has_room()) find_room_for_copies(inferior);
  const auto to = copies.vacancy();
  if (!to) return nullptr;
  Bytes code(arch::longest_instruction);
  code.resize(kernel_.read_memory(inferior.pid, from, code));
  inferior.space->breakpoints.hide(from, code);
  auto step = arch::displace(*inferior.architecture, code, from, *to);
  if (!step || !write_raw(inferior, *to, step->code)) return nullptr;
  auto copy = std::make_shared<const arch::DisplacedStep>(std::move(*step));
  copies.add(copy);
  return copy;
}

Result<> Engine::enter(Inferior& inferior, Thread& thread, DisplacedCopies::Copy copy) {
  std::uint64_t lent = 0;
  if (copy->borrowed) {
    lent = TRY(integer(inferior, thread, copy->borrowed->reg));
    TRY(set_integer(inferior, thread, copy->borrowed->reg, copy->borrowed->value));
  }
  TRY(set_integer(inferior, thread, inferior.architecture->pc, copy->to.value));
  thread.displaced = {std::move(copy), lent};
  return {};
}

// It is let run where the copy leads back by itself; its next stop may be years away, and is mended then.
bool Engine::step_displaced(Inferior& inferior, Thread& thread, Address from) {
  const auto copy = displaced_copy(inferior, from);
  if (!copy || !enter(inferior, thread, copy)) return false;
  if (copy->can_run() && thread.last.kind == ResumeRequest::Kind::run && !thread.stop_wanted && !inferior.held) {
    go_on(inferior, thread);
  } else {
    step_through_copy(inferior, thread);
  }
  return true;
}

void Engine::step_through_copy(Inferior& inferior, Thread& thread) {
  const auto id = thread.id;
  const auto from = thread.displaced.copy->from;
  auto step = private_step(inferior, thread);
  while (step.end == StepEnd::stepped && is_midway(inferior, thread)) step = private_step(inferior, thread);
  step.address = from;
  if (step.end == StepEnd::stepped) leave_copy(inferior, thread, nullptr);
  end_step_over(id, step);
}

// A hit that has been answered is a hit that is over: who stops a thread for us finds it past the instruction. False:
// the stop is to be taken as it is.
bool Engine::completes_step(Inferior& inferior, Thread& thread, const WaitStatus& status) {
  if (!std::holds_alternative<wait_status::InterruptStop>(status.reason) || inferior.departing) return false;
  const auto pc = integer(inferior, thread, inferior.architecture->pc);
  if (!pc || thread.displaced.copy->to.value != *pc) return false;
  step_through_copy(inferior, thread);
  return true;
}

// The copy has more instructions than the original.
bool Engine::is_midway(Inferior& inferior, Thread& thread) {
  const auto& copy = *thread.displaced.copy;
  const auto pc = integer(inferior, thread, inferior.architecture->pc);
  const auto* point = pc ? copy.point_at(*pc) : nullptr;
  return point != nullptr && point->offset != 0 && point->pc == copy.from;
}

// Brings a thread that has stopped to where it would be without the copy. `status`: how, unless by its step.
void Engine::leave_copy(Inferior& inferior, Thread& thread, const WaitStatus* status) {
  const auto& cpu = *inferior.architecture;
  const auto displaced = std::exchange(thread.displaced, {});
  const auto& copy = *displaced.copy;
  const auto pc = integer(inferior, thread, cpu.pc);
  const auto sp = integer(inferior, thread, cpu.sp);
  if (!pc || !sp) return;
  const auto set = [&](RegisterNumber reg, std::uint64_t value) {
    static_cast<void>(set_integer(inferior, thread, reg, value));
  };
  if (copy.borrowed) set(copy.borrowed->reg, displaced.lent);
  if (const auto* point = copy.point_at(*pc); point != nullptr) {
    set(cpu.pc, point->pc.value);
    if (point->stack != 0) set(cpu.sp, *sp + point->stack);
    if (point->pc == copy.from && status != nullptr) remember_answer(inferior, thread, *status, copy.from);
  } else if (copy.pushed) {
    static_cast<void>(write_raw(inferior, {*sp}, to_little_endian(copy.pushed->value, cpu.pointer_size)));
  }
}

// Copies that nobody executes.
void Engine::remove_copies(Inferior& inferior) {
  auto& copies = inferior.space->copies;
  while (const auto copy = copies.take_idle()) static_cast<void>(write_raw(inferior, copy->to, copies.before(*copy)));
}

}  // namespace stub
