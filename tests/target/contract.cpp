// The contract, on the toy machine.
#include "tests/target/contract.hpp"

#include "tests/support/fake_kernel.hpp"

namespace stub {
namespace {

using namespace fake;

const std::vector<Program>& programs() {
  static const std::vector<Program> all{
      {"crowd", {clone(2), clone(2), raise(10), jump(3)}, {KernelSignal{12}}},
      {"exec_by_thread", {clone(3), clone(5), jump(2), nop(), exec("exits_6"), jump(5)}},
      {"exits_6", {exit_process(6)}},
      {"zombie_leader", {clone(2), exit_thread(), raise(10), exit_process(6)}},
      {"stops_itself", {raise(19), exit_process(2)}},
      {"hardware",
       {trap(), write(cell(0), 1), fork(6), clone(8), wait_until(cell(1), 1), exit_process(7),  //
        write(cell(0), 2), exit_process(5),                                                     //
        write(cell(0), 3), write(cell(1), 1), exit_thread()}},
      {"vforks", {vfork(2), exit_process(1), exit_process(5)}},
  };
  return all;
}

struct ToyWorld {
  Machine machine;
  FakeKernel toy{machine};

  explicit ToyWorld(std::uint32_t seed) : machine(seed) {
    for (const auto& program : programs()) machine.add(program);
  }
  Kernel& kernel() { return toy; }
  Pid launch(const std::string& name) { return toy.launch({.arguments = {name}}).value(); }
  std::pair<Address, Address> heard(Tid tid) {
    machine.find(tid)->registers[rip] = at(1).value;  // a trap is no instruction here
    return {at(1), cell(0)};
  }
};

void in_toy_worlds(void (*scenario)(ToyWorld&)) {
  for (std::uint32_t seed = 1; seed <= 300; ++seed) {
    INFO("seed " << seed);
    ToyWorld world(seed);
    scenario(world);
  }
}

}  // namespace

using namespace contract;
STUB_CONTRACT(in_toy_worlds)

}  // namespace stub
