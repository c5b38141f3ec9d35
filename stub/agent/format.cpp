#include "stub/agent/format.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <optional>

#include "protocol/hex.hpp"

namespace stub::agent {
namespace {

constexpr std::size_t most_output = 8192, widest = 1024, longest_string = 4096;
constexpr int most_digits_of_a_double = 100;

struct Directive {
  bool left = false, plus = false, space = false, alternate = false, zeros = false;
  std::size_t width = 0;
  std::optional<std::size_t> precision;
  unsigned bits = 32;  // of an integer
  char conversion = '\0';
};

// Reads a format; what it does not know as a part of a directive ends that directive.
class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  [[nodiscard]] bool done() const { return at_ == text_.size(); }
  char take() { return text_[at_++]; }
  bool skip(std::string_view expected) {
    const bool there = text_.substr(at_).starts_with(expected);
    if (there) at_ += expected.size();
    return there;
  }
  std::size_t number() {
    std::size_t value = 0;
    for (; !done() && text_[at_] >= '0' && text_[at_] <= '9'; ++at_)
      value = std::min(widest, value * 10 + static_cast<std::size_t>(text_[at_] - '0'));
    return value;
  }
  std::optional<unsigned> octal_digit() {
    if (done() || text_[at_] < '0' || text_[at_] > '7') return std::nullopt;
    return static_cast<unsigned>(take() - '0');
  }

 private:
  std::string_view text_;
  std::size_t at_ = 0;
};

// Behind the backslash.
std::string escape(Reader& in) {
  unsigned value = 0, digits = 0;
  for (; digits < 3; ++digits) {
    const auto digit = in.octal_digit();
    if (!digit) break;
    value = value * 8 + *digit;
  }
  if (digits != 0) return {static_cast<char>(value)};
  if (in.done()) return "\\";
  constexpr std::string_view names = "abefnrtv\\\"'", meanings = "\a\b\033\f\n\r\t\v\\\"'";
  const char name = in.take();
  const auto known = names.find(name);
  return known == std::string_view::npos ? std::string("\\") + name : std::string{meanings[known]};
}

void read_flags(Reader& in, Directive& directive) {
  for (;;) {
    if (in.skip("-")) {
      directive.left = true;
    } else if (in.skip("+")) {
      directive.plus = true;
    } else if (in.skip(" ")) {
      directive.space = true;
    } else if (in.skip("#")) {
      directive.alternate = true;
    } else if (in.skip("0")) {
      directive.zeros = true;
    } else if (!in.skip("'")) {
      return;
    }
  }
}

unsigned read_length(Reader& in) {
  if (in.skip("hh")) return 8;
  if (in.skip("h")) return 16;
  for (const auto* const word : {"ll", "l", "j", "z", "t"})
    if (in.skip(word)) return 64;
  return 32;
}

// Behind the percent sign.
Directive read_directive(Reader& in) {
  Directive directive;
  read_flags(in, directive);
  directive.width = in.number();
  if (in.skip(".")) directive.precision = in.number();
  directive.bits = read_length(in);
  if (!in.done()) directive.conversion = in.take();
  return directive;
}

// Blanks on one side, or zeros between the sign and the digits.
std::string padded(const Directive& directive, const std::string& sign, const std::string& body, bool zeros) {
  const auto size = sign.size() + body.size();
  const auto missing = directive.width > size ? directive.width - size : 0;
  if (directive.left) return sign + body + std::string(missing, ' ');
  if (zeros) return sign + std::string(missing, '0') + body;
  return std::string(missing, ' ') + sign + body;
}

std::string sign_of(const Directive& directive, bool negative) {
  return negative ? "-" : directive.plus ? "+" : directive.space ? " " : "";
}

std::string integer(const Directive& directive, const std::string& sign, std::string digits) {
  if (directive.precision == 0 && digits == "0") digits.clear();
  if (const auto least = directive.precision.value_or(0); digits.size() < least)
    digits.insert(0, least - digits.size(), '0');
  return padded(directive, sign, digits, directive.zeros && !directive.precision);
}

std::string based(std::uint64_t value, int base) {
  std::array<char, 64> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value, base).ptr;
  return {digits.data(), end};
}

std::string upper(std::string text) {
  std::ranges::transform(text, text.begin(),
                         [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
  return text;
}

std::uint64_t cut(std::uint64_t value, unsigned bits) {
  return bits < 64 ? value & ((std::uint64_t{1} << bits) - 1) : value;
}

std::string signed_integer(const Directive& directive, std::uint64_t value) {
  const auto bits = cut(value, directive.bits);
  const bool negative = (bits >> (directive.bits - 1)) != 0;
  return integer(directive, sign_of(directive, negative), based(negative ? cut(0 - bits, directive.bits) : bits, 10));
}

std::string unsigned_integer(const Directive& directive, std::uint64_t value) {
  const auto bits = cut(value, directive.bits);
  const bool marked = directive.alternate && bits != 0;
  switch (directive.conversion) {
    case 'x':
      return integer(directive, marked ? "0x" : "", based(bits, 16));
    case 'X':
      return integer(directive, marked ? "0X" : "", upper(based(bits, 16)));
    case 'o':
      return integer(directive, "", (marked ? "0" : "") + based(bits, 8));
    default:
      return integer(directive, "", based(bits, 10));
  }
}

std::string pointer(const Directive& directive, std::uint64_t value) {
  return padded(directive, "", value == 0 ? "(nil)" : "0x" + based(value, 16), false);
}

std::string floating(const Directive& directive, std::uint64_t raw) {
  const auto value = std::bit_cast<double>(raw);
  const bool negative = raw >> 63 != 0, finite = (raw >> 52 & 0x7ff) != 0x7ff;
  const char kind = static_cast<char>(directive.conversion | 0x20);
  const auto style = kind == 'f'   ? std::chars_format::fixed
                     : kind == 'e' ? std::chars_format::scientific
                                   : std::chars_format::general;
  std::array<char, 512> out{};  // the largest double has 309 digits in front of its point
  const auto precision = std::min(static_cast<int>(directive.precision.value_or(6)), most_digits_of_a_double);
  const auto end = std::to_chars(out.data(), out.data() + out.size(), value, style, precision).ptr;
  std::string digits(out.data(), end);
  if (digits.starts_with('-')) digits.erase(0, 1);
  return padded(directive, sign_of(directive, negative), kind == directive.conversion ? digits : upper(digits),
                directive.zeros && finite);
}

// Up to its NUL. The pieces do not cross pages: behind the string there may be no memory.
Result<std::string> string_at(Machine& machine, Address address, std::size_t most) {
  constexpr std::uint64_t piece = 64;
  std::string out;
  while (out.size() < most) {
    const auto here = address + out.size();
    const auto bytes = TRY(machine.read_memory(here, static_cast<std::size_t>(piece - here.value % piece)));
    const auto text = as_text(bytes);
    out += text.substr(0, text.find('\0'));
    if (text.contains('\0')) break;
  }
  out.resize(std::min(out.size(), most));
  return out;
}

std::string string(const Directive& directive, std::uint64_t value, Machine& machine) {
  if (value == 0) return padded(directive, "", "(null)", false);
  const auto text = string_at(machine, {value}, std::min(directive.precision.value_or(longest_string), longest_string));
  return padded(directive, "", text ? *text : "<cannot read memory at 0x" + hex(value) + ">", false);
}

std::string unsupported(char conversion) {
  return std::string("<no such directive: %") + (conversion == '\0' ? ' ' : conversion) + ">";
}

std::string shown(const Directive& directive, std::uint64_t value, Machine& machine) {
  switch (directive.conversion) {
    case 'd':
    case 'i':
      return signed_integer(directive, value);
    case 'u':
    case 'x':
    case 'X':
    case 'o':
      return unsigned_integer(directive, value);
    case 'c':
      return padded(directive, "", std::string{static_cast<char>(value)}, false);
    case 's':
      return string(directive, value, machine);
    case 'p':
      return pointer(directive, value);
    case 'f':
    case 'F':
    case 'e':
    case 'E':
    case 'g':
    case 'G':
      return floating(directive, value);
    default:
      return unsupported(directive.conversion);
  }
}

}  // namespace

std::string format(std::string_view text, std::span<const std::uint64_t> arguments, Machine& machine) {
  std::string out;
  for (Reader in(text); !in.done() && out.size() < most_output;) {
    const char c = in.take();
    if (c == '\\') {
      out += escape(in);
    } else if (c != '%') {
      out += c;
    } else if (in.skip("%")) {
      out += '%';
    } else if (const auto directive = read_directive(in); arguments.empty()) {
      out += "<no value>";
    } else {
      out += shown(directive, arguments.front(), machine);
      arguments = arguments.subspan(1);
    }
  }
  out.resize(std::min(out.size(), most_output));
  return out;
}

}  // namespace stub::agent
