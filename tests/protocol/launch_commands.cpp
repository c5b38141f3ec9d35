// How programs are started: parsed.
#include "tests/support/catch.hpp"
#include "tests/support/parsed.hpp"

using namespace stub;
using namespace stub::test;

using Words = std::vector<std::string>;

TEST_CASE("vRun names a program and its arguments, any of which may be empty") {
  CHECK(parsed<Run>("vRun;2f62;61;;62").program == "/b");
  CHECK(parsed<Run>("vRun;2f62;61;;62").arguments == Words{"a", "", "b"});
  CHECK(parsed<Run>("vRun;").program.empty());
  CHECK(parsed<Run>("vRun;;61").arguments == Words{"a"});
  for (const auto* bad : {"vRun", "vRun:2f62", "vRun;2f6", "vRun;2f62;zz", "vRun;2f0062"}) CHECK(is_malformed(bad));
}

TEST_CASE("A names lengths, indices and words, which must agree") {
  CHECK(parsed<SetArguments>("A4,0,2f62,2,1,61").words == Words{"/b", "a"});
  CHECK(parsed<SetArguments>("A4,0,2f62,0,1,").words == Words{"/b", ""});
  CHECK(parsed<SetArguments>("A 4,0,2f62").words == Words{"/b"});
  for (const auto* bad : {"A", "A ", "A4", "A4,0", "A5,0,2f62", "A4,1,2f62", "A4,0,2f6z", "A4,0,2f62,2,3,61"})
    CHECK(is_malformed(bad));
}

TEST_CASE("vAttach names a process") {
  CHECK(parsed<Attach>("vAttach;1f").pid == Pid{31});
  for (const auto* bad : {"vAttach", "vAttach;", "vAttach;0", "vAttach;zz", "vAttach;1;2", "vAttach;ffffffffff"})
    CHECK(is_malformed(bad));
}

TEST_CASE("a process is attached to by its program's name, of which the last part counts") {
  using enum AttachByName::When;
  CHECK(parsed<AttachByName>("vAttachName;70726f67").name == "prog");
  CHECK(parsed<AttachByName>("vAttachName;2f622f70726f67").name == "prog");
  CHECK(parsed<AttachByName>("vAttachName;70726f67").when == now);
  CHECK(parsed<AttachByName>("vAttachWait;70726f67").when == later);
  CHECK(parsed<AttachByName>("vAttachOrWait;70726f67").when == now_or_later);
  for (const auto* bad :
       {"vAttachName", "vAttachName;", "vAttachWait:7072", "vAttachWait;707", "vAttachOrWait;6100", "vAttachWait;622f"})
    CHECK(is_malformed(bad));
}

TEST_CASE("settings of a launch are on or off") {
  CHECK(parsed<SetRandomization>("QDisableRandomization:0").disabled == false);
  CHECK(parsed<SetRandomization>("QSetDisableASLR:1").disabled);
  CHECK(parsed<SetStartupWithShell>("QStartupWithShell:1").enabled);
  for (const auto* bad : {"QDisableRandomization", "QDisableRandomization:2", "QStartupWithShell:10"})
    CHECK(is_malformed(bad));
}

TEST_CASE("variables are set and unset by name") {
  CHECK(parsed<SetVariable>("QEnvironmentHexEncoded:413d62").assignment == "A=b");
  CHECK(parsed<SetVariable>("QEnvironment:A=b=c").assignment == "A=b=c");
  CHECK(parsed<UnsetVariable>("QEnvironmentUnset:41").name == "A");
  for (const auto* bad :
       {"QEnvironmentHexEncoded:41", "QEnvironmentHexEncoded:3d62", "QEnvironmentUnset:", "QEnvironment:"})
    CHECK(is_malformed(bad));
}

TEST_CASE("system calls to catch are given by number") {
  CHECK_FALSE(parsed<CatchSystemCalls>("QCatchSyscalls:0").numbers);
  CHECK(parsed<CatchSystemCalls>("QCatchSyscalls:1").numbers == std::set<std::uint64_t>{});
  CHECK(parsed<CatchSystemCalls>("QCatchSyscalls:1;27;1").numbers == std::set<std::uint64_t>{0x27, 1});
  for (const auto* bad : {"QCatchSyscalls", "QCatchSyscalls:2", "QCatchSyscalls:1;", "QCatchSyscalls:0;1"})
    CHECK(is_malformed(bad));
}

TEST_CASE("options of threads keep their order") {
  const auto packet = parsed<SetThreadOptions>("QThreadOptions;3:p1.2;1");
  REQUIRE(packet.assignments.size() == 2);
  CHECK(packet.assignments[0].clones);
  CHECK(packet.assignments[0].exit);
  CHECK(packet.assignments[0].threads);
  CHECK(packet.assignments[1].clones);
  CHECK_FALSE(packet.assignments[1].exit);
  CHECK_FALSE(packet.assignments[1].threads);
  for (const auto* bad : {"QThreadOptions", "QThreadOptions;4", "QThreadOptions;1:", "QThreadEvents:2"})
    CHECK(is_malformed(bad));
}

TEST_CASE("what is typed is any bytes, in hex") {
  CHECK(parsed<TypeInput>("I68690a00").text == std::string("hi\n\0", 4));
  CHECK(parsed<TypeInput>("I").text.empty());
  CHECK_FALSE(parse_command("I6"));
  CHECK_FALSE(parse_command("Izz"));
}
