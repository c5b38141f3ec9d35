// MemoryAccess: the memory of processes, by /proc/PID/mem, which shows pages that the program itself cannot read; where
// that is refused by process_vm_readv(2), and where that is too, and for writing, a word at a time by ptrace(2).
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>

#include "protocol/error.hpp"
#include "protocol/types.hpp"
#include "stub/linux/fd.hpp"

namespace stub {

class MemoryAccess {
 public:
  // How many bytes could be read from the start on.
  [[nodiscard]] std::size_t read(Pid pid, Address address, std::span<std::uint8_t> out);
  // All or an error. Code and other pages that the program itself cannot write are written too.
  Result<> write(ThreadId stopped, Address address, ByteView bytes);
  // An open descriptor goes on to mean the old memory after an exec.
  void forget(Pid pid) { files_.erase(pid); }

 private:
  struct Files {
    bool called = false;
    Fd file;
    bool writable = false;
  };
  Files& files(Pid pid);
  [[nodiscard]] bool read_first(Pid pid, Address address, std::span<std::uint8_t> out);

  std::map<Pid, Files> files_;
};

}  // namespace stub
