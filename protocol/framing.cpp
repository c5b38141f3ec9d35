#include "protocol/framing.hpp"

#include <algorithm>

#include "protocol/hex.hpp"
#include "protocol/scan.hpp"

namespace stub {
namespace {

constexpr char interrupt_byte = 0x03;
constexpr char escape_byte = '}';
constexpr char escape_mask = 0x20;

constexpr FourCharacters escaped{'#', '$', '}', '*'};

bool needs_escape(char c) { return c == escaped.a || c == escaped.b || c == escaped.c || c == escaped.d; }

std::uint8_t checksum(std::string_view bytes) { return static_cast<std::uint8_t>(byte_sum(bytes)); }

void append_escaped(std::string& out, std::string_view text) {
  for (;;) {
    const auto plain = find_any(text, escaped);
    out.append(text.substr(0, plain));
    if (plain == text.size()) return;
    out += escape_byte;
    out += static_cast<char>(text[plain] ^ escape_mask);
    text.remove_prefix(plain + 1);
  }
}

// Nothing if the escape has nothing behind it.
std::optional<std::string> unescape(std::string_view raw) {
  std::string out;
  out.reserve(raw.size());
  for (;;) {
    const auto plain = std::min(raw.find(escape_byte), raw.size());
    out.append(raw.substr(0, plain));
    if (plain == raw.size()) return out;
    if (plain + 1 == raw.size()) return std::nullopt;
    out += static_cast<char>(raw[plain + 1] ^ escape_mask);
    raw.remove_prefix(plain + 2);
  }
}

// The count byte of a run: GDB manual, "Overview": a printable character, repeats + 29, and neither `$`, `#` nor
// an ack. A run is the character itself and `repeats` more of it.
constexpr std::size_t most_repeats = 126 - 29;

std::size_t sendable_repeats(std::size_t repeats) {
  repeats = std::min(repeats, most_repeats);
  for (;; --repeats) {
    const auto count = static_cast<char>(repeats + 29);
    if (count != '$' && count != '#' && count != '+' && count != '-') return repeats;
  }
}

// Of the run that the text begins with, as much as one count can tell.
std::size_t run_length(std::string_view text) {
  const auto countable = text.substr(0, most_repeats + 1);
  return std::min(countable.find_first_not_of(text.front()), countable.size());
}

// What is escaped is no part of a run: it is two characters.
void append_compressed(std::string& out, std::string_view text) {
  while (!text.empty()) {
    const auto plain = find_run_of_four(text);
    append_escaped(out, text.substr(0, plain));
    text.remove_prefix(plain);
    if (text.empty()) return;
    const auto run = run_length(text);
    if (needs_escape(text.front())) {
      append_escaped(out, text.substr(0, run));
      text.remove_prefix(run);
      continue;
    }
    const auto repeats = sendable_repeats(run - 1);
    out += text.front();
    out += '*';
    out += static_cast<char>(repeats + 29);
    text.remove_prefix(repeats + 1);
  }
}

std::string begun(char kind, std::string_view payload) {
  std::string out;
  out.reserve(payload.size() + payload.size() / 16 + 8);
  out += kind;
  return out;
}

void end(std::string& frame) {
  const auto sum = checksum(std::string_view(frame).substr(1));
  frame += '#';
  frame += hex(sum, 2);
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
  std::string out;
  append_escaped(out, payload);
  return out;
}

std::size_t fitting(std::string_view payload, std::size_t most) {
  std::size_t count = 0;
  for (std::size_t room = most; count < payload.size() && room != 0;) {
    const auto plain = find_any(payload.substr(count, room), escaped);
    count += plain;
    room -= plain;
    if (room < 2 || count == payload.size()) break;
    if (needs_escape(payload[count])) {
      ++count;
      room -= 2;
    }
  }
  return count;
}

std::string encode_packet(std::string_view payload, RunLengths run_lengths) {
  auto frame = begun('$', payload);
  run_lengths == RunLengths::on ? append_compressed(frame, payload) : append_escaped(frame, payload);
  end(frame);
  return frame;
}

std::string encode_notification(std::string_view text) {
  auto frame = begun('%', text);
  append_escaped(frame, text);
  end(frame);
  return frame;
}

}  // namespace stub
