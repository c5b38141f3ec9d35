// Any bytes as an agent expression, verified and run on a small machine, and any text as a format.
#include <cstddef>
#include <cstdint>
#include <vector>

#include "stub/agent/evaluation.hpp"
#include "stub/agent/format.hpp"
#include "tests/support/agent_machine.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  stub::test::AgentMachine machine;
  machine.registers = {{0, 1}, {7, 0x1000}};
  machine.base = {0};
  machine.memory.assign(data, data + size);
  if (const auto expression = stub::agent::Expression::verify({data, data + size})) {
    stub::agent::Budget budget(10'000);
    static_cast<void>(stub::agent::Evaluation(*expression, machine, budget).run());
  }
  const std::vector<std::uint64_t> arguments = {0, 1, size / 2, ~std::uint64_t{0}, 0x7ff0000000000000};
  static_cast<void>(stub::agent::format(stub::as_text({data, size}), arguments, machine));
  return 0;
}
