#include "protocol/target_description.hpp"

#include <algorithm>

#include "protocol/hex.hpp"
#include "protocol/xml.hpp"

namespace stub {
namespace {

constexpr std::string_view xml_header = "<?xml version=\"1.0\"?><!DOCTYPE target SYSTEM \"gdb-target.dtd\">";

void attribute(std::string& out, std::string_view name, std::string_view value) {
  if (value.empty()) return;
  out += ' ';
  out += name;
  out += "=\"";
  out += xml_escape(value);
  out += '"';
}

std::string gdb_register(const Register& reg, std::size_t number) {
  std::string out = "<reg";
  attribute(out, "name", reg.name);
  attribute(out, "bitsize", std::to_string(reg.bits));
  attribute(out, "type", reg.type);
  attribute(out, "regnum", std::to_string(number));
  attribute(out, "group", reg.group);
  return out + "/>";
}

std::vector<std::uint32_t> numbers_of(const std::vector<RegisterNumber>& registers) {
  std::vector<std::uint32_t> out;
  out.reserve(registers.size());
  for (const auto reg : registers) out.push_back(number(reg));
  return out;
}

// Whose values change with this one's: its sources, and all that share one with it. lldb forgets them when it is
// written.
std::vector<std::uint32_t> related(const RegisterLayout& layout, const DerivedRegister& reg) {
  const auto shares = [&](const DerivedRegister& other) {
    return std::ranges::find_first_of(other.sources, reg.sources) != other.sources.end();
  };
  auto out = numbers_of(reg.sources);
  auto n = static_cast<std::uint32_t>(layout.registers.size());
  for (const auto& other : layout.derived) {
    if (shares(other)) out.push_back(n);
    ++n;
  }
  return out;
}

template <class Spell>
std::string listed(const std::vector<std::uint32_t>& numbers, Spell spell) {
  std::string out;
  for (const auto n : numbers) out += (out.empty() ? "" : ",") + spell(n);
  return out;
}

std::string decimal(std::uint32_t n) { return std::to_string(n); }
std::string hexadecimal(std::uint32_t n) { return hex(n); }

std::string lldb_attributes(const Register& reg, std::size_t number) {
  std::string out = "<reg";
  attribute(out, "name", reg.name);
  attribute(out, "altname", reg.alt_name);
  attribute(out, "bitsize", std::to_string(reg.bits));
  attribute(out, "regnum", std::to_string(number));
  attribute(out, "offset", std::to_string(reg.offset));
  attribute(out, "encoding", reg.encoding);
  attribute(out, "format", reg.format);
  attribute(out, "group", reg.set);
  if (reg.dwarf) {
    attribute(out, "ehframe_regnum", std::to_string(*reg.dwarf));
    attribute(out, "dwarf_regnum", std::to_string(*reg.dwarf));
  }
  attribute(out, "generic", reg.generic);
  return out;
}

std::string lldb_register(const Register& reg, std::size_t number) { return lldb_attributes(reg, number) + "/>"; }

std::string lldb_register(const RegisterLayout& layout, const DerivedRegister& reg, std::size_t number) {
  auto out = lldb_attributes(reg.row, number);
  attribute(out, "value_regnums", listed(numbers_of(reg.sources), decimal));
  attribute(out, "invalidate_regnums", listed(related(layout, reg), decimal));
  return out + "/>";
}

void field(std::string& out, std::string_view key, std::string_view value) {
  if (value.empty()) return;
  out += key;
  out += ':';
  out += value;
  out += ';';
}

}  // namespace

std::string gdb_target_description(const RegisterLayout& layout) {
  std::string out(xml_header);
  out += "<target><architecture>" + layout.gdb_architecture + "</architecture><osabi>GNU/Linux</osabi>";
  for (std::size_t f = 0; f < layout.features.size(); ++f) {
    out += "<feature name=\"" + layout.features[f].name + "\">" + layout.features[f].types;
    for (std::size_t n = 0; n < layout.registers.size(); ++n)
      if (layout.registers[n].feature == f) out += gdb_register(layout.registers[n], n);
    out += "</feature>";
  }
  return out + "</target>";
}

std::string lldb_target_description(const RegisterLayout& layout) {
  std::string out = "<?xml version=\"1.0\"?><target version=\"1.0\"><architecture>" + layout.lldb_architecture +
                    "</architecture><feature>";
  for (std::size_t n = 0; n < layout.registers.size(); ++n) out += lldb_register(layout.registers[n], n);
  for (std::size_t i = 0; i < layout.derived.size(); ++i)
    out += lldb_register(layout, layout.derived[i], layout.registers.size() + i);
  return out + "</feature></target>";
}

std::string register_info(const Register& reg) {
  std::string out;
  field(out, "name", reg.name);
  field(out, "alt-name", reg.alt_name);
  field(out, "bitsize", std::to_string(reg.bits));
  field(out, "offset", std::to_string(reg.offset));
  field(out, "encoding", reg.encoding);
  field(out, "format", reg.format);
  field(out, "set", reg.set);
  if (reg.dwarf) {
    field(out, "ehframe", std::to_string(*reg.dwarf));
    field(out, "dwarf", std::to_string(*reg.dwarf));
  }
  field(out, "generic", reg.generic);
  return out;
}

std::string register_info(const RegisterLayout& layout, const DerivedRegister& reg) {
  auto out = register_info(reg.row);
  field(out, "container-regs", listed(numbers_of(reg.sources), hexadecimal));
  field(out, "invalidate-regs", listed(related(layout, reg), hexadecimal));
  return out;
}

}  // namespace stub
