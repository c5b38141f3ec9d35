// A connected socket, read and written past Asio: a stop's way to the client must not cost an event loop's system
// calls.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace stub::socket_io {

enum class Received : std::uint8_t { bytes, nothing, closed };
enum class Waiting : std::uint8_t { no, until_tick };

// Appends what was received. Waiting until_tick needs a blocking socket and an armed Ticker.
[[nodiscard]] Received receive(int socket, Waiting waiting, std::string& out);

// How many bytes the socket took without waiting; nothing taken and `closed` where the peer is gone.
struct Sent {
  std::size_t count = 0;
  bool closed = false;
};
[[nodiscard]] Sent send(int socket, std::string_view bytes);

// For a connection just accepted: not inherited by programs, no delay, and a peer that has vanished is noticed within
// half a minute.
void prepare(int socket);
// Not inherited by programs.
void set_close_on_exec(int descriptor);
void set_blocking(int socket);

}  // namespace stub::socket_io
