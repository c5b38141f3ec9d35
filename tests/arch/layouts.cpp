// What holds of the registers of every architecture, whatever the CPU has.
#include <algorithm>

#include "protocol/target_description.hpp"
#include "stub/arch/architecture.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/xsave_layouts.hpp"

using namespace stub;
using namespace stub::test;

namespace {

std::vector<arch::Architecture> every_architecture() {
  std::vector<arch::Architecture> out;
  for (const auto& xsave : {sse_only, avx2_cpu, avx512_cpu, amx_cpu}) {
    out.push_back(arch::make_amd64(xsave));
    out.push_back(arch::make_i386(xsave));
  }
  return out;
}

std::size_t count(std::string_view text, std::string_view word) {
  std::size_t found = 0;
  for (std::size_t at = 0; (at = text.find(word, at)) != std::string_view::npos; at += word.size()) ++found;
  return found;
}

std::string attribute(std::string_view element, const std::string& name) {
  const auto at = element.find(" " + name + "=\"");
  if (at == std::string_view::npos) return {};
  const auto value = element.substr(at + name.size() + 3);
  return std::string(value.substr(0, value.find('"')));
}

// Every element that opens closes, in order.
bool well_formed(std::string_view xml) {
  std::vector<std::string_view> open;
  while (true) {
    const auto start = xml.find('<');
    if (start == std::string_view::npos) return open.empty();
    const auto end = xml.find('>', start);
    if (end == std::string_view::npos) return false;
    const auto tag = xml.substr(start + 1, end - start - 1);
    xml.remove_prefix(end + 1);
    if (tag.empty() || count(tag, "\"") % 2 != 0 || tag.contains('<')) return false;
    if (tag.starts_with('?') || tag.starts_with('!') || tag.ends_with('/')) continue;
    if (!tag.starts_with('/')) {
      open.push_back(tag.substr(0, tag.find(' ')));
    } else if (open.empty() || open.back() != tag.substr(1)) {
      return false;
    } else {
      open.pop_back();
    }
  }
}

std::vector<std::string> register_elements(std::string_view xml) {
  std::vector<std::string> out;
  for (std::size_t at = 0; (at = xml.find("<reg ", at)) != std::string_view::npos; ++at)
    out.emplace_back(xml.substr(at, xml.find("/>", at) - at));
  return out;
}

}  // namespace

TEST_CASE("the registers follow each other in g without a gap") {
  for (const auto& cpu : every_architecture()) {
    const auto& layout = cpu.layout;
    CAPTURE(cpu.name);
    std::size_t offset = 0;
    for (const auto& reg : layout.registers) {
      CHECK(reg.offset == offset);
      offset += reg.bits / 8;
    }
    CHECK(layout.size == offset);
  }
}

TEST_CASE("every register lies inside its set") {
  for (const auto& cpu : every_architecture()) {
    REQUIRE(cpu.locations.size() == cpu.layout.registers.size());
    for (std::size_t n = 0; n < cpu.locations.size(); ++n) {
      const auto& location = cpu.locations[n];
      CAPTURE(cpu.name, cpu.layout.registers[n].name);
      CHECK(location.offset + location.size <= cpu.sets.at(location.set).size);
      CHECK(location.size <= cpu.layout.registers[n].bits / 8);
    }
  }
}

TEST_CASE("every derived register lies inside its sources, under a name of its own") {
  for (const auto& cpu : every_architecture()) {
    const auto& layout = cpu.layout;
    for (const auto& [row, sources, begin] : layout.derived) {
      CAPTURE(cpu.name, row.name);
      std::size_t bytes = 0;
      for (const auto source : sources) bytes += layout.find(source)->bits / 8;
      CHECK(begin + row.bits / 8 <= bytes);
      CHECK(row.offset == layout.find(sources.front())->offset + begin);
      const auto named_so = [&, name = row.name](const Register& reg) { return reg.name == name; };
      CHECK(std::ranges::none_of(layout.registers, named_so));
      CHECK(std::ranges::count_if(layout.derived, named_so, &DerivedRegister::row) == 1);
    }
  }
}

TEST_CASE("which derived registers there are depends on the mode and the processor") {
  const auto has = [](const arch::Architecture& cpu, std::string_view name) {
    return std::ranges::any_of(cpu.layout.derived, [&](const DerivedRegister& d) { return d.row.name == name; });
  };
  const auto sse = arch::make_amd64(sse_only), avx = arch::make_amd64(avx2_cpu), avx512 = arch::make_amd64(avx512_cpu);
  const auto i386 = arch::make_i386(avx512_cpu);
  for (const auto* name : {"eax", "bx", "ch", "dl", "esi", "dil", "r8d", "r15w", "r9l", "mm7", "fip"}) {
    CAPTURE(name);
    CHECK(has(sse, name));
  }
  CHECK_FALSE(has(sse, "ymm0"));
  CHECK(has(avx, "ymm15"));
  CHECK_FALSE(has(avx, "ymm16"));
  CHECK_FALSE(has(avx, "zmm0"));
  CHECK(has(avx512, "zmm31"));
  for (const auto* name : {"ax", "ah", "bp", "mm0", "ymm7", "zmm7"}) CHECK(has(i386, name));
  for (const auto* name : {"eax", "dil", "r8d", "ymm8", "fip"}) CHECK_FALSE(has(i386, name));
}

TEST_CASE("both target descriptions are well-formed") {
  for (const auto& cpu : every_architecture()) {
    CHECK(well_formed(gdb_target_description(cpu.layout)));
    CHECK(well_formed(lldb_target_description(cpu.layout)));
  }
  CHECK_FALSE(well_formed("<a><b></a></b>"));
}

TEST_CASE("both target descriptions have every register once, with its number") {
  for (const auto& cpu : every_architecture()) {
    const auto& layout = cpu.layout;
    CAPTURE(cpu.name);
    for (const bool lldb : {false, true}) {
      const auto elements = register_elements(lldb ? lldb_target_description(layout) : gdb_target_description(layout));
      REQUIRE(elements.size() == layout.registers.size() + (lldb ? layout.derived.size() : 0));
      for (std::size_t n = 0; n < elements.size(); ++n) {
        CHECK(attribute(elements[n], "regnum") == std::to_string(n));
        const auto count = layout.registers.size();
        const auto& row = n < count ? layout.registers[n] : layout.derived[n - count].row;
        CHECK(attribute(elements[n], "name") == row.name);
      }
    }
  }
}

TEST_CASE("every type that a register uses is gdb's own or stands in its feature") {
  for (const auto& cpu : every_architecture()) {
    const auto& layout = cpu.layout;
    CAPTURE(cpu.name);
    const std::vector<std::string> predefined = {"int",     "int32",    "int64",    "uint32",  "uint64",
                                                 "uint128", "code_ptr", "data_ptr", "i387_ext"};
    for (const auto& reg : layout.registers) {
      CAPTURE(reg.name, reg.type);
      const bool known = std::find(predefined.begin(), predefined.end(), reg.type) != predefined.end();
      CHECK((known || layout.features[reg.feature].types.contains("id=\"" + reg.type + "\"")));
    }
  }
}

TEST_CASE("what qRegisterInfo says is what lldb's description says") {
  for (const auto& cpu : every_architecture()) {
    const auto& layout = cpu.layout;
    CAPTURE(cpu.name);
    const auto elements = register_elements(lldb_target_description(layout));
    REQUIRE(elements.size() >= layout.registers.size());
    for (std::size_t n = 0; n < layout.registers.size(); ++n) {
      const auto info = ";" + register_info(layout.registers[n]);
      CAPTURE(info);
      for (const auto& [key, name] : std::vector<std::pair<std::string, std::string>>{{"name", "name"},
                                                                                      {"alt-name", "altname"},
                                                                                      {"bitsize", "bitsize"},
                                                                                      {"offset", "offset"},
                                                                                      {"encoding", "encoding"},
                                                                                      {"format", "format"},
                                                                                      {"set", "group"},
                                                                                      {"ehframe", "ehframe_regnum"},
                                                                                      {"dwarf", "dwarf_regnum"},
                                                                                      {"generic", "generic"}}) {
        const auto value = attribute(elements[n], name);
        CHECK(info.contains(";" + key + ":" + value + ";") == !value.empty());
      }
    }
  }
}
