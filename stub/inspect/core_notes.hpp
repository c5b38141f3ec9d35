// The notes of a core file: what it says of the process and of each thread (fs/binfmt_elf.c, fill_note_info).
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "stub/inspect/core_segments.hpp"

namespace stub::inspect {

// How many bytes a note takes whose contents are so long, and the note itself (ELF specification, "Note Section").
[[nodiscard]] std::size_t note_size(std::size_t contents);
void add_note(Bytes& out, std::string_view owner, std::uint32_t type, ByteView contents);

// The notes of one thread, whose size does not depend on what is in the registers.
class CoreThreadNotes {
 public:
  // An error if the thread cannot be looked at.
  static Result<CoreThreadNotes> of(Target& target, ThreadId thread);

  [[nodiscard]] ThreadId thread() const { return thread_; }
  // Of the signal that it has stopped for; 0: none, it was asked to stop.
  [[nodiscard]] std::int32_t signal() const { return signal_; }
  [[nodiscard]] std::size_t size(const arch::Architecture& architecture) const;
  // NT_PRSTATUS and NT_SIGINFO; then the others, which come behind those of the process in its first thread.
  void add_status(Bytes& out, Target& target, Host& host) const;
  void add_registers(Bytes& out, Target& target) const;

 private:
  ThreadId thread_;
  std::int32_t signal_ = 0, code_ = 0;
};

// NT_PRPSINFO, NT_AUXV, NT_FILE.
[[nodiscard]] Bytes core_process_notes(Target& target, Host& host, Pid pid, const std::vector<CoreSegment>& segments);

}  // namespace stub::inspect
