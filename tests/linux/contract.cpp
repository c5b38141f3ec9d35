// The contract, on Linux.
#include "tests/target/contract.hpp"

#include <csignal>

#include "tests/linux/live.hpp"

namespace stub {
namespace {

struct LinuxWorld {
  Live live;
  std::vector<Pid> started;

  Kernel& kernel() { return live.kernel; }
  Pid launch(const std::string& name) {
    started.push_back(live.kernel.launch({.arguments = {program(name)}}).value());
    return started.back();
  }
  ~LinuxWorld() {
    for (const auto pid : started) static_cast<void>(live.kernel.send_signal(pid, signals::kill));
    while (live.kernel.wait_any(Kernel::Milliseconds(0))) {}
  }
};

void in_linux(void (*scenario)(LinuxWorld&)) {
  LinuxWorld world;
  scenario(world);
}

}  // namespace

using namespace contract;
STUB_CONTRACT(in_linux)

}  // namespace stub
