// The subnets that this machine is directly attached to.
#pragma once

#include <string>
#include <vector>

namespace stub {

struct Subnet {
  std::string address;  // "10.0.0.7", "fd00::7"
  unsigned prefix = 0;  // bits
};

[[nodiscard]] std::vector<Subnet> attached_subnets();

}  // namespace stub
