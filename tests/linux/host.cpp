// LinuxHost: files as a client may open, read, write and remove them.
#include "stub/linux/linux_host.hpp"

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "tests/linux/temporary.hpp"
#include "tests/support/catch.hpp"

namespace stub {
namespace {

using namespace file_flags;
using Links = StatPath::Links;

Bytes bytes(std::string_view text) { return {text.begin(), text.end()}; }

}  // namespace

TEST_CASE("a file is created, written at an offset, read and closed") {
  const Temporary folder;
  LinuxHost host;
  const auto path = folder.of("file");
  const auto file = host.open({}, path, create | exclusive | read_write, 0640).value();
  CHECK(host.write(file, bytes("hello"), 0).value() == 5);
  CHECK(host.write(file, bytes("J"), 0).value() == 1);
  CHECK(host.write(file, bytes("!"), 7).value() == 1);
  CHECK(host.read(file, 100, 0).value() == bytes(std::string_view("Jello\0\0!", 8)));
  CHECK(host.read(file, 3, 1).value() == bytes("ell"));
  CHECK(host.read(file, 3, 1000).value().empty());
  CHECK(host.status(file).value().size == 8);
  CHECK((host.status(file).value().mode & 07777) == (0640 & ~[] {
          const auto mask = ::umask(0);
          ::umask(mask);
          return mask;
        }()));
  REQUIRE(host.close(file));
  CHECK(host.close(file).error().number == EBADF);
}

TEST_CASE("open fails with the kernel's reason") {
  const Temporary folder;
  LinuxHost host;
  const auto path = folder.write("file", "x");
  CHECK(host.open({}, folder.of("none"), 0, 0).error().number == ENOENT);
  CHECK(host.open({}, path, create | exclusive | write_only, 0600).error().number == EEXIST);
  CHECK(host.open({}, path + "/below", 0, 0).error().number == ENOTDIR);
  CHECK(host.open({}, folder.path(), write_only, 0).error().number == EISDIR);
  CHECK(host.open({}, path, 0x10000, 0).error().number == EINVAL);
  CHECK(host.open({}, path, write_only | read_write, 0).error().number == EINVAL);
  CHECK(host.open({}, "", 0, 0).error().number == ENOENT);
}

TEST_CASE("append and truncate do what they say") {
  const Temporary folder;
  LinuxHost host;
  const auto path = folder.write("file", "abc");
  auto file = host.open({}, path, write_only | append, 0).value();
  CHECK(host.write(file, bytes("d"), 0).value() == 1);
  REQUIRE(host.close(file));
  CHECK(host.status({}, path, Links::follow).value().size == 4);
  file = host.open({}, path, write_only | truncate, 0).value();
  REQUIRE(host.close(file));
  CHECK(host.status({}, path, Links::follow).value().size == 0);
}

TEST_CASE("offsets beyond what a file can have are refused") {
  const Temporary folder;
  LinuxHost host;
  const auto file = host.open({}, folder.write("file", "abc"), read_write, 0).value();
  CHECK(host.read(file, 1, ~std::uint64_t{0}).error().number == EINVAL);
  CHECK(host.write(file, bytes("x"), ~std::uint64_t{0}).error().number == EINVAL);
  REQUIRE(host.close(file));
}

TEST_CASE("symbolic links are made, read, followed or not, and removed") {
  const Temporary folder;
  LinuxHost host;
  const auto file = folder.write("file", "abc");
  const auto link = folder.of("link");
  REQUIRE(host.make_symlink({}, file, link));
  CHECK(host.make_symlink({}, file, link).error().number == EEXIST);
  CHECK(host.read_link({}, link).value() == file);
  CHECK(host.read_link({}, file).error().number == EINVAL);
  CHECK(S_ISREG(host.status({}, link, Links::follow).value().mode));
  CHECK(S_ISLNK(host.status({}, link, Links::stay).value().mode));
  REQUIRE(host.unlink({}, link));
  CHECK(host.unlink({}, link).error().number == ENOENT);
  CHECK(host.status({}, file, Links::stay).value().size == 3);
}

TEST_CASE("a folder is not unlinked") {
  const Temporary folder;
  LinuxHost host;
  CHECK_FALSE(host.unlink({}, folder.path()));
}

TEST_CASE("the digest of a file, of none and of a folder") {
  const Temporary folder;
  LinuxHost host;
  CHECK(host.md5({}, folder.write("empty", "")).value() == "d41d8cd98f00b204e9800998ecf8427e");
  CHECK(host.md5({}, folder.write("abc", "abc")).value() == "900150983cd24fb0d6963f7d28e17f72");
  CHECK(host.md5({}, folder.write("long", std::string(200000, 'a'))).value().size() == 32);
  CHECK(host.md5({}, folder.of("none")).error().number == ENOENT);
  CHECK(host.md5({}, folder.path()).error().number == EISDIR);
}

TEST_CASE("a FIFO that nobody writes to does not hold us up") {
  const Temporary folder;
  LinuxHost host;
  const auto fifo = folder.of("fifo");
  REQUIRE(::mkfifo(fifo.c_str(), 0600) == 0);
  const auto file = host.open({}, fifo, 0, 0);
  REQUIRE(file);
  CHECK(host.close(*file));
}

TEST_CASE("the host and our own process have facts") {
  LinuxHost host;
  const auto facts = host.facts();
  CHECK_FALSE(facts.hostname.empty());
  CHECK_FALSE(facts.kernel_release.empty());
  const auto self = host.process_facts(Pid{static_cast<std::int32_t>(::getpid())});
  REQUIRE(self);
  CHECK(self->parent == Pid{static_cast<std::int32_t>(::getppid())});
  CHECK(self->real_user == ::getuid());
  CHECK(self->effective_group == ::getegid());
  CHECK_FALSE(host.process_facts(Pid{0x3fffffff}));
}

TEST_CASE("our own process is described for a list of processes, and is not in it") {
  LinuxHost host;
  const Pid own{static_cast<std::int32_t>(::getpid())};
  const auto self = host.process_facts(own).value();
  CHECK(self.program.ends_with("/test_linux"));
  REQUIRE_FALSE(self.arguments.empty());
  CHECK(self.arguments.front().ends_with("test_linux"));
  CHECK(self.triple == "x86_64-pc-linux-gnu");
  CHECK_FALSE(self.ended);
  const auto all = host.processes();
  CHECK(std::ranges::find(all, own) == all.end());
  CHECK(std::ranges::find(all, Pid{static_cast<std::int32_t>(::getppid())}) != all.end());
}

TEST_CASE("a zombie is told from a process that lives") {
  const auto child = ::fork();
  if (child == 0) ::_exit(0);
  siginfo_t ended{};
  REQUIRE(::waitid(P_PID, static_cast<id_t>(child), &ended, WEXITED | WNOWAIT) == 0);
  LinuxHost host;
  const auto facts = host.process_facts(Pid{child}).value();
  CHECK(facts.ended);
  CHECK_FALSE(facts.program.empty());
  CHECK(facts.triple.empty());
  REQUIRE(::waitpid(child, nullptr, 0) == child);
}

TEST_CASE("users and groups have names, or none") {
  LinuxHost host;
  CHECK(host.user_name(0) == "root");
  CHECK(host.group_name(0) == "root");
  CHECK_FALSE(host.user_name(0x7ffffff0));
  CHECK(host.own_user().has_value() == (::getuid() != 0));
}

TEST_CASE("a folder is made once, and asked for again without harm") {
  const Temporary folder;
  LinuxHost host;
  REQUIRE(host.make_folder({}, folder.of("new"), 0700));
  CHECK((host.status({}, folder.of("new"), Links::follow).value().mode & 07777) == 0700);
  CHECK(host.make_folder({}, folder.of("new/"), 0755));
  CHECK(host.make_folder({}, folder.write("file", ""), 0755).error().number == EEXIST);
  CHECK(host.make_folder({}, folder.of("none/new"), 0755).error().number == ENOENT);
}

TEST_CASE("permissions are changed") {
  const Temporary folder;
  LinuxHost host;
  REQUIRE(host.change_mode({}, folder.write("file", ""), 0741));
  CHECK((host.status({}, folder.of("file"), Links::follow).value().mode & 07777) == 0741);
  CHECK(host.change_mode({}, folder.of("none"), 0700).error().number == ENOENT);
}

TEST_CASE("a folder's names are listed in order, folders and links to them with a slash") {
  const Temporary folder;
  LinuxHost host;
  const auto file = folder.write("b", "");
  REQUIRE(host.make_folder({}, folder.of("c"), 0700));
  REQUIRE(host.make_symlink({}, folder.of("c"), folder.of("a")));
  REQUIRE(host.make_symlink({}, folder.of("none"), folder.of("d")));
  CHECK(host.list({}, folder.path()).value() == std::vector<std::string>{"a/", "b", "c/", "d"});
  CHECK(host.list({}, file).error().number == ENOTDIR);
}

TEST_CASE("our working directory is a folder") {
  LinuxHost host;
  CHECK(host.working_directory() == std::filesystem::current_path());
}

}  // namespace stub
