#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

// What the servers debug. The client is the same program, linked to fixed addresses, so that it knows them all.

extern "C" {
void bench_hit();  // adds one to the counter; begins with push %rbp, as most functions do
extern volatile std::uint64_t bench_counter;
void bench_trap();   // an int3
void bench_range();  // a loop of range_instructions up to bench_range_end
void bench_range_end();
}

namespace bench {

constexpr std::uint64_t range_instructions = 4001;
constexpr std::size_t memory_size = 16 << 20;
extern unsigned char memory[memory_size];

// The byte that a debuggee has at this place of its memory, and a file of the benchmark too: no runs of equal bytes.
unsigned char byte_at(std::size_t place);

// hit | trap | range | threads N FD | hits N | spins N
int debuggee(const std::vector<std::string>& words);

inline std::uint64_t address_of(void (*function)()) { return reinterpret_cast<std::uint64_t>(function); }

}  // namespace bench
