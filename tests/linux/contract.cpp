// The contract, on Linux.
#include "tests/target/contract.hpp"

#include <sys/user.h>

#include <csignal>
#include <cstring>

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
  // The values of TELL.
  std::pair<Address, Address> heard(Tid tid) {
    const auto bytes = live.kernel.read_register_set(tid, {1, sizeof(user_regs_struct)}).value();
    user_regs_struct registers{};
    std::memcpy(&registers, bytes.data(), sizeof registers);
    return {Address{registers.rdi}, Address{registers.rsi}};
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
