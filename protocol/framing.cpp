#include "protocol/framing.hpp"

#include <algorithm>

#include "protocol/hex.hpp"

namespace stub {
namespace {

constexpr char interrupt_byte = 0x03;
constexpr char escape_byte = '}';
constexpr char escape_mask = 0x20;

bool needs_escape(char c) { return c == '#' || c == '$' || c == '}' || c == '*'; }

std::uint8_t checksum(std::string_view bytes) {
  unsigned sum = 0;
  for (const char c : bytes) sum += static_cast<unsigned char>(c);
  return static_cast<std::uint8_t>(sum);
}

// Nothing if the escape has nothing behind it.
std::optional<std::string> unescape(std::string_view raw) {
  if (raw.find(escape_byte) == std::string_view::npos) return std::string(raw);
  std::string out;
  out.reserve(raw.size());
  for (std::size_t i = 0; i < raw.size(); ++i) {
    if (raw[i] != escape_byte) {
      out += raw[i];
      continue;
    }
    if (++i == raw.size()) return std::nullopt;
    out += static_cast<char>(raw[i] ^ escape_mask);
  }
  return out;
}

// The count byte of a run: GDB manual, "Overview": a printable character, repeats + 29, and neither `$`, `#` nor
// an ack. A run is the character itself and `repeats` more of it.
constexpr std::size_t most_repeats = 126 - 29;
constexpr std::size_t least_repeats = 3;

std::size_t sendable_repeats(std::size_t repeats) {
  repeats = std::min(repeats, most_repeats);
  for (;; --repeats) {
    const auto count = static_cast<char>(repeats + 29);
    if (count != '$' && count != '#' && count != '+' && count != '-') return repeats;
  }
}

std::string compress(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size();) {
    const char c = text[i];
    std::size_t run = 1;
    while (run <= most_repeats && i + run < text.size() && text[i + run] == c) ++run;
    // An escaped character is two: neither half may be taken for a run of its own.
    const bool escaped = c == escape_byte || (i > 0 && text[i - 1] == escape_byte);
    if (escaped || run <= least_repeats) {
      out += c;
      ++i;
      continue;
    }
    const auto repeats = sendable_repeats(run - 1);
    out += c;
    out += '*';
    out += static_cast<char>(repeats + 29);
    i += repeats + 1;
  }
  return out;
}

std::string framed(char kind, std::string_view body) {
  const auto sum = checksum(body);
  std::string out;
  out.reserve(body.size() + 4);
  out += kind;
  out += body;
  out += '#';
  out += hex(sum, 2);
  return out;
}

}  // namespace

void FrameDecoder::feed(std::string_view bytes) {
  if (start_ != 0) {
    buffer_.erase(0, start_);
    start_ = 0;
  }
  buffer_.append(bytes);
}

void FrameDecoder::drop(std::size_t count) {
  start_ += count;
  scanned_ = 0;
}

std::optional<Frame> FrameDecoder::next() {
  while (start_ < buffer_.size()) {
    if (oversized_) return packet();
    switch (buffer_[start_]) {
      case '$':
        return packet();
      case '+':
        drop(1);
        return Ack{};
      case '-':
        drop(1);
        return Nack{};
      case interrupt_byte:
        drop(1);
        return Interrupt{};
      default:
        drop(1);
    }
  }
  return std::nullopt;
}

bool FrameDecoder::take_interrupt() {
  while (!oversized_ && start_ < buffer_.size() && buffer_[start_] == '+') drop(1);
  if (oversized_ || start_ == buffer_.size() || buffer_[start_] != interrupt_byte) return false;
  drop(1);
  return true;
}

std::optional<Frame> FrameDecoder::packet() {
  const auto unread = std::string_view(buffer_).substr(start_);
  const auto end = unread.find('#', scanned_);
  if (end == std::string_view::npos || end + 2 >= unread.size()) {
    scanned_ = end == std::string_view::npos ? unread.size() : end;
    if (end == std::string_view::npos && unread.size() > max_packet_size + 1) {
      oversized_ = true;
      drop(unread.size());
    }
    return std::nullopt;
  }
  const auto body = unread.substr(1, end - 1);
  const auto high = hex_digit(unread[end + 1]);
  const auto low = hex_digit(unread[end + 2]);
  if (std::exchange(oversized_, false) || body.size() > max_packet_size) {
    drop(end + 3);
    return Corrupt{"packet longer than PacketSize"};
  }
  auto text = unescape(body);
  const bool holds = high && low && checksum(body) == (*high << 4 | *low);
  drop(end + 3);
  if (!text) return Corrupt{"escape character at the end of a packet"};
  return Packet{std::move(*text), holds};
}

std::string escape(std::string_view payload) {
  if (std::ranges::none_of(payload, needs_escape)) return std::string(payload);
  std::string out;
  out.reserve(payload.size() + payload.size() / 16);
  for (const char c : payload) {
    if (!needs_escape(c)) {
      out += c;
      continue;
    }
    out += escape_byte;
    out += static_cast<char>(c ^ escape_mask);
  }
  return out;
}

std::size_t fitting(std::string_view payload, std::size_t most) {
  std::size_t count = 0;
  for (std::size_t size = 0; count < payload.size(); ++count) {
    size += needs_escape(payload[count]) ? 2u : 1u;
    if (size > most) break;
  }
  return count;
}

std::string encode_packet(std::string_view payload, RunLengths run_lengths) {
  auto body = escape(payload);
  if (run_lengths == RunLengths::on) body = compress(body);
  return framed('$', body);
}

std::string encode_notification(std::string_view text) { return framed('%', escape(text)); }

}  // namespace stub
