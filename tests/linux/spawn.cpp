// Programs that cannot be started, and why.
#include "stub/linux/spawn.hpp"

#include <sys/stat.h>
#include <sys/wait.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <set>

#include "tests/linux/live.hpp"
#include "tests/linux/temporary.hpp"
#include "tests/support/catch.hpp"

namespace stub {
namespace {

Error refusal(const std::string& path) {
  Live live;
  const auto launched = live.engine.launch({.arguments = {path}});
  REQUIRE_FALSE(launched);
  CHECK(live.engine.processes().empty());
  CHECK(::waitpid(-1, nullptr, WNOHANG | __WALL) < 0);  // no child is left behind
  return launched.error();
}

}  // namespace

TEST_CASE("a program that does not exist is named") {
  const auto error = refusal("/no/such/program");
  CHECK(error.code == Errc::cannot_run);
  CHECK(error.number == ENOENT);
  CHECK(error.text.find("/no/such/program") != std::string::npos);
}

TEST_CASE("a file that is not executable, and a folder, are refused") {
  const Temporary folder;
  const auto file = folder.write("plain", "hello");
  CHECK(refusal(file).number == EACCES);
  CHECK(refusal(folder.path()).number == EACCES);
}

TEST_CASE("a program whose interpreter is missing is refused") {
  const Temporary folder;
  const auto file = folder.write("script", "#!/no/such/interpreter\n");
  REQUIRE(::chmod(file.c_str(), 0755) == 0);
  CHECK(refusal(file).number == ENOENT);
}

TEST_CASE("a file that is no program is refused") {
  const Temporary folder;
  const auto file = folder.write("garbage", std::string("\x7f"
                                                        "ELF\0\0\0\0",
                                                        8));
  REQUIRE(::chmod(file.c_str(), 0755) == 0);
  CHECK(refusal(file).number == ENOEXEC);
}

TEST_CASE("a launched program has the signal mask that was given") {
  Live live;
  live.launch("exits_6");
  std::ifstream status("/proc/" + std::to_string(number(live.pid)) + "/status");
  for (std::string line; std::getline(status, line);)
    if (line.starts_with("SigBlk:")) CHECK(line == "SigBlk:\t0000000000000000");
}

TEST_CASE("a launched program inherits no descriptor of ours") {
  const auto descriptors = [](const std::string& process) {
    std::set<int> numbers;
    for (const auto& entry : std::filesystem::directory_iterator("/proc/" + process + "/fd"))
      numbers.insert(std::stoi(entry.path().filename()));
    return numbers;
  };
  const auto before = descriptors("self");  // what we have inherited ourselves
  Live live;
  live.launch("exits_6");
  for (const int descriptor : descriptors(std::to_string(number(live.pid)))) CHECK(before.contains(descriptor));
}

TEST_CASE("a program gets the environment, the directory and the files that were asked for") {
  const Temporary folder;
  const auto output = folder.path() + "/output";
  Live live;
  live.pid = live.engine
                 .launch({.arguments = {"/bin/sh", "-c", "echo $A; pwd"},
                          .environment = std::vector<std::string>{"A=b", "PATH=/bin:/usr/bin"},
                          .working_directory = "/",
                          .files = {"/dev/null", output, ""}})
                 .value();
  CHECK(live.go() == "exited 0");
  std::ifstream in(output);
  std::string first, second;
  in >> first >> second;
  CHECK(first == "b");
  CHECK(second == "/");
}

TEST_CASE("a directory that is not there, and a file, are named") {
  Live live;
  const auto nowhere = live.engine.launch({.arguments = {"/bin/true"}, .working_directory = "/no/such/folder"});
  REQUIRE_FALSE(nowhere);
  CHECK(nowhere.error().text == "Cannot change to directory /no/such/folder: No such file or directory");
  const auto no_file = live.engine.launch({.arguments = {"/bin/true"}, .files = {"/no/such/file", "", ""}});
  REQUIRE_FALSE(no_file);
  CHECK(no_file.error().number == ENOENT);
}

TEST_CASE("a program that a shell executes is the one that is debugged") {
  Live live;
  live.pid = live.engine.launch({.arguments = {"/bin/sh", "-c", "exec /bin/true"}, .execs = 2}).value();
  CHECK(live.engine.executable_path(live.pid).ends_with("/true"));
  CHECK(live.go() == "exited 0");
}

TEST_CASE("a shell that ends before the program is there says how") {
  Live live;
  const auto ended = live.engine.launch({.arguments = {"/bin/sh", "-c", "exit 3"}, .execs = 2});
  REQUIRE_FALSE(ended);
  CHECK(ended.error().text == "During startup program exited with code 3.");
  CHECK(::waitpid(-1, nullptr, WNOHANG | __WALL) < 0);
}

}  // namespace stub
