#include "stub/inspect/demangle.hpp"

#include <cxxabi.h>

#include <cstdint>
#include <cstdlib>
#include <map>
#include <memory>

#include "stub/inspect/printable.hpp"

namespace stub::inspect {
namespace {

constexpr std::size_t longest_mangled = 1024;
constexpr std::uint64_t most_expansion = std::uint64_t{1} << 24U;

bool is_sequence_character(char c) { return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z'); }

// A reference to something earlier in the name (Itanium C++ ABI 5.1.10 and 5.1.8: S_, S0_ …; T_, T0_ …), or nothing.
std::string_view reference_at(std::string_view name, std::size_t at) {
  if (name[at] != 'S' && name[at] != 'T') return {};
  auto end = at + 1;
  while (end < name.size() && is_sequence_character(name[end])) ++end;
  if (end == name.size() || name[end] != '_') return {};
  return name.substr(at, end - at);
}

// How often a part of the name may come in the text, at most. What a reference stands for can contain references to
// earlier ones only, so each one that is used n times makes the text at most 1 + n times as long. Thirty of them in
// 300 characters would be a gigabyte.
std::uint64_t expansion(std::string_view name) {
  std::map<std::string_view, std::uint64_t> uses;
  for (std::size_t at = 0; at < name.size(); ++at)
    if (const auto reference = reference_at(name, at); !reference.empty()) ++uses[reference];
  std::uint64_t product = 1;
  for (const auto& [reference, count] : uses)
    if (product <= most_expansion) product *= 1 + count;
  return product;
}

}  // namespace

std::string demangled(std::string_view name) {
  // A C name may look like a mangled type.
  if (!name.starts_with("_Z") || name.size() > longest_mangled || expansion(name) > most_expansion)
    return printable(std::string(name));
  int status = 0;
  const std::unique_ptr<char, void (*)(void*)> text(
      abi::__cxa_demangle(std::string(name).c_str(), nullptr, nullptr, &status), std::free);
  return printable(status == 0 ? text.get() : std::string(name));
}

}  // namespace stub::inspect
