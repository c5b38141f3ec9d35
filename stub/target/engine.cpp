#include "stub/target/engine.hpp"

#include <algorithm>

#include "protocol/hex.hpp"

namespace stub {

Engine::Engine(Kernel& kernel, std::function<void(std::string)> warn, std::function<void(std::string_view)> said)
    : kernel_(kernel),
      warn_(std::move(warn)),
      said_(std::move(said)),
      amd64_(arch::make_amd64(kernel.xsave_layout())),
      i386_(arch::make_i386(kernel.xsave_layout())) {}

Inferior* Engine::find(Pid pid) {
  const auto it = inferiors_.find(pid);
  return it == inferiors_.end() ? nullptr : &it->second;
}

const Inferior* Engine::find(Pid pid) const {
  const auto it = inferiors_.find(pid);
  return it == inferiors_.end() ? nullptr : &it->second;
}

Thread* Engine::find(ThreadId thread) {
  auto* process = find(thread.pid);
  if (process == nullptr) return nullptr;
  const auto it = process->threads.find(thread.tid);
  return it == process->threads.end() ? nullptr : &it->second;
}

Result<Inferior*> Engine::inferior(Pid pid) {
  auto* found = find(pid);
  if (found == nullptr || found->shadow || found->departing) return fail(Errc::no_process, "no such process here");
  return found;
}

Result<Thread*> Engine::stopped_thread(ThreadId id) {
  auto* thread = find(id);
  if (thread == nullptr) return fail(Errc::no_thread, "no such thread here");
  if (!thread->stopped()) return fail(Errc::running, "the thread is running");
  return thread;
}

Inferior& Engine::add_inferior(Pid pid, Origin origin, const arch::Architecture& architecture) {
  return inferiors_.try_emplace(pid, pid, origin, architecture).first->second;
}

Thread& Engine::add_thread(Inferior& inferior, Tid tid) {
  owners_[number(tid)] = inferior.pid;
  return inferior.threads.try_emplace(tid, ThreadId{inferior.pid, tid}, *inferior.architecture).first->second;
}

void Engine::remove_thread(Inferior& inferior, Tid tid) {
  std::erase_if(events_, [&](const QueuedEvent& q) { return q.event.thread.tid == tid && !q.event.ends_process(); });
  owners_.erase(number(tid));
  if (inferior.call_observer != nullptr) inferior.call_observer->ended(ThreadId{inferior.pid, tid});
  inferior.threads.erase(tid);
}

void Engine::remove_inferior(Pid pid) {
  auto* gone = find(pid);
  if (gone == nullptr) return;
  std::erase_if(events_, [&](const QueuedEvent& q) { return q.event.thread.pid == pid; });
  for (const auto& [tid, thread] : gone->threads) owners_.erase(number(tid));
  if (gone->call_observer != nullptr) gone->call_observer->ended(pid);
  kernel_.forget_memory(pid);
  inferiors_.erase(pid);
}

Result<const arch::Architecture*> Engine::identify(Pid pid) {
  const auto machine = arch::machine_of(kernel_.elf_header(pid));
  if (machine == arch::Machine::amd64) return &amd64_;
  if (machine == arch::Machine::i386) return &i386_;
  return fail(Errc::unsupported, "process " + std::to_string(number(pid)) + " runs a program for " +
                                     std::string(arch::machine_name(machine)) + "; only x86-64 and i386 are supported");
}

Result<Pid> Engine::launch(const LaunchRequest& request, Origin origin) {
  const auto pid = TRY(kernel_.launch(request));
  const auto architecture = identify(pid);
  if (!architecture) {
    static_cast<void>(kernel_.send_signal(pid, signals::kill));
    while (const auto status = kernel_.wait(leader(pid), Kernel::Milliseconds(1000)))
      if (std::holds_alternative<wait_status::Killed>(status->reason)) break;
    return std::unexpected(architecture.error());
  }
  auto& inferior = add_inferior(pid, origin, **architecture);
  inferior.held = true;
  if (!finish_exec(inferior, add_thread(inferior, leader(pid))))
    return fail(Errc::no_process, "the program ended before its first instruction");
  return pid;
}

// New threads may appear while we seize: until a whole pass finds none.
Result<> Engine::attach(Pid pid) {
  TRY(kernel_.seize({pid, leader(pid)}, OnTracerDeath::leave));
  const auto architecture = identify(pid);
  auto& inferior = add_inferior(pid, Origin::attached, architecture ? **architecture : amd64_);
  add_thread(inferior, leader(pid)).state = Thread::State::running;
  for (bool found = true; found;) {
    found = false;
    for (const auto tid : kernel_.threads_of(pid)) {
      if (inferior.threads.contains(tid) || !kernel_.seize({pid, tid}, OnTracerDeath::leave)) continue;
      add_thread(inferior, tid).state = Thread::State::running;
      found = true;
    }
  }
  hold(pid);
  if (find(pid) == nullptr) return fail(Errc::no_process, "the process ended while we attached to it");
  if (architecture) return {};
  static_cast<void>(detach(pid));
  return std::unexpected(architecture.error());
}

std::vector<Pid> Engine::processes() const {
  std::vector<Pid> out;
  for (const auto& [pid, inferior] : inferiors_)
    if (!inferior.shadow && !inferior.departing) out.push_back(pid);
  return out;
}

// Of a leader that ends before the others the kernel says nothing until they have ended too.
bool Engine::has_ended(const Inferior& inferior, const Thread& thread) const {
  if (thread.state == Thread::State::zombie) return true;
  const bool may_have = thread.id.tid == leader(inferior.pid) && inferior.threads.size() > 1;
  return may_have && quiet_ && thread.state == Thread::State::running && kernel_.is_zombie(thread.id);
}

std::vector<ThreadId> Engine::threads(Pid pid) const {
  std::vector<ThreadId> out;
  if (const auto* inferior = find(pid))
    for (const auto& [tid, thread] : inferior->threads)
      if (!has_ended(*inferior, thread)) out.push_back(thread.id);
  return out;
}

bool Engine::stopped(ThreadId id) const {
  const auto* process = find(id.pid);
  if (process == nullptr) return false;
  const auto it = process->threads.find(id.tid);
  return it != process->threads.end() && it->second.stopped();
}

const arch::Architecture* Engine::architecture(Pid pid) const {
  const auto* process = find(pid);
  return process == nullptr ? nullptr : process->architecture;
}

std::optional<Origin> Engine::origin(Pid pid) const {
  const auto* process = find(pid);
  if (process == nullptr) return std::nullopt;
  return process->origin;
}

void Engine::pass_signals(Pid pid, std::set<KernelSignal> signals) {
  if (auto* process = find(pid)) process->pass_signals = std::move(signals);
}

void Engine::set_interests(Pid pid, Interests interests) {
  if (auto* process = find(pid)) process->interests = std::move(interests);
}

void Engine::set_interests(ThreadId id, ThreadInterests interests) {
  if (auto* thread = find(id)) thread->interests = interests;
}

void Engine::deliver_at_detach(Pid pid, std::optional<std::set<KernelSignal>> signals) {
  if (auto* process = find(pid)) process->deliver_at_detach = std::move(signals);
}

ThreadFacts Engine::thread_facts(ThreadId thread) { return kernel_.thread_facts(thread); }
std::string Engine::executable_path(Pid pid) { return kernel_.executable_path(pid); }
Result<Bytes> Engine::auxv(Pid pid) { return kernel_.auxv(pid); }
Result<std::vector<MemoryRegion>> Engine::memory_map(Pid pid) { return kernel_.memory_map(pid); }

Result<Address> Engine::segment_base(ThreadId id, std::uint64_t selector) {
  TRY(stopped_thread(id));
  return kernel_.segment_base(id.tid, selector);
}

Result<Bytes> Engine::signal_info(ThreadId id) {
  const auto* thread = TRY(stopped_thread(id));
  auto info = TRY(kernel_.signal_info(thread->id.tid));
  const auto convert = find(id.pid)->architecture->convert_signal_info;
  return convert == nullptr ? std::move(info) : convert(info);
}

Result<> Engine::set_signal_info(ThreadId id, ByteView bytes) {
  const auto* thread = TRY(stopped_thread(id));
  return kernel_.set_signal_info(thread->id.tid, bytes);
}

}  // namespace stub
