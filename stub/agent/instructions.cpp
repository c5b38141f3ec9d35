#include "stub/agent/instructions.hpp"

#include <array>
#include <limits>

#include "protocol/little_endian.hpp"
#include "stub/agent/format.hpp"

namespace stub::agent {
namespace {

constexpr unsigned word_bits = 64;

std::int64_t as_signed(std::uint64_t value) { return static_cast<std::int64_t>(value); }
std::uint64_t as_unsigned(std::int64_t value) { return static_cast<std::uint64_t>(value); }

// Arithmetic, defined for all values: the sides are as the manual names them, b on top.
std::uint64_t add(std::uint64_t a, std::uint64_t b) { return a + b; }
std::uint64_t subtract(std::uint64_t a, std::uint64_t b) { return a - b; }
std::uint64_t multiply(std::uint64_t a, std::uint64_t b) { return a * b; }
std::uint64_t divide(std::uint64_t a, std::uint64_t b) { return a / b; }
std::uint64_t remainder(std::uint64_t a, std::uint64_t b) { return a % b; }
std::uint64_t bit_and(std::uint64_t a, std::uint64_t b) { return a & b; }
std::uint64_t bit_or(std::uint64_t a, std::uint64_t b) { return a | b; }
std::uint64_t bit_xor(std::uint64_t a, std::uint64_t b) { return a ^ b; }
std::uint64_t equal(std::uint64_t a, std::uint64_t b) { return a == b ? 1 : 0; }
std::uint64_t less_unsigned(std::uint64_t a, std::uint64_t b) { return a < b ? 1 : 0; }
std::uint64_t less_signed(std::uint64_t a, std::uint64_t b) { return as_signed(a) < as_signed(b) ? 1 : 0; }
std::uint64_t shift_left(std::uint64_t a, std::uint64_t b) { return b < word_bits ? a << b : 0; }
std::uint64_t shift_right_unsigned(std::uint64_t a, std::uint64_t b) { return b < word_bits ? a >> b : 0; }
std::uint64_t shift_right_signed(std::uint64_t a, std::uint64_t b) {
  return as_unsigned(as_signed(a) >> (b < word_bits ? b : word_bits - 1));
}

// The one quotient that does not fit: it wraps, as a negation does.
std::uint64_t divide_signed(std::uint64_t a, std::uint64_t b) {
  return as_signed(b) == -1 ? 0 - a : as_unsigned(as_signed(a) / as_signed(b));
}
std::uint64_t remainder_signed(std::uint64_t a, std::uint64_t b) {
  return as_signed(b) == -1 ? 0 : as_unsigned(as_signed(a) % as_signed(b));
}

template <std::uint64_t (*Operation)(std::uint64_t, std::uint64_t)>
Result<> binary(Evaluation& run) {
  const auto b = TRY(run.pop());
  const auto a = TRY(run.pop());
  return run.push(Operation(a, b));
}

template <std::uint64_t (*Operation)(std::uint64_t, std::uint64_t)>
Result<> division(Evaluation& run) {
  const auto b = TRY(run.pop());
  const auto a = TRY(run.pop());
  if (b == 0) return fail(Errc::unsupported, "the expression divides by zero");
  return run.push(Operation(a, b));
}

Result<> log_not(Evaluation& run) { return run.push(TRY(run.pop()) == 0 ? 1 : 0); }
Result<> bit_not(Evaluation& run) { return run.push(~TRY(run.pop())); }

std::uint64_t low_bits(std::uint64_t value, std::uint64_t bits) {
  return bits < word_bits ? value & ((std::uint64_t{1} << bits) - 1) : value;
}

Result<> zero_extend(Evaluation& run) {
  const auto bits = run.operand(1);
  return run.push(low_bits(TRY(run.pop()), bits));
}

Result<> sign_extend(Evaluation& run) {
  const auto bits = run.operand(1);
  const auto value = low_bits(TRY(run.pop()), bits);
  if (bits == 0 || bits >= word_bits) return run.push(value);
  const auto sign = std::uint64_t{1} << (bits - 1);
  return run.push((value ^ sign) - sign);
}

template <std::size_t Size>
Result<> constant(Evaluation& run) {
  return run.push(run.operand(Size));
}

template <std::size_t Size>
Result<> reference(Evaluation& run) {
  const Address address{TRY(run.pop())};
  return run.push(from_little_endian(TRY(run.machine().read_memory(address, Size))));
}

Result<> read_register(Evaluation& run) {
  const RegisterNumber reg{static_cast<std::uint32_t>(run.operand(2))};
  return run.push(TRY(run.machine().read_register(reg)));
}

Result<> if_goto(Evaluation& run) {
  const auto to = run.operand(2);
  if (TRY(run.pop()) != 0) run.jump(to);
  return {};
}

Result<> go_to(Evaluation& run) {
  run.jump(run.operand(2));
  return {};
}

Result<> end(Evaluation& run) {
  run.finish();
  return {};
}

Result<> duplicate(Evaluation& run) { return run.push(TRY(run.peek(0))); }
Result<> pick(Evaluation& run) { return run.push(TRY(run.peek(static_cast<std::size_t>(run.operand(1))))); }

Result<> pop(Evaluation& run) {
  TRY(run.pop());
  return {};
}

Result<> swap(Evaluation& run) {
  const auto b = TRY(run.pop());
  const auto a = TRY(run.pop());
  TRY(run.push(b));
  return run.push(a);
}

// a b c => c a b
Result<> rotate(Evaluation& run) {
  const auto c = TRY(run.pop());
  const auto b = TRY(run.pop());
  const auto a = TRY(run.pop());
  TRY(run.push(c));
  TRY(run.push(a));
  return run.push(b);
}

// Function and channel name a printf of the program's own: this one is ours, whatever they say. Behind them comes the
// first argument.
Result<> print(Evaluation& run) {
  const auto count = static_cast<std::size_t>(run.operand(1));
  const auto length = static_cast<std::size_t>(run.operand(2));
  const auto text = as_text(run.operand_bytes(length));
  TRY(run.pop());
  TRY(run.pop());
  std::array<std::uint64_t, std::numeric_limits<std::uint8_t>::max()> arguments{};
  for (std::size_t i = 0; i < count; ++i) arguments[i] = TRY(run.pop());
  const auto out = format(text.substr(0, text.find('\0')), std::span(arguments).first(count), run.machine());
  TRY(run.budget().spend(out.size()));
  run.machine().print(out);
  return {};
}

// clang-format off: a line for each
// One row per opcode, in their order. Without a function: floating point, which gdb itself does not send, and what
// belongs to tracepoints.
constexpr std::array<Instruction, 0x35> rows = {{
    /* 00 */ {},
    /* 01 */ {"float",           1},
    /* 02 */ {"add",             0, binary<add>},
    /* 03 */ {"sub",             0, binary<subtract>},
    /* 04 */ {"mul",             0, binary<multiply>},
    /* 05 */ {"div_signed",      0, division<divide_signed>},
    /* 06 */ {"div_unsigned",    0, division<divide>},
    /* 07 */ {"rem_signed",      0, division<remainder_signed>},
    /* 08 */ {"rem_unsigned",    0, division<remainder>},
    /* 09 */ {"lsh",             0, binary<shift_left>},
    /* 0a */ {"rsh_signed",      0, binary<shift_right_signed>},
    /* 0b */ {"rsh_unsigned",    0, binary<shift_right_unsigned>},
    /* 0c */ {"trace",           0},
    /* 0d */ {"trace_quick",     1},
    /* 0e */ {"log_not",         0, log_not},
    /* 0f */ {"bit_and",         0, binary<bit_and>},
    /* 10 */ {"bit_or",          0, binary<bit_or>},
    /* 11 */ {"bit_xor",         0, binary<bit_xor>},
    /* 12 */ {"bit_not",         0, bit_not},
    /* 13 */ {"equal",           0, binary<equal>},
    /* 14 */ {"less_signed",     0, binary<less_signed>},
    /* 15 */ {"less_unsigned",   0, binary<less_unsigned>},
    /* 16 */ {"ext",             1, sign_extend},
    /* 17 */ {"ref8",            0, reference<1>},
    /* 18 */ {"ref16",           0, reference<2>},
    /* 19 */ {"ref32",           0, reference<4>},
    /* 1a */ {"ref64",           0, reference<8>},
    /* 1b */ {"ref_float",       0},
    /* 1c */ {"ref_double",      0},
    /* 1d */ {"ref_long_double", 0},
    /* 1e */ {"l_to_d",          0},
    /* 1f */ {"d_to_l",          0},
    /* 20 */ {"if_goto",         2, if_goto},
    /* 21 */ {"goto",            2, go_to},
    /* 22 */ {"const8",          1, constant<1>},
    /* 23 */ {"const16",         2, constant<2>},
    /* 24 */ {"const32",         4, constant<4>},
    /* 25 */ {"const64",         8, constant<8>},
    /* 26 */ {"reg",             2, read_register},
    /* 27 */ {"end",             0, end},
    /* 28 */ {"dup",             0, duplicate},
    /* 29 */ {"pop",             0, pop},
    /* 2a */ {"zero_ext",        1, zero_extend},
    /* 2b */ {"swap",            0, swap},
    /* 2c */ {"getv",            2},
    /* 2d */ {"setv",            2},
    /* 2e */ {"tracev",          2},
    /* 2f */ {"tracenz",         0},
    /* 30 */ {"trace16",         2},
    /* 31 */ {},
    /* 32 */ {"pick",            1, pick},
    /* 33 */ {"rot",             0, rotate},
    /* 34 */ {"printf",          3, print},
}};
// clang-format on
static_assert(rows[op_if_goto].name == "if_goto" && rows[op_goto].name == "goto" && rows[op_end].name == "end" &&
              rows[op_printf].name == "printf");

}  // namespace

const Instruction* find_instruction(std::uint8_t code) {
  return code < rows.size() && !rows[code].name.empty() ? &rows[code] : nullptr;
}

}  // namespace stub::agent
