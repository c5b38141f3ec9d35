// Any bytes give a command or an error; nothing that a command holds is longer than its packet or our largest reply.
#include <random>

#include "protocol/framing.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/parsed.hpp"
#include "tests/support/sample_packets.hpp"

using namespace stub;
using namespace stub::test;

namespace {

std::string_view any_of(std::mt19937& random, bool valid) {
  return valid ? valid_packets[random() % valid_packets.size()]
               : malformed_packets[random() % malformed_packets.size()];
}

std::string mutated(std::mt19937& random) {
  std::string packet(any_of(random, random() % 2 == 0));
  for (auto changes = random() % 4; changes != 0; --changes) {
    const auto at = random() % (packet.size() + 1);
    switch (random() % 5) {
      case 0:
        packet.insert(at, 1, static_cast<char>(random()));
        break;
      case 1:
        packet.insert(at, 1, "0123456789abcdef,;:.-p="[random() % 23]);
        break;
      case 2:
        packet.erase(at, 1 + random() % 3);
        break;
      case 3:
        packet.insert(at, any_of(random, true).substr(0, random() % 8));
        break;
      default:
        if (at < packet.size()) packet[at] = static_cast<char>(packet[at] ^ (1 << random() % 8));
    }
  }
  return packet;
}

std::size_t held_bytes(const Command& command) {
  if (const auto* transfer = std::get_if<TransferCommand>(&command)) {
    const auto* info = find_alternative<WriteSignalInfo>(*transfer);
    return info == nullptr ? 0 : info->bytes.size();
  }
  const auto* family = std::get_if<MemoryCommand>(&command);
  if (family == nullptr) return 0;
  if (const auto* search = find_alternative<SearchMemory>(*family)) return search->pattern.size();
  const auto* write = find_alternative<WriteMemory>(*family);
  return write == nullptr ? 0 : write->bytes.size();
}

// Asking at all is the test: a parser that reads out of bounds is caught by the sanitizers.
void give(std::string_view packet) {
  const auto command = parse_command(packet);
  if (!command && command.error().text.empty()) FAIL("an error without a sentence: " << packet);
  if (command && held_bytes(*command) > packet.size()) FAIL("more bytes than the packet has: " << packet);
}

}  // namespace

TEST_CASE("every prefix of every packet is a command or an error") {
  for (const auto packet : valid_packets)
    for (std::size_t length = 0; length <= packet.size(); ++length) give(packet.substr(0, length));
  for (const auto packet : malformed_packets)
    for (std::size_t length = 0; length <= packet.size(); ++length) give(packet.substr(0, length));
}

TEST_CASE("every packet with every byte behind it is a command or an error") {
  for (const auto packet : valid_packets)
    for (int byte = 0; byte < 256; ++byte) give(std::string(packet) + static_cast<char>(byte));
}

TEST_CASE("every two bytes are a command or an error") {
  for (int first = 0; first < 256; ++first)
    for (int second = 0; second < 256; ++second) give(std::string{static_cast<char>(first), static_cast<char>(second)});
}

TEST_CASE("a hundred thousand broken packets are commands or errors") {
  std::mt19937 random(20240229);
  for (int i = 0; i < 100'000; ++i) give(mutated(random));
  SUCCEED();
}

TEST_CASE("a hundred thousand broken packets go through the framing") {
  std::mt19937 random(7);
  FrameDecoder decoder;
  for (int i = 0; i < 100'000; ++i) {
    auto bytes = encode_packet(mutated(random), RunLengths::off);
    if (random() % 4 == 0) bytes[random() % bytes.size()] = static_cast<char>(random());
    decoder.feed(bytes);
    while (const auto frame = decoder.next())
      if (const auto* packet = std::get_if<Packet>(&*frame)) give(packet->text);
  }
  SUCCEED();
}

// lldb-server 14 to 21 end themselves at these lengths, gdbserver at those that its buffer cannot hold.
TEST_CASE("a length is cut to what a reply can hold") {
  CHECK(2 * parsed<ReadMemory>("m0,7fffffffffffffff").length <= max_packet_size);
  CHECK(2 * parsed<ReadMemory>("m0,ffffffffffffffff").length <= max_packet_size);
  CHECK(2 * parsed<ReadMemory>("x0,7fffffffffffffff").length < max_packet_size);
  CHECK(parsed<ReadFile>("vFile:pread:3,7fffffffffffffff,0").length <= max_packet_size);
  CHECK(2 * parsed<ReadObject>("qXfer:auxv:read::0,7fffffffffffffff").length < max_packet_size);
}

TEST_CASE("a write's length must be what the packet really holds") {
  CHECK(is_malformed("M0,7fffffffffffffff:00"));
  CHECK(is_malformed("M401000,ffffffff:"));
  CHECK(is_malformed("X401000,ffffffffffffffff:"));
  CHECK(is_malformed("M401000,0:00"));
}
