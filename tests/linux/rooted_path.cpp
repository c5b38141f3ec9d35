// File names as another process sees them.
#include "stub/linux/rooted_path.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>

#include "stub/linux/linux_host.hpp"
#include "tests/linux/temporary.hpp"
#include "tests/support/catch.hpp"

namespace stub {
namespace {

// A process whose root is a folder, for as long as the object lives.
class Rooted {
 public:
  explicit Rooted(const std::string& root) {
    int ready[2], stay[2];
    REQUIRE(::pipe(ready) == 0);
    REQUIRE(::pipe(stay) == 0);
    pid_ = ::fork();
    if (pid_ == 0) {
      ::close(stay[1]);
      char byte = ::chroot(root.c_str()) == 0 && ::chdir("/") == 0 ? 'y' : 'n';
      if (::write(ready[1], &byte, 1) != 1) ::_exit(1);
      while (::read(stay[0], &byte, 1) > 0) {}
      ::_exit(0);
    }
    char byte = 'n';
    works_ = ::read(ready[0], &byte, 1) == 1 && byte == 'y';
    for (const int end : {ready[0], ready[1], stay[0]}) ::close(end);
    hold_ = Fd(stay[1]);
  }
  ~Rooted() {
    { const Fd closed = std::move(hold_); }
    while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {}
  }
  Rooted(const Rooted&) = delete;
  Rooted& operator=(const Rooted&) = delete;

  [[nodiscard]] bool works() const { return works_; }  // chroot(2) needs a privilege
  [[nodiscard]] Pid pid() const { return Pid{pid_}; }

 private:
  pid_t pid_ = 0;
  bool works_ = false;
  Fd hold_;
};

}  // namespace

TEST_CASE("names without a root, or with that of a process that sees our files, are ours") {
  const Temporary folder;
  const auto file = folder.write("file", "abc");
  CHECK(open_rooted({}, file, O_RDONLY, 0));
  CHECK(open_rooted(Pid{static_cast<std::int32_t>(::getpid())}, file, O_RDONLY, 0));
  CHECK(open_rooted({}, folder.of("none"), O_RDONLY, 0).error().number == ENOENT);
  CHECK_FALSE(open_rooted(Pid{0x3fffffff}, file, O_RDONLY, 0));
}

TEST_CASE("descriptors are closed on exec") {
  const Temporary folder;
  const auto file = open_rooted({}, folder.write("file", ""), O_RDONLY, 0);
  REQUIRE(file);
  CHECK((::fcntl(file->get(), F_GETFD) & FD_CLOEXEC) != 0);
}

TEST_CASE("names in another process's root stay in that root, also through links") {
  const Temporary outside, root;
  static_cast<void>(outside.write("secret", "outside"));
  static_cast<void>(root.write("file", "inside"));
  REQUIRE(::symlink("/file", root.of("absolute").c_str()) == 0);
  REQUIRE(::symlink("../../../../../file", root.of("upwards").c_str()) == 0);
  REQUIRE(::symlink(outside.of("secret").c_str(), root.of("escape").c_str()) == 0);
  const Rooted process(root.path());
  if (!process.works()) return;
  LinuxHost host;
  for (const std::string name : {"/file", "/absolute", "/upwards", "/../../file", "file"}) {
    INFO(name);
    const auto file = host.open(process.pid(), name, 0, 0);
    REQUIRE(file);
    CHECK(host.read(*file, 100, 0).value().size() == 6);
    CHECK(host.close(*file));
  }
  CHECK_FALSE(host.open(process.pid(), "/escape", 0, 0));
  CHECK_FALSE(host.open(process.pid(), outside.of("secret"), 0, 0));
  CHECK(host.read_link(process.pid(), "/absolute").value() == "/file");
  REQUIRE(host.make_symlink(process.pid(), "x", "/made"));
  CHECK(host.read_link({}, root.of("made")).value() == "x");
  REQUIRE(host.unlink(process.pid(), "/made"));
  CHECK(host.md5(process.pid(), "/file").value() == host.md5({}, root.of("file")).value());
}

TEST_CASE("the place of a file is its folder and its name") {
  const Temporary folder;
  CHECK(place_of({}, folder.of("none")).value().name == "none");
  CHECK(place_of({}, "/x").value().name == "x");
  CHECK(place_of({}, "x").value().name == "x");
  CHECK_FALSE(place_of({}, folder.of("none/x")));
}

}  // namespace stub
