// Any bytes to the framing, and what comes out of it to the parsers.
#include <cstddef>
#include <cstdint>

#include "protocol/command.hpp"
#include "protocol/framing.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto bytes = stub::as_text({data, size});
  static_cast<void>(stub::parse_command(bytes));
  stub::FrameDecoder decoder;
  decoder.feed(bytes.substr(0, size / 2));
  while (decoder.next()) {}
  decoder.feed(bytes.substr(size / 2));
  while (const auto frame = decoder.next())
    if (const auto* packet = std::get_if<stub::Packet>(&*frame)) static_cast<void>(stub::parse_command(packet->text));
  return 0;
}
