// Programs of the toy machine: a list of instructions, each four bytes long in memory, so that a pc inside one is
// caught. The first byte of every instruction is really fetched: 0xcc there traps.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "protocol/signal.hpp"
#include "protocol/types.hpp"

namespace stub::fake {

struct Instruction {
  enum class Kind : std::uint8_t {
    nop,            // also what a jump's target may be
    jump,           // to instruction `number`
    write,          // `number` to the eight bytes at `address`
    add,            // `number` to the eight bytes at `address`, at once
    wait_until,     // spins until the eight bytes at `address` are `number`
    raise,          // a signal, to this thread
    raise_process,  // a signal, to the process
    trap,           // the program's own breakpoint instruction
    clone,          // a thread that begins at instruction `number`
    fork,
    vfork,   // a child that begins at instruction `number`
    borrow,  // clone(CLONE_VM): a child in the same memory, not waited for
    exec,    // the program `name`; fails if there is none
    exit_thread,
    exit_process,  // with `number`
    pause,         // a system call that blocks until a signal has been handled
  };
  Kind kind = Kind::nop;
  std::uint64_t number = 0;
  Address address{};
  std::string name{};
};

constexpr std::uint64_t instruction_size = 4;
constexpr Address code_base{0x401000}, data_base{0x601000}, stack_base{0x7ff000}, vdso_base{0x7f0000};
constexpr std::uint64_t vdso_call_at = 0x120, mappings_begin = 0x10000000, page_size = 4096;

[[nodiscard]] inline Address at(std::size_t instruction) { return code_base + instruction_size * instruction; }
[[nodiscard]] inline Address cell(std::size_t n) { return data_base + 8 * n; }

constexpr std::uint16_t em_386 = 3, em_x86_64 = 62, em_aarch64 = 183;  // elf.h

struct Program {
  std::string name;
  std::vector<Instruction> code;
  std::vector<KernelSignal> handled{};  // signals that it has a handler for
  std::uint16_t elf_machine = em_x86_64;
  std::uint8_t elf_class = 2;  // 1: 32 bits, 2: 64
};

// The spelling of programs in tests.
using Kind = Instruction::Kind;
inline Instruction nop() { return {}; }
inline Instruction jump(std::size_t to) { return {.kind = Kind::jump, .number = to}; }
inline Instruction write(Address a, std::uint64_t v) { return {.kind = Kind::write, .number = v, .address = a}; }
inline Instruction add(Address a, std::uint64_t v = 1) { return {.kind = Kind::add, .number = v, .address = a}; }
inline Instruction wait_until(Address a, std::uint64_t v) {
  return {.kind = Kind::wait_until, .number = v, .address = a};
}
inline Instruction raise(int signal) { return {.kind = Kind::raise, .number = static_cast<std::uint64_t>(signal)}; }
inline Instruction raise_process(int signal) {
  return {.kind = Kind::raise_process, .number = static_cast<std::uint64_t>(signal)};
}
inline Instruction trap() { return {.kind = Kind::trap}; }
inline Instruction clone(std::size_t entry) { return {.kind = Kind::clone, .number = entry}; }
inline Instruction fork(std::size_t entry) { return {.kind = Kind::fork, .number = entry}; }
inline Instruction vfork(std::size_t entry) { return {.kind = Kind::vfork, .number = entry}; }
inline Instruction borrow(std::size_t entry) { return {.kind = Kind::borrow, .number = entry}; }
inline Instruction exec(std::string name) { return {.kind = Kind::exec, .name = std::move(name)}; }
inline Instruction exit_thread(std::uint64_t code = 0) { return {.kind = Kind::exit_thread, .number = code}; }
inline Instruction exit_process(std::uint64_t code) { return {.kind = Kind::exit_process, .number = code}; }
inline Instruction pause() { return {.kind = Kind::pause}; }

}  // namespace stub::fake
