#include "remote.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <stdexcept>

namespace bench {
namespace {

constexpr std::string_view digits = "0123456789abcdef";

}  // namespace

std::string hex(std::string_view bytes) {
  std::string text;
  text.reserve(2 * bytes.size());
  for (const char byte : bytes) {
    text += digits[static_cast<unsigned char>(byte) >> 4];
    text += digits[static_cast<unsigned char>(byte) & 15];
  }
  return text;
}

std::string hex(unsigned long long number) {
  std::string text;
  do text.insert(text.begin(), digits[number & 15]);
  while ((number >>= 4) != 0);
  return text;
}

std::string framed(std::string_view payload) {
  unsigned sum = 0;
  for (const char byte : payload) sum += static_cast<unsigned char>(byte);
  const char checksum[] = {digits[(sum >> 4) & 15], digits[sum & 15]};
  std::string packet = "$";
  packet.append(payload).append("#").append(checksum, 2);
  return packet;
}

std::string escaped(std::string_view bytes) {
  std::string text;
  for (const char byte : bytes) {
    const bool special = byte == '#' || byte == '$' || byte == '}' || byte == '*';
    if (special) text += '}';
    text += static_cast<char>(special ? byte ^ 0x20 : byte);
  }
  return text;
}

// GDB manual, "Overview" of the remote protocol: `}` and `*`.
std::string unescaped(std::string_view bytes) {
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); i++) {
    const bool pair = i + 1 < bytes.size();
    if (pair && bytes[i] == '}') {
      text += static_cast<char>(bytes[++i] ^ 0x20);
    } else if (pair && bytes[i] == '*' && !text.empty()) {
      text.append(static_cast<std::size_t>(std::max(0, bytes[++i] - 29)), text.back());
    } else {
      text += bytes[i];
    }
  }
  return text;
}

Remote::~Remote() { close(socket_); }

void Remote::send(std::string_view bytes) const {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) throw std::runtime_error("the server takes nothing");
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

void Remote::receive_more() {
  if (end_ == buffer_.size()) throw std::runtime_error("a packet that does not end");
  const ssize_t got = recv(socket_, buffer_.data() + end_, buffer_.size() - end_, 0);
  if (got < 0) throw std::runtime_error("the server says nothing");
  if (got == 0) throw std::runtime_error("the server closed the connection");
  end_ += static_cast<std::size_t>(got);
}

std::size_t Remote::find(char what, std::size_t from) {
  for (;; receive_more()) {
    const char* data = buffer_.data();
    const void* found = from == end_ ? nullptr : std::memchr(data + from, what, end_ - from);
    if (found) return static_cast<std::size_t>(static_cast<const char*>(found) - data);
    from = end_;
  }
}

std::string_view Remote::receive() {
  std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);  // most often of nothing
  end_ -= begin_;
  begin_ = 0;
  const std::size_t start = find('$', 0);
  const std::size_t hash = find('#', start);
  while (end_ < hash + 3) receive_more();
  begin_ = hash + 3;
  const std::string_view payload(buffer_.data() + start + 1, hash - start - 1);
  // What the debuggee printed is not what was waited for.
  const bool text = payload.starts_with('O') && payload != "OK";
  return text ? receive() : payload;
}

}  // namespace bench
