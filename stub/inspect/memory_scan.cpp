#include "stub/inspect/memory_scan.hpp"

#include <algorithm>
#include <cstring>

namespace stub::inspect {
namespace {

constexpr std::uint64_t piece_size = std::uint64_t{256} * 1024;  // well below a millisecond

}  // namespace

Result<Bytes> MemoryPieces::take() {
  auto bytes = TRY(target_->read_memory(pid_, next_, std::min(left_, piece_size)));
  if (bytes.empty()) return fail(Errc::unreadable, "cannot read memory there");
  next_ = next_ + bytes.size();
  left_ -= bytes.size();
  return bytes;
}

MemorySearch::MemorySearch(Target& target, Pid pid, Address begin, std::uint64_t length, Bytes pattern)
    : pieces_(target, pid, begin, length < pattern.size() ? 0 : length), pattern_(std::move(pattern)) {}

// memmem, not std::search: it is linear in the worst case too, which a client may ask for.
std::optional<Result<MemorySearch::Found>> MemorySearch::step() {
  if (pieces_.done()) return Found{};
  const auto piece = pieces_.take();
  if (!piece) return std::unexpected(piece.error());
  seen_.insert(seen_.end(), piece->begin(), piece->end());
  if (const void* match = ::memmem(seen_.data(), seen_.size(), pattern_.data(), pattern_.size()))
    return Found{pieces_.next() -
                 static_cast<std::uint64_t>(seen_.data() + seen_.size() - static_cast<const std::uint8_t*>(match))};
  const auto kept = std::min(seen_.size(), pattern_.size() - 1);
  seen_.erase(seen_.begin(), seen_.end() - static_cast<std::ptrdiff_t>(kept));
  return std::nullopt;
}

std::optional<Result<std::uint32_t>> MemoryChecksum::step() {
  if (pieces_.done()) return crc_;
  const auto piece = pieces_.take();
  if (!piece) return std::unexpected(piece.error());
  crc_ = extend_crc32(crc_, *piece);
  return std::nullopt;
}

}  // namespace stub::inspect
