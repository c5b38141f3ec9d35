#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace bench {

std::string framed(std::string_view payload);
std::string hex(std::string_view bytes);
std::string hex(unsigned long long number);
std::string escaped(std::string_view bytes);    // as in X and in binary replies
std::string unescaped(std::string_view bytes);  // with run lengths too

// A connection without acks, blocking. What a reply holds is not checked, as gdb checks nothing without acks: a client
// that is slow would be measured instead of the server.
class Remote {
 public:
  explicit Remote(int socket) : socket_(socket), buffer_(4 << 20) {}
  Remote(const Remote&) = delete;
  Remote& operator=(const Remote&) = delete;
  ~Remote();

  void send(std::string_view bytes) const;
  // The payload of the next packet, valid until the one after it.
  std::string_view receive();

  std::string_view exchange(std::string_view packet) {
    send(packet);
    return receive();
  }
  std::string ask(std::string_view payload) { return unescaped(exchange(framed(payload))); }

 private:
  void receive_more();
  std::size_t find(char what, std::size_t from);  // its place in the buffer

  int socket_;
  std::vector<char> buffer_;
  std::size_t begin_ = 0;  // of what has not been taken
  std::size_t end_ = 0;
};

}  // namespace bench
