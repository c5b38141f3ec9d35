#include "stub/inspect/fault.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "protocol/hex.hpp"
#include "protocol/little_endian.hpp"
#include "stub/inspect/printable.hpp"

namespace stub::inspect {
namespace {

constexpr int ill = 4, trap = 5, bus = 7, fpe = 8, segv = 11;  // asm/signal.h

struct Meaning {
  int signal;
  std::string_view words;
};
// signal(7), "Standard signals".
constexpr std::array meanings = {
    Meaning{1, "hangup"},
    Meaning{2, "interrupt"},
    Meaning{3, "quit"},
    Meaning{ill, "illegal instruction"},
    Meaning{trap, "trap"},
    Meaning{6, "aborted"},
    Meaning{bus, "bus error"},
    Meaning{fpe, "arithmetic error"},
    Meaning{9, "killed"},
    Meaning{segv, "segmentation fault"},
    Meaning{13, "broken pipe"},
    Meaning{14, "alarm"},
    Meaning{15, "terminated"},
    Meaning{24, "CPU time limit exceeded"},
    Meaning{25, "file size limit exceeded"},
    Meaning{31, "bad system call"},
};

struct Cause {
  int signal, code;
  std::string_view words, standard;
};
// asm-generic/siginfo.h, SEGV_MAPERR …; POSIX, <signal.h>, and where it has none glibc's psiginfo(3)
constexpr std::array causes = {
    Cause{segv, 1, "nothing is mapped at this address", "address not mapped to object"},
    Cause{segv, 2, "the mapping does not permit it", "invalid permissions for mapped object"},
    Cause{segv, 3, "failed address bound checks", "failed address bounds checks"},
    Cause{segv, 4, "a protection key denies it", "failed protection key checks"},
    Cause{segv, 10, "the shadow stack does not match", "control protection fault"},
    Cause{bus, 1, "the address is not aligned", "invalid address alignment"},
    Cause{bus, 2, "the mapped file is shorter than this", "nonexistent physical address"},
    Cause{bus, 3, "a hardware error", "object-specific hardware error"},
    Cause{bus, 4, "a hardware memory error", "hardware memory error consumed on a machine check"},
    Cause{bus, 5, "a hardware memory error", "hardware memory error detected in process but not consumed"},
    Cause{ill, 1, "illegal opcode", "illegal opcode"},
    Cause{ill, 2, "illegal operand", "illegal operand"},
    Cause{ill, 3, "illegal addressing mode", "illegal addressing mode"},
    Cause{ill, 4, "illegal trap", "illegal trap"},
    Cause{ill, 5, "privileged opcode", "privileged opcode"},
    Cause{fpe, 1, "integer division by zero", "integer divide by zero"},
    Cause{fpe, 2, "integer overflow", "integer overflow"},
    Cause{fpe, 3, "floating-point division by zero", "floating point divide by zero"},
    Cause{fpe, 4, "floating-point overflow", "floating point overflow"},
    Cause{fpe, 5, "floating-point underflow", "floating point underflow"},
    Cause{fpe, 6, "floating-point inexact result", "floating point inexact result"},
    Cause{fpe, 7, "invalid floating-point operation", "invalid floating point operation"},
    Cause{fpe, 8, "subscript out of range", "subscript out of range"},
};

bool is_of_memory_or_code(int signal) {
  return signal == segv || signal == bus || signal == ill || signal == fpe || signal == trap;
}

int integer_at(ByteView bytes, std::size_t at) { return static_cast<int>(from_little_endian(bytes.subspan(at, 4))); }

// Sent by somebody: SI_USER, SI_QUEUE, SI_TKILL.
bool is_sent(int code) { return code == 0 || code == -1 || code == -6; }

const Cause* find_cause(int signal, int code) {
  const auto* row = std::ranges::find_if(causes, [&](const Cause& c) { return c.signal == signal && c.code == code; });
  return row == causes.end() ? nullptr : row;
}

std::string cause_of(int signal, int code, ByteView fields) {
  if (is_sent(code)) return "sent by process " + std::to_string(integer_at(fields, 0));
  if (code == si_kernel && signal == segv)
    return "an address that cannot exist, or a privileged instruction; the kernel does not tell which";
  const auto* row = find_cause(signal, code);
  return row == nullptr ? std::string() : std::string(row->words);
}

std::string permissions(const MemoryRegion& region) {
  std::string out;
  if (region.readable) out += out.empty() ? "readable" : ", readable";
  if (region.writable) out += out.empty() ? "writable" : ", writable";
  if (region.executable) out += out.empty() ? "executable" : ", executable";
  return out.empty() ? "no access" : out;
}

std::string shown(const MemoryRegion& region) {
  return "0x" + hex(region.start.value) + "-0x" + hex(region.end.value) + " (" +
         (region.name.empty() ? "anonymous" : printable(region.name)) + "; " + permissions(region) + ")";
}

}  // namespace

// Behind si_signo, si_errno and si_code the fields begin, aligned as a pointer is (asm-generic/siginfo.h).
Fault fault_of(KernelSignal signal, ByteView info, std::size_t pointer_size) {
  const std::size_t fields_at = pointer_size == 8 ? 16 : 12;
  Fault fault{.signal = signal, .code = 0, .cause = {}, .standard = {}, .address = {}};
  const int which = number(signal);
  if (info.size() < fields_at + 8 || integer_at(info, 0) != which) return fault;
  fault.code = integer_at(info, 8);
  const auto fields = info.subspan(fields_at);
  fault.cause = cause_of(which, fault.code, fields);
  if (const auto* row = find_cause(which, fault.code)) fault.standard = row->standard;
  if (is_of_memory_or_code(which) && fault.code > 0 && fault.code != si_kernel)
    fault.address = Address{from_little_endian(fields.first(pointer_size))};
  return fault;
}

std::string fault_text(const Fault& fault) {
  std::string text(signal_name(fault.signal));
  const auto* row = std::ranges::find(meanings, number(fault.signal), &Meaning::signal);
  if (row != meanings.end()) text += " (" + std::string(row->words) + ")";
  if (fault.address) text += " at 0x" + hex(fault.address->value);
  return fault.cause.empty() ? text : text + ": " + fault.cause;
}

std::string lldb_fault_text(const Fault& fault) {
  if (fault.standard.empty()) return {};
  auto text = "signal " + std::string(signal_name(fault.signal)) + ": " + std::string(fault.standard);
  return fault.address ? text + " (fault address: 0x" + hex(fault.address->value) + ")" : text;
}

std::string mapping_text(const std::vector<MemoryRegion>& regions, Address address) {
  const MemoryRegion* below = nullptr;
  const auto place = "0x" + hex(address.value);
  constexpr std::uint64_t page = 4096;
  for (const auto& region : regions) {
    if (address >= region.start && address < region.end) return place + " is in " + shown(region);
    if (address >= region.end) {
      below = &region;
      continue;
    }
    auto text = place + " is 0x" + hex(region.start - address) + " below " + shown(region);
    if (region.name == "[stack]") return text + ": the stack may have overflowed";
    if (below != nullptr) text += " and 0x" + hex(address - below->end) + " behind " + shown(*below);
    return address.value < page ? place + " is a null pointer, or close to one" : text;
  }
  return below == nullptr ? place + " is not mapped"
                          : place + " is 0x" + hex(address - below->end) + " behind " + shown(*below);
}

}  // namespace stub::inspect
