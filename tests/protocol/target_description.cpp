// The two XML documents and the qRegisterInfo texts of a small made-up machine.
#include "protocol/target_description.hpp"

#include "tests/support/catch.hpp"

using namespace stub;

namespace {

RegisterLayout toy() {
  RegisterLayout layout;
  layout.gdb_architecture = "toy:64";
  layout.lldb_architecture = "toy_64";
  layout.features = {{"org.toy.core", "<flags id=\"bits\" size=\"4\"/>"}, {"org.toy.float", ""}};
  layout.registers = {
      {.name = "pc",
       .bits = 64,
       .feature = 0,
       .type = "code_ptr",
       .group = "",
       .offset = 0,
       .encoding = "uint",
       .format = "hex",
       .set = "General Purpose Registers",
       .alt_name = "",
       .generic = "pc",
       .dwarf = 16},
      {.name = "f0",
       .bits = 128,
       .feature = 1,
       .type = "uint128",
       .group = "float",
       .offset = 8,
       .encoding = "vector",
       .format = "vector-uint8",
       .set = "Floating <Point>",
       .alt_name = "",
       .generic = "",
       .dwarf = {}},
      {.name = "flags",
       .bits = 32,
       .feature = 0,
       .type = "bits",
       .group = "",
       .offset = 24,
       .encoding = "uint",
       .format = "hex",
       .set = "General Purpose Registers",
       .alt_name = "rflags",
       .generic = "flags",
       .dwarf = 49},
  };
  layout.size = 28;
  return layout;
}

}  // namespace

TEST_CASE("gdb's description groups the registers by feature and keeps their numbers") {
  CHECK(gdb_target_description(toy()) ==
        "<?xml version=\"1.0\"?><!DOCTYPE target SYSTEM \"gdb-target.dtd\"><target>"
        "<architecture>toy:64</architecture><osabi>GNU/Linux</osabi>"
        "<feature name=\"org.toy.core\"><flags id=\"bits\" size=\"4\"/>"
        "<reg name=\"pc\" bitsize=\"64\" type=\"code_ptr\" regnum=\"0\"/>"
        "<reg name=\"flags\" bitsize=\"32\" type=\"bits\" regnum=\"2\"/>"
        "</feature>"
        "<feature name=\"org.toy.float\">"
        "<reg name=\"f0\" bitsize=\"128\" type=\"uint128\" regnum=\"1\" group=\"float\"/>"
        "</feature></target>");
}

TEST_CASE("lldb's description has one feature with all registers in order") {
  CHECK(lldb_target_description(toy()) ==
        "<?xml version=\"1.0\"?><target version=\"1.0\"><architecture>toy_64</architecture><feature>"
        "<reg name=\"pc\" bitsize=\"64\" regnum=\"0\" offset=\"0\" encoding=\"uint\" format=\"hex\" "
        "group=\"General Purpose Registers\" ehframe_regnum=\"16\" dwarf_regnum=\"16\" generic=\"pc\"/>"
        "<reg name=\"f0\" bitsize=\"128\" regnum=\"1\" offset=\"8\" encoding=\"vector\" format=\"vector-uint8\" "
        "group=\"Floating &lt;Point&gt;\"/>"
        "<reg name=\"flags\" altname=\"rflags\" bitsize=\"32\" regnum=\"2\" offset=\"24\" encoding=\"uint\" "
        "format=\"hex\" group=\"General Purpose Registers\" ehframe_regnum=\"49\" dwarf_regnum=\"49\" "
        "generic=\"flags\"/>"
        "</feature></target>");
}

TEST_CASE("qRegisterInfo tells the same of a register") {
  const auto layout = toy();
  CHECK(register_info(layout.registers[0]) ==
        "name:pc;bitsize:64;offset:0;encoding:uint;format:hex;set:General Purpose Registers;ehframe:16;dwarf:16;"
        "generic:pc;");
  CHECK(register_info(layout.registers[1]) ==
        "name:f0;bitsize:128;offset:8;encoding:vector;format:vector-uint8;set:Floating <Point>;");
  CHECK(register_info(layout.registers[2]) ==
        "name:flags;alt-name:rflags;bitsize:32;offset:24;encoding:uint;format:hex;set:General Purpose Registers;"
        "ehframe:49;dwarf:49;generic:flags;");
}

TEST_CASE("lldb is told of what each derived register is made of, and which others change with it") {
  auto layout = toy();
  layout.derived = {{.row = {.name = "low", .bits = 32, .offset = 0, .encoding = "uint", .format = "hex", .set = "S"},
                     .sources = {RegisterNumber{0}}},
                    {.row = {.name = "wide", .bits = 96, .offset = 0, .encoding = "uint", .format = "hex", .set = "S"},
                     .sources = {RegisterNumber{0}, RegisterNumber{2}}},
                    {.row = {.name = "other", .bits = 8, .offset = 9, .encoding = "uint", .format = "hex", .set = "S"},
                     .sources = {RegisterNumber{1}},
                     .begin = 1}};
  CHECK(lldb_target_description(layout).ends_with(
      "<reg name=\"low\" bitsize=\"32\" regnum=\"3\" offset=\"0\" encoding=\"uint\" format=\"hex\" group=\"S\" "
      "value_regnums=\"0\" invalidate_regnums=\"0,3,4\"/>"
      "<reg name=\"wide\" bitsize=\"96\" regnum=\"4\" offset=\"0\" encoding=\"uint\" format=\"hex\" group=\"S\" "
      "value_regnums=\"0,2\" invalidate_regnums=\"0,2,3,4\"/>"
      "<reg name=\"other\" bitsize=\"8\" regnum=\"5\" offset=\"9\" encoding=\"uint\" format=\"hex\" group=\"S\" "
      "value_regnums=\"1\" invalidate_regnums=\"1,5\"/>"
      "</feature></target>"));
  CHECK(register_info(layout, layout.derived[1]) ==
        "name:wide;bitsize:96;offset:0;encoding:uint;format:hex;set:S;container-regs:0,2;invalidate-regs:0,2,3,4;");
  CHECK(layout.find_derived(RegisterNumber{5})->begin == 1);
  CHECK(layout.find_derived(RegisterNumber{2}) == nullptr);
  CHECK(layout.find_derived(RegisterNumber{6}) == nullptr);
  CHECK(gdb_target_description(layout) == gdb_target_description(toy()));
}

TEST_CASE("a register that is not there is not found") {
  const auto layout = toy();
  CHECK(layout.find(RegisterNumber{2})->name == "flags");
  CHECK(layout.find(RegisterNumber{3}) == nullptr);
  CHECK(layout.find(RegisterNumber{~0u}) == nullptr);
}
