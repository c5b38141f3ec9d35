// printf's directives, as C has them; what cannot be shown says so.
#include "stub/agent/format.hpp"

#include <bit>
#include <concepts>
#include <vector>

#include "tests/support/agent_machine.hpp"
#include "tests/support/catch.hpp"

using namespace stub;
using namespace stub::test;

namespace {

std::uint64_t raw(double value) { return std::bit_cast<std::uint64_t>(value); }
std::uint64_t raw(std::integral auto value) { return static_cast<std::uint64_t>(value); }

std::string shown_all(std::string_view format, const std::vector<std::uint64_t>& values) {
  AgentMachine machine;
  constexpr std::string_view text("hello\0world", 11);
  machine.memory.assign(text.begin(), text.end());
  machine.memory.resize(256);
  return agent::format(format, values, machine);
}
template <class... Values>
std::string shown(std::string_view format, Values... values) {
  return shown_all(format, {raw(values)...});
}

constexpr auto minus_one = ~std::uint64_t{0};

}  // namespace

TEST_CASE("text and escape sequences") {
  CHECK(shown("plain") == "plain");
  CHECK(shown("100%%") == "100%");
  CHECK(shown(R"(a\tb\nc\\d\"e)") == "a\tb\nc\\d\"e");
  CHECK(shown(R"(\a\b\e\f\r\v)") == "\a\b\033\f\r\v");
  CHECK(shown(R"(\101\7\0608)") == "A\a08");
  CHECK(shown(R"(\q)") == "\\q");
  CHECK(shown("end\\") == "end\\");
}

TEST_CASE("integers are as wide as their directive says") {
  CHECK(shown("%d", 0x1ffffffff) == "-1");
  CHECK(shown("%i", 0x7fffffff) == "2147483647");
  CHECK(shown("%d", 0x80000000) == "-2147483648");
  CHECK(shown("%hhd", 0xff) == "-1");
  CHECK(shown("%hhd", 0x180) == "-128");
  CHECK(shown("%hd", 0x18000) == "-32768");
  CHECK(shown("%ld", minus_one) == "-1");
  CHECK(shown("%lld", std::uint64_t{1} << 63) == "-9223372036854775808");
  CHECK(shown("%zd %jd %td", 1, 2, 3) == "1 2 3");
  CHECK(shown("%u", minus_one) == "4294967295");
  CHECK(shown("%lu", minus_one) == "18446744073709551615");
  CHECK(shown("%hhu", 0x1ff) == "255");
  CHECK(shown("%x %X", 0xabcdef, 0xabcdef) == "abcdef ABCDEF");
  CHECK(shown("%llx", minus_one) == "ffffffffffffffff");
  CHECK(shown("%o", 8) == "10");
}

TEST_CASE("flags, widths and precisions of integers") {
  CHECK(shown("[%5d]", 42) == "[   42]");
  CHECK(shown("[%-5d]", 42) == "[42   ]");
  CHECK(shown("[%05d]", 42) == "[00042]");
  CHECK(shown("[%05d]", minus_one) == "[-0001]");
  CHECK(shown("[%-05d]", 42) == "[42   ]");
  CHECK(shown("[%+d]", 42) == "[+42]");
  CHECK(shown("[% d]", 42) == "[ 42]");
  CHECK(shown("[%+ d]", 42) == "[+42]");
  CHECK(shown("[%+u]", 42) == "[42]");
  CHECK(shown("[%.4d]", 42) == "[0042]");
  CHECK(shown("[%8.4d]", minus_one) == "[   -0001]");
  CHECK(shown("[%08.4d]", 42) == "[    0042]");
  CHECK(shown("[%.0d]", 0) == "[]");
  CHECK(shown("[%#x]", 42) == "[0x2a]");
  CHECK(shown("[%#X]", 42) == "[0X2A]");
  CHECK(shown("[%#08x]", 42) == "[0x00002a]");
  CHECK(shown("[%#x]", 0) == "[0]");
  CHECK(shown("[%#o]", 8) == "[010]");
  CHECK(shown("[%'d]", 42) == "[42]");
}

TEST_CASE("characters and pointers") {
  CHECK(shown("%c%c", 'o', 'k') == "ok");
  CHECK(shown("[%3c]", 'x') == "[  x]");
  CHECK(shown("[%-3c]", 'x') == "[x  ]");
  CHECK(shown("%p", 0x401000) == "0x401000");
  CHECK(shown("[%10p]", 0x401000) == "[  0x401000]");
  CHECK(shown("%p", 0) == "(nil)");
}

TEST_CASE("strings are read from memory as far as they go") {
  CHECK(shown("%s", 0x1000) == "hello");
  CHECK(shown("%s", 0x1006) == "world");
  CHECK(shown("[%8s]", 0x1000) == "[   hello]");
  CHECK(shown("[%-8s]", 0x1000) == "[hello   ]");
  CHECK(shown("[%.2s]", 0x1000) == "[he]");
  CHECK(shown("[%.0s]", 0x1000) == "[]");
  CHECK(shown("%s", 0) == "(null)");
  CHECK(shown("a %s b", 0x20) == "a <cannot read memory at 0x20> b");
}

TEST_CASE("a string without end is cut, and one before a hole is read up to its NUL") {
  AgentMachine machine;
  machine.memory.assign(100'000, 'x');
  CHECK(agent::format("%s", std::vector<std::uint64_t>{0x1000}, machine) == std::string(4096, 'x'));
  machine.memory.assign(64, 'y');
  machine.memory[40] = 0;
  CHECK(agent::format("%s", std::vector<std::uint64_t>{0x1003}, machine) == std::string(37, 'y'));
}

TEST_CASE("floating-point values are doubles") {
  CHECK(shown("%f", 1.5) == "1.500000");
  CHECK(shown("%.2f", -2.345) == "-2.35");
  CHECK(shown("%g", 0.0001) == "0.0001");
  CHECK(shown("%g", 1e20) == "1e+20");
  CHECK(shown("%e", 12345.678) == "1.234568e+04");
  CHECK(shown("%E", 12345.678) == "1.234568E+04");
  CHECK(shown("[%8.1f]", 3.14) == "[     3.1]");
  CHECK(shown("[%-8.1f]", 3.14) == "[3.1     ]");
  CHECK(shown("[%08.1f]", -3.14) == "[-00003.1]");
  CHECK(shown("[%+f]", 0.5) == "[+0.500000]");
  CHECK(shown("%lf", 0.5) == "0.500000");
  CHECK(shown("[%05f]", std::bit_cast<double>(std::uint64_t{0x7ff} << 52)) == "[  inf]");
  CHECK(shown("%f", std::bit_cast<double>(std::uint64_t{0xfff} << 52)) == "-inf");
  CHECK(shown("%G", std::bit_cast<double>(std::uint64_t{0x7ff8} << 48)) == "NAN");
  CHECK(shown("%.999f", 1.7976931348623157e308).size() == 309 + 1 + 100);
}

TEST_CASE("what is no directive of ours is shown as such, and the rest goes on") {
  CHECK(shown("%n|%d", 1, 2) == "<no such directive: %n>|2");
  CHECK(shown("%*d|", 1, 2) == "<no such directive: %*>d|");
  CHECK(shown("%Lf", 1.0) == "<no such directive: %L>f");
  CHECK(shown("tail %", 1) == "tail <no such directive: % >");
  CHECK(shown("tail %-08.3ll", 1) == "tail <no such directive: % >");
}

TEST_CASE("values that are not there are not taken from anywhere") {
  CHECK(shown("%d %d", 7) == "7 <no value>");
  CHECK(shown("%s") == "<no value>");
  CHECK(shown("none", 1, 2) == "none");
}

TEST_CASE("the text is bounded, whatever the widths") {
  CHECK(shown("%999999999999999999999d", 1) == std::string(1023, ' ') + "1");
  CHECK(shown("%.999999999999999999999d", 1) == std::string(1023, '0') + "1");
  std::string many;
  for (int i = 0; i < 100; ++i) many += "%1000d";
  CHECK(shown_all(many, std::vector<std::uint64_t>(100, 1)).size() == 8192);
  CHECK(shown(std::string(60'000, 'x')).size() == 8192);
}
