#include "stub/inspect/debuggee_memory.hpp"

#include <algorithm>

#include "protocol/little_endian.hpp"
#include "stub/arch/auxiliary_vector.hpp"

namespace stub::inspect {
namespace {

constexpr std::size_t longest_text = 4096;

}  // namespace

Result<std::uint64_t> read_number(Target& target, Pid pid, Address address, std::size_t size) {
  const auto bytes = TRY(target.read_memory(pid, address, size));
  if (bytes.size() != size) return fail(Errc::unreadable, "cannot read memory there");
  return from_little_endian(bytes);
}

Result<std::string> read_text(Target& target, Pid pid, Address address) {
  const auto bytes = TRY(target.read_memory(pid, address, longest_text));
  const auto end = std::ranges::find(bytes, std::uint8_t{0});
  if (end == bytes.end()) return fail(Errc::unreadable, "no end of the text there");
  return std::string(bytes.begin(), end);
}

Result<std::optional<std::uint64_t>> auxv_value(Target& target, Pid pid, std::uint64_t type) {
  const auto* architecture = target.architecture(pid);
  if (architecture == nullptr) return fail(Errc::no_process, "there is no process");
  const auto auxv = TRY(target.auxv(pid));
  return arch::auxv_value(auxv, architecture->pointer_size, type);
}

Result<MemoryReader> MemoryReader::of(Target& target, Pid pid) {
  const auto* architecture = target.architecture(pid);
  if (architecture == nullptr) return fail(Errc::no_process, "there is no process");
  return MemoryReader(target, pid, architecture->pointer_size);
}

}  // namespace stub::inspect
