#include "stub/transport/gate.hpp"

#include <algorithm>
#include <array>

#include "stub/linux/interfaces.hpp"

namespace stub {
namespace {

constexpr std::array always = {"127.0.0.0/8",    "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10",
                               "169.254.0.0/16", "::1/128",    "fc00::/7",      "fe80::/10"};

// An IPv4 peer of an IPv6 listener comes as ::ffff:a.b.c.d.
asio::ip::address plain(const asio::ip::address& peer) {
  if (peer.is_v6() && peer.to_v6().is_v4_mapped()) return asio::ip::make_address_v4(asio::ip::v4_mapped, peer.to_v6());
  return peer;
}

bool in_network(const asio::ip::network_v4& network, const asio::ip::address_v4& peer) {
  return (peer.to_uint() & network.netmask().to_uint()) == (network.address().to_uint() & network.netmask().to_uint());
}

bool in_network(const asio::ip::network_v6& network, const asio::ip::address_v6& peer) {
  const auto a = network.address().to_bytes(), b = peer.to_bytes();
  for (unsigned bit = 0; bit < network.prefix_length(); ++bit)
    if (((a[bit / 8] ^ b[bit / 8]) >> (7 - bit % 8) & 1) != 0) return false;
  return true;
}

}  // namespace

Result<Gate::Network> Gate::parse(const std::string& text) {
  asio::error_code error;
  const bool has_prefix = text.contains('/');
  if (!text.contains(':')) {
    const auto network = asio::ip::make_network_v4(has_prefix ? text : text + "/32", error);
    if (!error) return Network{network};
  } else {
    const auto network = asio::ip::make_network_v6(has_prefix ? text : text + "/128", error);
    if (!error) return Network{network};
  }
  return fail(Errc::malformed, "bad --allow '" + text + "': want an address, a CIDR like 203.0.113.0/24, or any");
}

Result<Gate> Gate::make(const std::vector<std::string>& allow) {
  Gate gate;
  for (const auto* text : always) gate.networks_.push_back(TRY(parse(text)));
  for (const auto& text : allow) {
    if (text == "any") {
      gate.any_ = true;
    } else {
      gate.networks_.push_back(TRY(parse(text)));
    }
  }
  return gate;
}

bool Gate::contains(const Network& network, const asio::ip::address& peer) {
  if (const auto* v4 = std::get_if<asio::ip::network_v4>(&network))
    return peer.is_v4() && in_network(*v4, peer.to_v4());
  return peer.is_v6() && in_network(std::get<asio::ip::network_v6>(network), peer.to_v6());
}

bool Gate::admits(const asio::ip::address& mapped) const {
  const auto peer = plain(mapped);
  const auto has_peer = [&](const Network& network) { return contains(network, peer); };
  if (any_ || std::ranges::any_of(networks_, has_peer)) return true;
  return std::ranges::any_of(attached_subnets(), [&](const Subnet& subnet) {
    const auto network = parse(subnet.address + "/" + std::to_string(subnet.prefix));
    return network && contains(*network, peer);
  });
}

}  // namespace stub
