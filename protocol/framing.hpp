// Framing: bytes of a connection to packets and back (GDB manual, "Overview" of the remote protocol).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace stub {

// The longest packet that we accept and announce as PacketSize, in bytes between `$` and `#`.
constexpr std::size_t max_packet_size = std::size_t{256} * 1024;

struct Packet {
  std::string text;             // escapes undone
  bool checksum_holds = false;  // a client that has turned acks off may send any
};
struct Ack {};
struct Nack {};
struct Interrupt {};  // a bare 0x03 between packets
struct Corrupt {      // framed, but neither a packet nor ignorable
  std::string why;
};
using Frame = std::variant<Packet, Ack, Nack, Interrupt, Corrupt>;

// Fed bytes in pieces of any size, gives frames. Bytes that belong to no frame are skipped.
class FrameDecoder {
 public:
  void feed(std::string_view bytes);
  // The next whole frame, if there is one.
  [[nodiscard]] std::optional<Frame> next();
  // Whether the next frame is an interrupt, which is taken then; acknowledgements before it too.
  [[nodiscard]] bool take_interrupt();
  // Bytes that have been fed and not been taken.
  [[nodiscard]] std::size_t unread() const { return buffer_.size() - start_; }

 private:
  [[nodiscard]] std::optional<Frame> packet();
  void drop(std::size_t count);

  std::string buffer_;
  std::size_t start_ = 0;    // where the unread bytes begin
  std::size_t scanned_ = 0;  // how far behind start_ no '#' was found: a long packet is scanned once
  bool oversized_ = false;   // inside a packet that is too long: skip to its end
};

enum class RunLengths : std::uint8_t { off, on };

// `$payload#checksum` with escapes, and run lengths if wanted.
[[nodiscard]] std::string encode_packet(std::string_view payload, RunLengths run_lengths);
// `%text#checksum`: what no request has asked for. A client ignores those that it does not know (GDB manual,
// "Notification Packets").
[[nodiscard]] std::string encode_notification(std::string_view text);
// Escapes `# $ } *`: what encode_packet() does to a payload; for those who must know the size beforehand.
[[nodiscard]] std::string escape(std::string_view payload);
// How many bytes from the first on are no longer than `most` when they are escaped.
[[nodiscard]] std::size_t fitting(std::string_view payload, std::size_t most);

}  // namespace stub
