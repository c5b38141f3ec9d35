// Payloads to frames, read back by a decoder that knows only the manual ("Overview" of the remote protocol).
#include <random>

#include "protocol/framing.hpp"
#include "protocol/hex.hpp"
#include "tests/support/catch.hpp"

using namespace stub;
using namespace std::string_literals;

namespace {

constexpr auto off = RunLengths::off, on = RunLengths::on;

// The body of `$body#xx`; a wrong checksum or a wild `$` or `#` gives "broken".
std::string body_of(const std::string& frame) {
  const auto size = frame.size();
  if (size < 4 || frame[0] != '$' || frame[size - 3] != '#') return "broken";
  const auto body = frame.substr(1, size - 4);
  if (body.find_first_of("$#") != std::string::npos) return "broken";
  unsigned sum = 0;
  for (const char c : body) sum += static_cast<unsigned char>(c);
  return hex(sum & 0xff, 2) == frame.substr(size - 2) ? body : "broken";
}

// `c*n`: n-29 more of c, the byte as sent.
std::string without_run_lengths(const std::string& body) {
  std::string out;
  for (std::size_t i = 0; i < body.size(); ++i) {
    if (body[i] != '*' || out.empty()) {
      out += body[i];
      continue;
    }
    out.append(static_cast<std::size_t>(body.at(++i) - 29), out.back());
  }
  return out;
}

std::string without_escapes(const std::string& body) {
  std::string out;
  for (std::size_t i = 0; i < body.size(); ++i)
    out += body[i] == '}' ? static_cast<char>(body.at(++i) ^ 0x20) : body[i];
  return out;
}

std::string read_back(const std::string& payload, RunLengths run_lengths) {
  auto body = body_of(encode_packet(payload, run_lengths));
  if (run_lengths == on) body = without_run_lengths(body);
  return without_escapes(body);
}

}  // namespace

TEST_CASE("a payload is framed with its checksum") {
  CHECK(encode_packet("OK", off) == "$OK#9a");
  CHECK(encode_packet("", on) == "$#00");
  CHECK(encode_packet("\x01\x02", off) == "$\x01\x02#03");
}

TEST_CASE("bytes that mean something to the framing are escaped") {
  CHECK(escape("#$}*") == "}\x03}\x04}]}\n");
  CHECK(escape("plain +-%:;\x03") == "plain +-%:;\x03");
  CHECK(encode_packet("*", off) == "$}\n#87");
}

TEST_CASE("runs are left alone where the client was promised none") {
  CHECK(encode_packet("00000000", off) == "$00000000#80");
}

TEST_CASE("a run shorter than four is not worth a count") { CHECK(body_of(encode_packet("a000b", on)) == "a000b"); }

TEST_CASE("a run of four or more is the character, a star and the repeats plus 29") {
  CHECK(body_of(encode_packet("0000", on)) == "0* ");
  CHECK(body_of(encode_packet("x00000y", on)) == "x0*!y");
  CHECK(body_of(encode_packet(std::string(9, '0'), on)) == "0*%");
}

TEST_CASE("a count is never a byte with a meaning of its own") {
  for (std::size_t length = 1; length <= 300; ++length) {
    const auto body = body_of(encode_packet(std::string(length, '0'), on));
    for (std::size_t i = 0; i + 1 < body.size(); ++i) {
      if (body[i] != '*') continue;
      CAPTURE(length, body);
      CHECK("$#+-"s.find(body[i + 1]) == std::string::npos);
      CHECK((body[i + 1] >= ' ' && body[i + 1] <= '~'));
    }
  }
}

TEST_CASE("a run of any length reads back whole") {
  for (std::size_t length = 0; length <= 300; ++length) {
    const auto payload = "<" + std::string(length, '0') + ">";
    CAPTURE(length);
    CHECK(read_back(payload, on) == payload);
  }
}

TEST_CASE("a run of escaped bytes reads back whole") {
  for (const char c : {'#', '$', '}', '*', ']', '\x03', '\n'}) {
    for (std::size_t length = 1; length <= 40; ++length) {
      const std::string payload(length, c);
      CAPTURE(length, static_cast<int>(c));
      CHECK(read_back(payload, on) == payload);
      CHECK(read_back("}" + payload + "}", on) == "}" + payload + "}");
    }
  }
}

TEST_CASE("any bytes read back, with and without run lengths") {
  std::mt19937 random(1);
  for (int round = 0; round < 2000; ++round) {
    // Few values, so that there are runs, and all that need escapes among them.
    static constexpr std::string_view alphabet = "00000#$}*]a\x03\x0a\x04";
    std::string payload(random() % 200, '\0');
    for (auto& byte : payload)
      byte = random() % 4 == 0 ? static_cast<char>(random()) : alphabet[random() % alphabet.size()];
    if (random() % 2 == 0 && !payload.empty())
      payload.insert(random() % payload.size(), random() % 150, payload.back());
    REQUIRE(read_back(payload, on) == payload);
    REQUIRE(read_back(payload, off) == payload);
  }
}

TEST_CASE("our decoder takes what our encoder gives") {
  const auto payload = "all of \0\x01\x03#$}*+-\x7f\x80\xff"s;
  FrameDecoder decoder;
  decoder.feed(encode_packet(payload, off));
  const auto frame = decoder.next();
  REQUIRE(frame);
  const auto* packet = std::get_if<Packet>(&*frame);
  REQUIRE(packet != nullptr);
  CHECK(packet->text == payload);
  CHECK(packet->checksum_holds);
}

TEST_CASE("a notification has a percent sign, and no run lengths") {
  CHECK(encode_notification("Working:") == "%Working:#" + hex(
                                                              [] {
                                                                unsigned sum = 0;
                                                                for (const char c : std::string("Working:"))
                                                                  sum += static_cast<unsigned char>(c);
                                                                return sum & 0xff;
                                                              }(),
                                                              2));
  CHECK(encode_notification("aaaaaaaa").starts_with("%aaaaaaaa#"));
  CHECK(encode_notification("$").starts_with("%}\x04#"));
}

TEST_CASE("what fits is counted with its escapes") {
  CHECK(fitting("abc", 3) == 3);
  CHECK(fitting("abc", 2) == 2);
  CHECK(fitting("a#c", 3) == 2);
  CHECK(fitting("a#c", 2) == 1);
  CHECK(fitting("", 0) == 0);
  const std::string mixed = "}x*$y#";
  for (std::size_t most = 0; most < 12; ++most) CHECK(escape(mixed.substr(0, fitting(mixed, most))).size() <= most);
}
