#include "stub/inspect/call_log.hpp"

#include <utility>

namespace stub::inspect {

void CallLines::add(Tid thread, const std::string& line) {
  constexpr std::size_t most = 65536;  // bytes
  several_ |= only_.value_or(thread) != thread;
  only_ = thread;
  if (text_.size() > most) {
    ++left_out_;
    return;
  }
  if (several_) text_ += "[pid " + std::to_string(number(thread)) + "] ";
  text_ += line + "\n";
}

std::string CallLines::take() {
  auto out = std::exchange(text_, {});
  if (const auto count = std::exchange(left_out_, 0); count != 0)
    out += "(" + std::to_string(count) + " system calls are left out: they come faster than they are taken)\n";
  return out;
}

// What is kept of those who ended when they were no longer observed is of no use to anybody, least of all to a process
// that gets such a number.
Result<> CallLog::observe(Pid pid, std::shared_ptr<CallLines> lines) {
  std::erase_if(processes_, [&](const auto& entry) { return target_.threads(entry.first).empty(); });
  TRY(target_.observe_calls(pid, this));
  processes_[pid].lines = std::move(lines);
  return {};
}

void CallLog::stop(Pid pid) {
  static_cast<void>(target_.observe_calls(pid, nullptr));
  const auto it = processes_.find(pid);
  if (it == processes_.end()) return;
  it->second.lines.reset();
  for (auto& [tid, thread] : it->second.threads) thread.open.reset();
}

std::vector<std::string> CallLog::last(ThreadId id) const {
  const auto process = processes_.find(id.pid);
  if (process == processes_.end()) return {};
  const auto thread = process->second.threads.find(id.tid);
  if (thread == process->second.threads.end()) return {};
  const auto& [lines, open] = thread->second;
  std::vector out(lines.begin(), lines.end());
  if (open) out.push_back(open->unfinished());
  if (out.size() > kept) out.erase(out.begin());
  return out;
}

CallMemory CallLog::memory_of(Pid pid) {
  return [this, pid](Address address, std::size_t length) {
    return target_.read_memory(pid, address, length).value_or(Bytes{});
  };
}

void CallLog::called(const CallMade& call) {
  const auto table = call.architecture->pointer_size == 4 ? CallTable::i386 : CallTable::amd64;
  processes_[call.thread.pid].threads[call.thread.tid].open =
      CallText({table, call.number, call.arguments}, memory_of(call.thread.pid));
}

void CallLog::returned(ThreadId id, std::uint64_t result) {
  auto& process = processes_[id.pid];
  const auto it = process.threads.find(id.tid);
  if (it == process.threads.end() || !it->second.open) return;
  finish(process, id.tid, it->second.open->returned(result, memory_of(id.pid)));
}

void CallLog::finish(OfProcess& process, Tid tid, const std::string& line) {
  auto& thread = process.threads[tid];
  thread.open.reset();
  if (thread.lines.size() == kept) thread.lines.pop_front();
  thread.lines.push_back(line);
  if (process.lines) process.lines->add(tid, line);
}

void CallLog::forked(Pid parent, Pid child) { processes_[child].lines = processes_[parent].lines; }

void CallLog::became_leader(ThreadId former) {
  auto& threads = processes_[former.pid].threads;
  if (auto node = threads.extract(former.tid)) threads[leader(former.pid)] = std::move(node.mapped());
}

// Its last call is that which it has ended by.
void CallLog::end(OfProcess& process, Tid tid) {
  const auto it = process.threads.find(tid);
  if (it != process.threads.end() && it->second.open) finish(process, tid, it->second.open->without_return());
}

void CallLog::ended(ThreadId id) {
  auto& process = processes_[id.pid];
  end(process, id.tid);
  process.threads.erase(id.tid);
}

void CallLog::ended(Pid pid) {
  const auto it = processes_.find(pid);
  if (it == processes_.end()) return;
  for (auto& [tid, thread] : it->second.threads) end(it->second, tid);
  processes_.erase(it);
}

}  // namespace stub::inspect
