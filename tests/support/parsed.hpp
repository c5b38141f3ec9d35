// parsed<Packet>(wire): the packet that a text is.
#pragma once

#include <stdexcept>
#include <string>
#include <variant>

#include "protocol/command.hpp"

namespace stub::test {

template <class Packet, class Variant>
const Packet* find_alternative(const Variant& variant) {
  return std::visit(
      [](const auto& held) -> const Packet* {
        if constexpr (std::is_same_v<std::decay_t<decltype(held)>, Packet>) return &held;
        return nullptr;
      },
      variant);
}

// Throws, and so fails the test, if it is another one or none.
template <class Packet>
Packet parsed(std::string_view wire) {
  const auto command = parse_command(wire);
  if (!command) throw std::runtime_error(std::string(wire) + ": " + command.error().text);
  const auto* packet = std::visit(Overloaded{
                                      [](const UnknownCommand&) -> const Packet* { return nullptr; },
                                      [](const auto& family) { return find_alternative<Packet>(family); },
                                  },
                                  *command);
  if (packet == nullptr) throw std::runtime_error(std::string(wire) + ": another packet, or unknown");
  return *packet;
}

inline bool unknown(std::string_view wire) {
  const auto command = parse_command(wire);
  return command && std::holds_alternative<UnknownCommand>(*command);
}

inline bool is_malformed(std::string_view wire) {
  const auto command = parse_command(wire);
  return !command && command.error().code == Errc::malformed && !command.error().text.empty();
}

}  // namespace stub::test
