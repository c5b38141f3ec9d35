#include "stub/linux/interfaces.hpp"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>

#include <array>
#include <bit>
#include <memory>
#include <span>

#include "protocol/types.hpp"

namespace stub {
namespace {

unsigned leading_ones(ByteView mask) {
  unsigned bits = 0;
  for (const auto byte : mask) bits += static_cast<unsigned>(std::popcount(byte));
  return bits;
}

template <class Address>
Subnet subnet(int family, const Address& address, const Address& mask) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  inet_ntop(family, &address, text.data(), text.size());
  return {text.data(), leading_ones({reinterpret_cast<const std::uint8_t*>(&mask), sizeof mask})};
}

}  // namespace

// A point-to-point link's mask covers its own end only, which is what is wanted here.
std::vector<Subnet> attached_subnets() {
  std::vector<Subnet> out;
  ifaddrs* list = nullptr;
  if (::getifaddrs(&list) != 0) return out;
  const std::unique_ptr<ifaddrs, void (*)(ifaddrs*)> owner(list, ::freeifaddrs);
  for (const auto* entry = list; entry != nullptr; entry = entry->ifa_next) {
    if (entry->ifa_addr == nullptr || entry->ifa_netmask == nullptr || (entry->ifa_flags & IFF_UP) == 0) continue;
    const int family = entry->ifa_addr->sa_family;
    if (family == AF_INET)
      out.push_back(subnet(family, reinterpret_cast<sockaddr_in*>(entry->ifa_addr)->sin_addr,
                           reinterpret_cast<sockaddr_in*>(entry->ifa_netmask)->sin_addr));
    if (family == AF_INET6)
      out.push_back(subnet(family, reinterpret_cast<sockaddr_in6*>(entry->ifa_addr)->sin6_addr,
                           reinterpret_cast<sockaddr_in6*>(entry->ifa_netmask)->sin6_addr));
  }
  return out;
}

}  // namespace stub
