// CallObserver: is told of the system calls of a process while they happen, and holds nobody up.
#pragma once

#include <array>
#include <cstdint>

#include "protocol/types.hpp"
#include "stub/arch/architecture.hpp"

namespace stub {

struct CallMade {
  ThreadId thread;
  const arch::Architecture* architecture = nullptr;  // never null
  std::uint64_t number = 0;
  std::array<std::uint64_t, 6> arguments{};
};

class CallObserver {
 public:
  CallObserver() = default;
  CallObserver(const CallObserver&) = delete;
  CallObserver& operator=(const CallObserver&) = delete;
  virtual ~CallObserver() = default;

  // The memory that it names can be read meanwhile.
  virtual void called(const CallMade& call) = 0;
  // What a thread called last has returned; calls that began before anybody observed return too.
  virtual void returned(ThreadId thread, std::uint64_t result) = 0;
  // A child is observed as its parent is.
  virtual void forked(Pid parent, Pid child) = 0;
  // An exec has made a thread the leader of its process.
  virtual void became_leader(ThreadId former) = 0;
  virtual void ended(ThreadId thread) = 0;
  virtual void ended(Pid process) = 0;
};

}  // namespace stub
