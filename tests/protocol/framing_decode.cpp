// Bytes of a connection to frames.
#include <vector>

#include "protocol/framing.hpp"
#include "protocol/types.hpp"
#include "tests/support/catch.hpp"

using namespace stub;
using namespace std::string_literals;

namespace {

// What the decoder gave, one line a frame.
std::string shown(const Frame& frame) {
  return std::visit(Overloaded{
                        [](const Packet& p) { return p.text + (p.checksum_holds ? " ok" : " bad checksum"); },
                        [](const Ack&) { return "+"s; },
                        [](const Nack&) { return "-"s; },
                        [](const Interrupt&) { return "interrupt"s; },
                        [](const Corrupt&) { return "corrupt"s; },
                    },
                    frame);
}

using Frames = std::vector<std::string>;

void take_all(FrameDecoder& decoder, Frames& out) {
  while (const auto frame = decoder.next()) out.push_back(shown(*frame));
}

Frames decoded(std::string_view bytes) {
  FrameDecoder decoder;
  decoder.feed(bytes);
  Frames out;
  take_all(decoder, out);
  return out;
}

std::string framed(const std::string& body) {
  unsigned sum = 0;
  for (const char c : body) sum += static_cast<unsigned char>(c);
  constexpr auto digits = "0123456789abcdef";
  return "$" + body + "#" + digits[sum >> 4 & 15] + digits[sum & 15];
}

}  // namespace

TEST_CASE("a packet is what stands between $ and #") { CHECK(decoded("$OK#9a") == Frames{"OK ok"}); }

TEST_CASE("a checksum may be written in capitals") { CHECK(decoded("$OK#9A") == Frames{"OK ok"}); }

TEST_CASE("an empty packet is a packet") { CHECK(decoded("$#00") == Frames{" ok"}); }

TEST_CASE("a wrong checksum, or one that is no number, does not hold") {
  CHECK(decoded("$OK#9b") == Frames{"OK bad checksum"});
  CHECK(decoded("$OK#zz") == Frames{"OK bad checksum"});
  CHECK(decoded("$OK#0") == Frames{});
}

TEST_CASE("acks, nacks and interrupts stand between packets") {
  CHECK(decoded("+$OK#9a-\x03$OK#9a+") == Frames{"+", "OK ok", "-", "interrupt", "OK ok", "+"});
}

TEST_CASE("bytes that belong to no frame are skipped") {
  CHECK(decoded("GET / HTTP/1.1\r\n\r\n$OK#9a\0\xff}*#%Stop:x#00$#00"s) == Frames{"OK ok", " ok"});
}

TEST_CASE("0x03, + and - inside a packet belong to it") { CHECK(decoded(framed("a\x03+-b")) == Frames{"a\x03+-b ok"}); }

TEST_CASE("an escaped byte is the byte xor 0x20, and any byte may be escaped") {
  CHECK(decoded(framed("}\x03}\x04}]}\n}A")) == Frames{"#$}*a ok"});
}

TEST_CASE("the checksum is that of the bytes as sent, not as meant") {
  CHECK(decoded("$}\x03#80") == Frames{"# ok"});
  CHECK(decoded("$}\x03#23") == Frames{"# bad checksum"});
}

// lldb-server 14 and 19 die of $}#7d.
TEST_CASE("an escape with nothing behind it is a corrupt frame, and the next packet is good") {
  CHECK(decoded("$}#7d$OK#9a") == Frames{"corrupt", "OK ok"});
  CHECK(decoded(framed("m1000,4}") + "$OK#9a") == Frames{"corrupt", "OK ok"});
}

TEST_CASE("a * from a client is a character: only servers shorten runs") {
  CHECK(decoded(framed("0* ")) == Frames{"0*  ok"});
}

TEST_CASE("a conversation means the same however it is cut in two") {
  const auto bytes = "+$qC#b4-\x03"s + framed("X1000,4:}\x03}\x04}]}\n") + "junk$OK#00$}#7d$#00\x03";
  const auto whole = decoded(bytes);
  REQUIRE(whole.size() == 9);
  for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
    CAPTURE(cut);
    FrameDecoder decoder;
    Frames frames;
    decoder.feed(bytes.substr(0, cut));
    take_all(decoder, frames);
    decoder.feed(bytes.substr(cut));
    take_all(decoder, frames);
    CHECK(frames == whole);
  }
}

TEST_CASE("a conversation means the same byte by byte") {
  const auto bytes = "+$qC#b4-\x03"s + framed("X1000,4:}\x03}\x04}]}\n") + "junk$OK#00$}#7d$#00\x03";
  FrameDecoder decoder;
  Frames frames;
  for (const char byte : bytes) {
    decoder.feed({&byte, 1});
    take_all(decoder, frames);
  }
  CHECK(frames == decoded(bytes));
}

TEST_CASE("a packet of exactly the announced size is taken") {
  const std::string body(max_packet_size, 'a');
  CHECK(decoded(framed(body)) == Frames{body + " ok"});
}

TEST_CASE("a packet longer than announced is corrupt, once, and the next one is good") {
  const std::string body(max_packet_size + 1, 'a');
  CHECK(decoded(framed(body) + "$OK#9a") == Frames{"corrupt", "OK ok"});
}

TEST_CASE("a packet that is far too long in pieces is corrupt, once, and the next one is good") {
  FrameDecoder decoder;
  Frames frames;
  decoder.feed("$");
  const std::string piece(max_packet_size / 3, 'a');
  for (int i = 0; i < 30; ++i) {
    decoder.feed(piece);
    take_all(decoder, frames);
  }
  CHECK(frames.empty());
  for (const auto* rest : {"#", "0", "0", "$OK", "#9a"}) {
    decoder.feed(rest);
    take_all(decoder, frames);
  }
  CHECK(frames == Frames{"corrupt", "OK ok"});
}

TEST_CASE("an oversized packet without an end does not swallow the interrupt behind its end") {
  FrameDecoder decoder;
  Frames frames;
  decoder.feed("$" + std::string(max_packet_size + 2, '$'));
  take_all(decoder, frames);
  decoder.feed("#00\x03");
  take_all(decoder, frames);
  CHECK(frames == Frames{"corrupt", "interrupt"});
}

TEST_CASE("many packets in one piece come one by one, in order") {
  std::string bytes;
  Frames expected;
  for (int i = 0; i < 1000; ++i) {
    bytes += framed("m" + std::to_string(i) + ",4");
    expected.push_back("m" + std::to_string(i) + ",4 ok");
  }
  CHECK(decoded(bytes) == expected);
}

TEST_CASE("an interrupt is taken before the packets behind it, not across one before it") {
  FrameDecoder decoder;
  CHECK_FALSE(decoder.take_interrupt());
  decoder.feed("+\x03$qC#b4\x03");
  CHECK(decoder.take_interrupt());
  CHECK_FALSE(decoder.take_interrupt());
  CHECK(decoder.unread() == 7);
  REQUIRE(decoder.next());
  CHECK(decoder.take_interrupt());
}
