#include "stub/inspect/core_segments.hpp"

#include <algorithm>
#include <array>

namespace stub::inspect {
namespace {

constexpr std::uint64_t page_size = 4096;

// core(5). Whether a file is on DAX memory cannot be seen from outside.
enum Filter : std::uint32_t {
  anonymous_private = 1u << 0,
  anonymous_shared = 1u << 1,
  file_private = 1u << 2,
  file_shared = 1u << 3,
  elf_headers = 1u << 4,
  huge_private = 1u << 5,
  huge_shared = 1u << 6,
};
constexpr std::uint32_t usual_filter = 0x33;

bool is_file(const MemoryRegion& region) { return region.name.starts_with('/'); }
// Shared memory is a file that nobody can open (mm/shmem.c).
bool is_unlinked(const MemoryRegion& region) { return region.name.ends_with(" (deleted)"); }

// Of the kernel's own mappings ([vdso]) pages that were never touched are not zero.
bool is_anonymous(const MemoryRegion& region) {
  constexpr std::array<std::string_view, 3> names = {"[heap]", "[stack", "[anon"};
  return region.name.empty() || std::ranges::any_of(names, [&](auto name) { return region.name.starts_with(name); });
}

bool begins_as_elf(Target& target, Pid pid, const MemoryRegion& region) {
  constexpr std::array<std::uint8_t, 4> magic = {0x7f, 'E', 'L', 'F'};
  if (region.offset != 0 || !region.readable) return false;
  const auto bytes = target.read_memory(pid, region.start, magic.size());
  return bytes && std::ranges::equal(*bytes, magic);
}

// Nothing: by the file's beginning.
std::optional<bool> wants_all(const Mapping& mapping, std::uint32_t filter) {
  const auto& region = mapping.region;
  const auto wants = [&](std::uint32_t bit) { return (filter & bit) != 0; };
  if (region.name == "[vdso]") return true;
  if (mapping.left_out || mapping.device) return false;
  if (mapping.huge) return wants(region.shared ? huge_shared : huge_private);
  if (region.shared) return wants(is_unlinked(region) ? anonymous_shared : file_shared);
  if (mapping.anonymous != 0 && wants(anonymous_private)) return true;
  if (!is_file(region)) return false;
  if (wants(file_private)) return true;
  return wants(elf_headers) ? std::nullopt : std::optional(false);
}

// A kernel without smaps: all may be of the process's own making.
Result<std::vector<Mapping>> mappings_of(Target& target, Host& host, Pid pid) {
  if (auto known = host.mappings(pid); known && !known->empty()) return known;
  std::vector<Mapping> out;
  const auto regions = TRY(target.memory_map(pid));
  out.reserve(regions.size());
  for (const auto& region : regions)
    out.push_back({.region = region, .present = region.end - region.start, .anonymous = region.end - region.start});
  return out;
}

}  // namespace

// Threads may map memory as fast as they are read about where they run; here all are stopped.
Result<std::vector<CoreSegment>> core_segments(Target& target, Host& host, Pid pid) {
  auto mappings = TRY(mappings_of(target, host, pid));
  const auto filter = host.core_filter(pid).value_or(usual_filter);
  std::vector<CoreSegment> out;
  out.reserve(mappings.size());
  for (auto& mapping : mappings) {
    const auto size = mapping.region.end - mapping.region.start;
    const auto all = wants_all(mapping, filter);
    const bool header = !all && begins_as_elf(target, pid, mapping.region);
    CoreSegment segment{.region = std::move(mapping.region)};
    segment.in_file = all.value_or(false) ? size : header ? std::min(size, page_size) : 0;
    segment.may_be_untouched = !segment.region.shared && is_anonymous(segment.region) && !mapping.huge;
    out.push_back(std::move(segment));
  }
  return out;
}

}  // namespace stub::inspect
