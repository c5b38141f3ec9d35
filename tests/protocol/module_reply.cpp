#include "protocol/module_reply.hpp"

#include "protocol/framing.hpp"
#include "tests/support/catch.hpp"

using namespace stub;

TEST_CASE("a module's reply has its texts in hex and its numbers in 16 digits") {
  CHECK(module_reply({.path = "/x", .triple = "x8", .digits = "ab", .size = 0x1234}) ==
        "uuid:6162;triple:7838;file_path:2f78;file_offset:0000000000000000;file_size:0000000000001234;");
  CHECK(module_reply({.path = "/x", .triple = "x8", .identity = ModuleDescription::Identity::md5, .digits = "cd"})
            .starts_with("md5:6364;"));
}

TEST_CASE("modules are a JSON list, whatever their names") {
  CHECK(modules_reply({}) == "[]");
  CHECK(modules_reply({{.path = "/a\"b", .triple = "x8", .digits = "ab", .size = 5}}) ==
        R"([{"file_offset":0,"file_path":"/a\"b","file_size":5,"triple":"x8","uuid":"ab"}])");
  CHECK(modules_reply({{.path = "/\xff", .triple = "x8", .digits = "ab"}}).find("\xff") == std::string::npos);
}

TEST_CASE("a list of modules is cut to what a packet holds") {
  const std::vector<ModuleDescription> many(10'000, {.path = "/some/where", .triple = "x8", .digits = "ab"});
  const auto reply = modules_reply(many);
  CHECK(reply.size() < max_packet_size / 2);
  CHECK(reply.ends_with("}]"));
}
