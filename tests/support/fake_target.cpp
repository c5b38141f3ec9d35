#include "tests/support/fake_target.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>

#include "protocol/hex.hpp"
#include "stub/arch/register_file.hpp"

namespace stub::test {
namespace {

constexpr std::size_t page = 4096;

std::string text(ThreadId id) { return std::to_string(number(id.pid)) + "." + std::to_string(number(id.tid)); }
std::string text(Address address) { return "0x" + hex(address.value); }
std::string text(Pid pid) { return std::to_string(number(pid)); }
std::string text(const Stoppoint& s) {
  constexpr std::array words{"breakpoint ", "hardware breakpoint ", "watchpoint ", "read watchpoint ",
                             "access watchpoint "};
  return words.at(std::to_underlying(s.type)) + text(s.address) + " " + std::to_string(s.kind);
}

std::string text(const std::set<KernelSignal>& signals) {
  std::string out;
  for (const auto signal : signals) out += " " + std::to_string(number(signal));
  return out;
}

std::string text(const HitActions& actions) {
  std::string out;
  for (const auto& code : actions.conditions) out += " if " + hex_bytes(code);
  for (const auto& code : actions.commands) out += " do " + hex_bytes(code);
  return out + (actions.persistence == Persistence::beyond_client ? " for ever" : "");
}

std::unexpected<Error> no_process() { return fail(Errc::wrong_process, "not a process of ours"); }

}  // namespace

const arch::Architecture& plain_amd64() {
  static const auto architecture = arch::make_amd64({});
  return architecture;
}

const arch::Architecture& plain_i386() {
  static const auto architecture = arch::make_i386({});
  return architecture;
}

FakeTarget::FakeTarget() : architecture_(&plain_amd64()) {
  processes_[Pid{1}];
  add_thread({Pid{1}, Tid{1}}, "prog");
  set_pc(thread({Pid{1}, Tid{1}}), Address{0x401000});
  regions_ = {{.start = Address{0x401000},
               .end = Address{0x401000 + page},
               .offset = 0,
               .readable = true,
               .executable = true,
               .name = "/bin/prog"},
              {.start = Address{0x404000},
               .end = Address{0x404000 + page},
               .offset = 0,
               .readable = true,
               .writable = true,
               .name = ""}};
  for (const auto& region : regions_) memory_[region.start] = Bytes(page);
  auto& code = memory_[Address{0x401000}];
  for (std::size_t i = 0; i < 256; ++i) code[i] = static_cast<std::uint8_t>(i);
}

void FakeTarget::map(Address start, Bytes contents) {
  regions_.push_back({.start = start, .end = start + contents.size(), .readable = true, .writable = true, .name = ""});
  memory_[start] = std::move(contents);
}

void FakeTarget::add_thread(ThreadId id, std::string name) {
  auto& added = processes_[id.pid].threads[id.tid];
  added.name = std::move(name);
  added.signal_info[0] = static_cast<std::uint8_t>(number(id.tid));
  clear_registers(added);
}

void FakeTarget::clear_registers(FakeThread& thread) {
  thread.registers.clear();
  const auto& layout = architecture_->layout;
  for (std::uint32_t n = 0; n < layout.registers.size(); ++n) thread.registers[n] = Bytes(layout.registers[n].bits / 8);
}

void FakeTarget::become(const arch::Architecture& architecture) {
  architecture_ = &architecture;
  for (auto& [pid, process] : processes_)
    for (auto& [tid, thread] : process.threads) clear_registers(thread);
}

void FakeTarget::happen(const StopEvent& event) {
  if (event.ends_process()) {
    processes_.erase(event.thread.pid);
    std::erase_if(events_, [&](const QueuedEvent& q) { return q.event.thread.pid == event.thread.pid; });
  } else if (event.ends_thread()) {
    process(event.thread.pid).threads.erase(event.thread.tid);
  } else {
    auto& doer = thread(event.thread);
    if (doer.stopped) throw std::logic_error("thread " + text(event.thread) + " is stopped: it can do nothing");
    doer.stopped = doer.has_event = true;
    if (const auto* ours = std::get_if<stop::Breakpoint>(&event.what)) set_pc(doer, ours->address);
    if (const auto* ours = std::get_if<stop::HardwareBreakpoint>(&event.what)) set_pc(doer, ours->stoppoint.address);
    if (const auto* own = std::get_if<stop::ProgramBreakpoint>(&event.what)) set_pc(doer, own->address + 1);
  }
  events_.push_back({event});
}

std::uint64_t FakeTarget::register_value(ThreadId id, std::uint32_t number) {
  const auto& bytes = thread(id).registers.at(number);
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < std::min<std::size_t>(8, bytes.size()); ++i) value |= std::uint64_t{bytes[i]} << (8 * i);
  return value;
}

void FakeTarget::set_pc(FakeThread& thread, Address pc) {
  auto& bytes = thread.registers[number(architecture_->pc)];
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::uint8_t>(pc.value >> (8 * i));
}

std::vector<Pid> FakeTarget::processes() const {
  std::vector<Pid> out;
  for (const auto& [pid, process] : processes_) out.push_back(pid);
  return out;
}

std::vector<ThreadId> FakeTarget::threads(Pid pid) const {
  std::vector<ThreadId> out;
  if (const auto it = processes_.find(pid); it != processes_.end())
    for (const auto& [tid, thread] : it->second.threads) out.push_back({pid, tid});
  return out;
}

bool FakeTarget::stopped(ThreadId id) const {
  const auto it = processes_.find(id.pid);
  if (it == processes_.end()) return false;
  const auto thread = it->second.threads.find(id.tid);
  return thread != it->second.threads.end() && thread->second.stopped;
}

const arch::Architecture* FakeTarget::architecture(Pid pid) const {
  return processes_.contains(pid) ? architecture_ : nullptr;
}

std::optional<Origin> FakeTarget::origin(Pid pid) const {
  const auto it = processes_.find(pid);
  return it == processes_.end() ? std::nullopt : std::optional(it->second.origin);
}

Result<FakeTarget::FakeProcess*> FakeTarget::existing(Pid pid) {
  const auto it = processes_.find(pid);
  if (it == processes_.end()) return no_process();
  return &it->second;
}

Result<FakeTarget::FakeThread*> FakeTarget::stopped_thread(ThreadId id) {
  auto* owner = TRY(existing(id.pid));
  const auto it = owner->threads.find(id.tid);
  if (it == owner->threads.end()) return fail(Errc::no_thread, "no such thread");
  if (!it->second.stopped) return fail(Errc::running, "the thread is running");
  return &it->second;
}

Result<> FakeTarget::resume(ThreadId id, ResumeRequest request) {
  auto* doer = TRY(stopped_thread(id));
  auto line = (request.kind == ResumeRequest::Kind::step ? "step " : "run ") + text(id);
  if (request.signal != signals::none)
    line += (request.sent ? " sent signal " : " with signal ") + std::to_string(number(request.signal));
  note(std::move(line));
  if (!doer->has_event) doer->stopped = false;
  for (auto& queued : events_)
    if (queued.event.thread == id) queued.held_back = false;
  return {};
}

void FakeTarget::hold(Pid pid) {
  if (!processes_.contains(pid)) return;
  for (auto& [tid, thread] : process(pid).threads) {
    if (thread.stopped || thread.unstoppable) continue;
    thread.stopped = true;
    note("hold " + text(ThreadId{pid, tid}));
  }
  for (auto& queued : events_)
    if (queued.event.thread.pid == pid && !queued.event.ends_process()) queued.held_back = true;
}

void FakeTarget::halt(ThreadId id) {
  if (stopped(id)) return;
  note("halt " + text(id));
  happen({id, stop::Halted{}});
}

std::optional<StopEvent> FakeTarget::next_event(HeldBack held_back, const std::set<Pid>* only) {
  const auto it = std::ranges::find_if(events_, [&](const QueuedEvent& q) {
    return (only == nullptr || only->contains(q.event.thread.pid)) && !(q.held_back && left(q.event, held_back));
  });
  if (it == events_.end()) return std::nullopt;
  const auto event = it->event;
  events_.erase(it);
  if (!event.ends_thread() && processes_.contains(event.thread.pid)) thread(event.thread).has_event = false;
  return event;
}

Result<> FakeTarget::observe_calls(Pid pid, CallObserver* observer) {
  TRY(existing(pid));
  observers_[pid] = observer;
  return {};
}

Result<> FakeTarget::begin_count(ThreadId id, std::optional<Address> until) {
  note("count " + text(id) + (until ? " to " + hex(until->value) : ""));
  count_.instructions = 0;
  return {};
}

Result<Count> FakeTarget::count_on(ThreadId, Kernel::Milliseconds) {
  count_.instructions += 10;
  if (pieces_ != 0 && --pieces_ == 0) return count_;
  return Count{Count::State::goes_on, count_.instructions};
}

Result<Count> FakeTarget::end_count(ThreadId id) {
  note("end of count " + text(id));
  return count_;
}

Result<> FakeTarget::kill(Pid pid) {
  TRY(existing(pid));
  note("kill " + text(pid));
  processes_.erase(pid);
  std::erase_if(events_, [&](const QueuedEvent& q) { return q.event.thread.pid == pid; });
  return {};
}

Result<> FakeTarget::detach(Pid pid) {
  TRY(existing(pid));
  note("detach " + text(pid));
  processes_.erase(pid);
  return {};
}

void FakeTarget::pass_signals(Pid pid, std::set<KernelSignal> signals) {
  note("pass " + text(pid) + ":" + text(signals));
}

void FakeTarget::deliver_at_detach(Pid pid, std::optional<std::set<KernelSignal>> signals) {
  note("deliver at detach " + text(pid) + ":" + (signals ? text(*signals) : " as ever"));
}

void FakeTarget::set_interests(Pid pid, Interests interests) { interests_[pid] = std::move(interests); }

void FakeTarget::set_interests(ThreadId id, ThreadInterests interests) {
  auto& now = thread_interests_[id];
  if (now.clones == interests.clones && now.exit == interests.exit) return;
  now = interests;
  note("interests " + text(id) + ":" + (interests.clones ? " clones" : "") + (interests.exit ? " exit" : ""));
}

Result<Bytes> FakeTarget::read_register(ThreadId id, RegisterNumber reg) {
  auto* doer = TRY(stopped_thread(id));
  const auto it = doer->registers.find(number(reg));
  if (it == doer->registers.end()) return fail(Errc::no_register, "no such register");
  return it->second;
}

Result<Bytes> FakeTarget::register_set(ThreadId id, std::size_t set) {
  auto* doer = TRY(stopped_thread(id));
  arch::RegisterFile file(*architecture_);
  for (std::size_t n = 0; n < architecture_->sets.size(); ++n) file.load(n, Bytes(architecture_->sets[n].size));
  for (const auto& [n, value] : doer->registers) TRY(file.write(RegisterNumber{n}, value));
  const auto bytes = file.bytes(set);
  return Bytes(bytes.begin(), bytes.end());
}

Result<> FakeTarget::write_register(ThreadId id, RegisterNumber reg, ByteView value) {
  auto* doer = TRY(stopped_thread(id));
  const auto it = doer->registers.find(number(reg));
  if (it == doer->registers.end()) return fail(Errc::no_register, "no such register");
  if (it->second.size() != value.size()) return fail(Errc::malformed, "wrong size for the register");
  note("write " + text(id) + " register " + std::to_string(number(reg)) + " " + hex_bytes(value));
  it->second.assign(value.begin(), value.end());
  return {};
}

Result<std::uint64_t> FakeTarget::save_registers(ThreadId id) {
  saved_[next_saved_] = TRY(stopped_thread(id))->registers;
  return next_saved_++;
}

Result<> FakeTarget::restore_registers(ThreadId id, std::uint64_t saved) {
  auto* doer = TRY(stopped_thread(id));
  const auto it = saved_.find(saved);
  if (it == saved_.end()) return fail(Errc::no_register, "no registers were saved under this id");
  doer->registers = it->second;
  saved_.erase(it);
  note("restore " + text(id) + " from " + std::to_string(saved));
  return {};
}

Result<Address> FakeTarget::segment_base(ThreadId id, std::uint64_t selector) {
  TRY(stopped_thread(id));
  const auto it = segments_.find(selector);
  return it == segments_.end() ? fail(Errc::unsupported, "no such segment") : Result<Address>(it->second);
}

Result<Bytes> FakeTarget::signal_info(ThreadId id) { return TRY(stopped_thread(id))->signal_info; }

Result<> FakeTarget::set_signal_info(ThreadId id, ByteView bytes) {
  auto* doer = TRY(stopped_thread(id));
  note("signal info of " + text(id));
  doer->signal_info.assign(bytes.begin(), bytes.end());
  return {};
}

MemoryRegion* FakeTarget::region_at(Address address) {
  const auto it =
      std::ranges::find_if(regions_, [&](const MemoryRegion& r) { return address >= r.start && address < r.end; });
  return it == regions_.end() ? nullptr : &*it;
}

Result<Bytes> FakeTarget::read_memory(Pid pid, Address address, std::size_t length) {
  TRY(existing(pid));
  if (length == 0) return Bytes{};
  const auto* region = region_at(address);
  if (region == nullptr) return fail(Errc::unreadable, "cannot read memory there");
  const auto& bytes = memory_[region->start];
  const auto from = address - region->start;
  const auto count = std::min<std::size_t>(length, bytes.size() - from);
  const auto begin = bytes.begin() + static_cast<std::ptrdiff_t>(from);
  return Bytes(begin, begin + static_cast<std::ptrdiff_t>(count));
}

Result<> FakeTarget::write_memory(Pid pid, Address address, ByteView bytes) {
  TRY(existing(pid));
  if (bytes.empty()) return {};
  const auto* region = region_at(address);
  if (region == nullptr || region->end - address < bytes.size())
    return fail(Errc::unwritable, "cannot write memory there");
  note("write " + text(address) + " " + hex_bytes(bytes));
  std::ranges::copy(bytes, memory_[region->start].begin() + static_cast<std::ptrdiff_t>(address - region->start));
  return {};
}

Result<Address> FakeTarget::allocate_memory(ThreadId id, std::uint64_t size, Permissions permissions) {
  TRY(stopped_thread(id));
  note("allocate " + std::to_string(size) + " " + (permissions.readable ? "r" : "-") +
       (permissions.writable ? "w" : "-") + (permissions.executable ? "x" : "-") + " by " + text(id));
  return Address{0x7ffff7fc5000};
}

Result<> FakeTarget::deallocate_memory(ThreadId id, Address address) {
  TRY(stopped_thread(id));
  note("deallocate " + text(address) + " by " + text(id));
  return {};
}

Result<std::vector<MemoryRegion>> FakeTarget::memory_map(Pid pid) {
  TRY(existing(pid));
  return regions_;
}

Result<> FakeTarget::insert(Pid pid, const Stoppoint& stoppoint, const HitActions& actions) {
  auto* owner = TRY(existing(pid));
  if (region_at(stoppoint.address) == nullptr) return fail(Errc::unwritable, "cannot write memory there");
  note("insert " + text(stoppoint) + text(actions));
  owner->stoppoints.insert(stoppoint);
  return {};
}

Result<> FakeTarget::remove(Pid pid, const Stoppoint& stoppoint) {
  auto* owner = TRY(existing(pid));
  note("remove " + text(stoppoint));
  owner->stoppoints.erase(stoppoint);
  return {};
}

void FakeTarget::remove_all(Pid pid) { note("remove all " + text(pid)); }

std::vector<BreakpointInfo> FakeTarget::breakpoints(Pid pid) const {
  std::vector<BreakpointInfo> out;
  const auto it = processes_.find(pid);
  if (it == processes_.end()) return out;
  for (const auto& stoppoint : it->second.stoppoints)
    if (stoppoint.type == StoppointType::software_breakpoint) out.push_back({stoppoint.address, {0x90}, 0});
  return out;
}

ThreadFacts FakeTarget::thread_facts(ThreadId id) {
  const auto known = threads(id.pid);
  if (std::ranges::find(known, id) == known.end()) return {};
  return {.name = thread(id).name, .core = 1};
}

std::string FakeTarget::executable_path(Pid) { return "/bin/prog"; }

Result<Bytes> FakeTarget::auxv(Pid pid) {
  TRY(existing(pid));
  return auxv_;
}

}  // namespace stub::test
