// System calls as strace writes them.
#include "stub/inspect/call_text.hpp"

#include <algorithm>
#include <map>

#include "protocol/little_endian.hpp"
#include "stub/inspect/call_log.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/fake_target.hpp"

using namespace stub;
using namespace stub::inspect;
using stub::test::FakeTarget;

namespace {

constexpr std::uint64_t text = 0x1000, more = 0x2000, nowhere = 0x9000;

// Two pages.
struct Memory {
  std::map<std::uint64_t, Bytes> pages{{text, Bytes(256)}, {more, Bytes(256)}};

  void put(std::uint64_t page, std::string_view what) { std::ranges::copy(as_bytes(what), pages[page].begin()); }
  [[nodiscard]] CallMemory reader() const {
    return [this](Address address, std::size_t length) {
      const auto page = pages.find(address.value & ~std::uint64_t{0xfff});
      if (page == pages.end()) return Bytes{};
      const auto& bytes = page->second;
      const auto offset = std::min<std::size_t>(address.value & 0xfff, bytes.size());
      const auto end = std::min(bytes.size(), offset + length);
      return Bytes(bytes.begin() + static_cast<std::ptrdiff_t>(offset),
                   bytes.begin() + static_cast<std::ptrdiff_t>(end));
    };
  }
};

std::string told(const Memory& memory, const Call& call, std::int64_t result) {
  return CallText(call, memory.reader()).returned(static_cast<std::uint64_t>(result), memory.reader());
}

Call amd64(std::uint64_t number, std::array<std::uint64_t, 6> arguments) {
  return {CallTable::amd64, number, arguments};
}
Call i386(std::uint64_t number, std::array<std::uint64_t, 6> arguments) { return {CallTable::i386, number, arguments}; }

}  // namespace

TEST_CASE("a call's strings, flags and result are in words") {
  Memory memory;
  memory.put(text, "/etc/pass\twd");
  const auto here = static_cast<std::uint64_t>(-100);
  CHECK(told(memory, amd64(257, {here, text, 0x80000, 0777}), 3) ==
        R"(openat(AT_FDCWD, "/etc/pass\twd", O_RDONLY|O_CLOEXEC) = 3)");
  CHECK(told(memory, amd64(2, {text, 0x42, 0644}), -2) ==
        R"(open("/etc/pass\twd", O_RDWR|O_CREAT, 0644) = -1 ENOENT (No such file or directory))");
  CHECK(told(memory, amd64(9, {0, 4096, 3, 0x22, ~std::uint64_t{0}, 0}), 0x7f0000001000) ==
        "mmap(NULL, 4096, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = 0x7f0000001000");
  CHECK(told(memory, amd64(3, {3}), 0) == "close(3) = 0");
  CHECK(told(memory, amd64(62, {5, 9}), 0) == "kill(5, SIGKILL) = 0");
  CHECK(told(memory, amd64(202, {text, 0x80, 2, 0, 0, 0}), -11)
            .starts_with("futex(0x1000, FUTEX_WAIT|FUTEX_PRIVATE_FLAG, 2, NULL, NULL, 0) = -1 EAGAIN ("));
}

TEST_CASE("what a call reads is told when it has returned, and its beginning only") {
  Memory memory;
  const CallText read(amd64(0, {0, text, 1024}), memory.reader());
  CHECK(read.unfinished() == "read(0, 0x1000, 1024 <unfinished ...>");
  memory.put(text, std::string(40, 'x'));
  CHECK(read.returned(40, memory.reader()) == "read(0, \"" + std::string(32, 'x') + "\"..., 1024) = 40");
  CHECK(read.returned(3, memory.reader()) == "read(0, \"xxx\", 1024) = 3");
  CHECK(read.returned(0, memory.reader()) == "read(0, \"\", 1024) = 0");
  CHECK(read.returned(static_cast<std::uint64_t>(-512), memory.reader()) ==
        "read(0, 0x1000, 1024) = ? ERESTARTSYS (interrupted; may be made again)");
}

TEST_CASE("bytes that are no text are escaped, as short as can be") {
  Memory memory;
  memory.put(text, std::string("a\0b\x01"
                               "1\"\\\xff",
                               8));
  CHECK(told(memory, amd64(1, {1, text, 8}), 8) == R"(write(1, "a\0b\0011\"\\\377", 8) = 8)");
}

TEST_CASE("what cannot be read is an address") {
  const Memory memory;
  CHECK(told(memory, amd64(1, {1, nowhere, 5}), -14) == "write(1, 0x9000, 5) = -1 EFAULT (Bad address)");
  CHECK(told(memory, amd64(2, {nowhere, 0}), -14).starts_with("open(0x9000, O_RDONLY) = -1 EFAULT"));
  CHECK(told(memory, amd64(59, {nowhere, nowhere, 0}), -14).starts_with("execve(0x9000, 0x9000, NULL) = -1"));
  CHECK(told(memory, amd64(22, {nowhere, 0}), 0) == "pipe(0x9000) = 0");
}

TEST_CASE("a string without an end is cut, and an array too") {
  Memory memory;
  memory.pages[text].assign(600, 'a');
  CHECK(told(memory, amd64(87, {text}), 0) == "unlink(\"" + std::string(256, 'a') + "\"...) = 0");
  memory.put(more, std::string(256, '\1'));
  CHECK(told(memory, amd64(59, {text, more, 0}), 0).size() < 1500);
}

TEST_CASE("the arguments of a program, pairs, sockets' addresses and children's ends") {
  Memory memory;
  memory.put(text, "ls");
  memory.pages[more] = Bytes(64);
  std::ranges::copy(to_little_endian(text, 8), memory.pages[more].begin());
  CHECK(told(memory, amd64(59, {text, more, 0x7000}), 0) == R"(execve("ls", ["ls"], 0x7000) = 0)");
  memory.pages[more] = {3, 0, 0, 0, 4, 0, 0, 0};
  CHECK(told(memory, amd64(293, {more, 0x80000}), 0) == "pipe2([3, 4], O_RDONLY|O_CLOEXEC) = 0");
  memory.pages[more] = {2, 0, 0, 80, 10, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0};
  CHECK(told(memory, amd64(42, {3, more, 16}), -111)
            .starts_with(
                R"(connect(3, {sa_family=AF_INET, sin_port=htons(80), sin_addr="10.0.0.1"}, 16) = -1 ECONNREFUSED)"));
  memory.pages[more] = {1, 0, '/', 'x', 0, 'y'};
  CHECK(told(memory, amd64(49, {3, more, 6}), 0) == R"(bind(3, {sa_family=AF_UNIX, sun_path="/x"}, 6) = 0)");
  memory.pages[more] = {0, 7, 0, 0};
  CHECK(told(memory, amd64(61, {0xffffffff, more, 0, 0}), 12) ==
        "wait4(-1, [WIFEXITED(s) && WEXITSTATUS(s) == 7], 0, NULL) = 12");
}

TEST_CASE("i386 has numbers and widths of its own") {
  Memory memory;
  memory.put(text, "hello");
  CHECK(told(memory, i386(4, {1, text, 5}), 5) == R"(write(1, "hello", 5) = 5)");
  CHECK(told(memory, i386(5, {text, 0, 0}), 0xfffffffe) ==
        R"(open("hello", O_RDONLY) = -1 ENOENT (No such file or directory))");
  CHECK(told(memory, i386(192, {0, 4096, 1, 2, 3, 0}), 0xf7d00000) ==
        "mmap2(NULL, 4096, PROT_READ, MAP_PRIVATE, 3, 0) = 0xf7d00000");
  CHECK(told(memory, i386(90, {text}), 0xf7d00000) == "mmap(0x1000) = 0xf7d00000");
  CHECK(told(memory, i386(180, {3, text, 2, 5, 1}), 2) == R"(pread64(3, "he", 2, 4294967301) = 2)");
}

TEST_CASE("calls without a signature, without a name and without a return") {
  const Memory memory;
  CHECK(told(memory, amd64(9999, {1, 2, 3, 4, 5, 6}), 0) == "syscall_9999(0x1, 0x2, 0x3, 0x4, 0x5, 0x6) = 0");
  CHECK(told(memory, amd64(~std::uint64_t{0}, {}), -38).contains("= -1 ENOSYS"));
  CHECK(told(memory, amd64(39, {1, 2}), 12) == "getpid() = 12");
  CHECK(told(memory, amd64(0, {1}), -3000) == "read(1, NULL, 0) = -1 errno 3000");
  CHECK(CallText(amd64(231, {3}), memory.reader()).without_return() == "exit_group(3) = ?");
}

TEST_CASE("every call of both tables can be written, whatever its arguments are") {
  const Memory memory;
  for (const auto table : {CallTable::amd64, CallTable::i386})
    for (std::uint64_t number = 0; number < 500; ++number)
      for (const auto value : {std::uint64_t{0}, text, nowhere, ~std::uint64_t{0}}) {
        const Call call{table, number, {value, value, value, value, value, value}};
        for (const std::int64_t result : {0, -1, 4096}) CHECK(told(memory, call, result).size() < 3000);
      }
}

namespace {

const ThreadId first{Pid{1}, Tid{1}}, second{Pid{1}, Tid{2}};

struct Logged {
  FakeTarget target;
  CallLog log{target};
  std::shared_ptr<CallLines> lines = std::make_shared<CallLines>();

  void close(ThreadId thread, std::uint64_t number) {
    log.called({thread, target.architecture(Pid{1}), 3, {number}});
    log.returned(thread, 0);
  }
};

}  // namespace

TEST_CASE("the last 64 calls of each thread are kept, and what goes on") {
  Logged logged;
  REQUIRE(logged.log.observe(Pid{1}, nullptr));
  for (std::uint64_t n = 0; n < 100; ++n) logged.close(first, n);
  logged.close(second, 7);
  CHECK(logged.log.last(first).size() == 64);
  CHECK(logged.log.last(first).front() == "close(36) = 0");
  CHECK(logged.log.last(second) == std::vector<std::string>{"close(7) = 0"});
  logged.log.called({first, logged.target.architecture(Pid{1}), 34, {}});
  CHECK(logged.log.last(first).size() == 64);
  CHECK(logged.log.last(first).back() == "pause( <unfinished ...>");
  logged.log.ended(second);
  CHECK(logged.log.last(second).empty());
}

TEST_CASE("calls are told with their thread where there are several, and children as their parents") {
  Logged logged;
  REQUIRE(logged.log.observe(Pid{1}, logged.lines));
  CHECK(logged.target.observer(Pid{1}) == &logged.log);
  logged.close(first, 3);
  CHECK(logged.lines->take() == "close(3) = 0\n");
  logged.log.forked(Pid{1}, Pid{5});
  logged.close({Pid{5}, Tid{5}}, 4);
  CHECK(logged.lines->take() == "[pid 5] close(4) = 0\n");
  logged.log.called({first, logged.target.architecture(Pid{1}), 231, {2}});
  logged.log.ended(Pid{1});
  CHECK(logged.lines->take() == "[pid 1] exit_group(2) = ?\n");
}

TEST_CASE("what is kept of a process that has ended unobserved goes when another is observed") {
  Logged logged;
  const ThreadId gone{Pid{9}, Tid{9}};
  logged.close(gone, 3);
  REQUIRE(logged.log.last(gone).size() == 1);
  REQUIRE(logged.log.observe(Pid{1}, nullptr));
  CHECK(logged.log.last(gone).empty());
}

TEST_CASE("who does not take what is told loses some, and is told how many") {
  Logged logged;
  REQUIRE(logged.log.observe(Pid{1}, logged.lines));
  for (std::uint64_t n = 0; n < 10000; ++n) logged.close(first, n);
  const auto text = logged.lines->take();
  CHECK(text.size() < 70000);
  CHECK(text.contains("system calls are left out"));
  CHECK(logged.lines->empty());
}

TEST_CASE("an exec's caller is the leader from then on, and a return without a call is none") {
  Logged logged;
  REQUIRE(logged.log.observe(Pid{1}, logged.lines));
  logged.log.called({second, logged.target.architecture(Pid{1}), 59, {}});
  logged.log.became_leader(second);
  logged.log.returned(first, 0);
  logged.log.returned(first, 0);
  CHECK(logged.log.last(first) == std::vector<std::string>{"execve(NULL, NULL, NULL) = 0"});
  logged.log.stop(Pid{1});
  CHECK(logged.target.observer(Pid{1}) == nullptr);
  CHECK(logged.log.last(first).size() == 1);
}
