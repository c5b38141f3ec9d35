// Gate: who may come in. Loopback, private (RFC 1918, RFC 6598, RFC 4193) and link-local peers, those on a directly
// attached subnet, and whom --allow names.
#pragma once

#include <asio/ip/address.hpp>
#include <asio/ip/network_v4.hpp>
#include <asio/ip/network_v6.hpp>
#include <string>
#include <variant>
#include <vector>

#include "protocol/error.hpp"

namespace stub {

class Gate {
 public:
  // `allow`: CIDRs, addresses, or "any".
  [[nodiscard]] static Result<Gate> make(const std::vector<std::string>& allow);

  // The attached subnets are looked up each time: interfaces come and go.
  [[nodiscard]] bool admits(const asio::ip::address& peer) const;

 private:
  using Network = std::variant<asio::ip::network_v4, asio::ip::network_v6>;
  static Result<Network> parse(const std::string& text);
  static bool contains(const Network& network, const asio::ip::address& peer);

  bool any_ = false;
  std::vector<Network> networks_;
};

}  // namespace stub
