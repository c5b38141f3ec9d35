// The system's tables: parsers on texts that kernels have written, and the real /proc.
#include "stub/linux/system_tables.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/msg.h>
#include <sys/prctl.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <map>
#include <set>

#include "stub/linux/fd.hpp"
#include "stub/linux/procfs.hpp"
#include "tests/support/catch.hpp"

namespace stub::system_tables {
namespace {

using Row = std::vector<std::string>;

constexpr std::string_view passwd = "root:x:0:0:root:/root:/bin/bash\ntoor:x:0:0::/:\njoe:x:1000:100::/:\nbad\n:x:7:\n";

constexpr std::string_view cpuinfo =
    "before\t\t: any\nprocessor\t: 0\nmodel name\t: A: B\nflags\t\t: fpu vme\npower management:\n\n"
    "processor\t: 1\nmodel name\t: C\nbugs\t\t: none\n\n";

constexpr std::string_view modules_text =
    "nf_tables 303104 2 nft_ct,nft_nat, Live 0xffffffffc0a5e000 (E)\n"
    "dm_mod 1 0 - Live 0x0000000000000000\nbroken 1 0 - Live\nbroken2 1 0 - Live 0xzz\n";

constexpr std::string_view tcp =
    "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n"
    "   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 20480 1 0\n"
    "   1: 0100007F:1F90 0200007F:D431 01 00000000:00000000 00:00000000 00000000     0        0 20481 1 0\n"
    "   2: 0100007F:1F90 0200007F:D431 FF 00000000:00000000 00:00000000 00000000     4        0 20481 1 0\n";

constexpr std::string_view udp6 =
    "  sl  local_address                         remote_address                        st tx_queue rx_queue\n"
    "  12: B80D01200000000067452301EFCDAB89:0035 00000000000000000000000001000000:0000 07 0:0 0:0 0  1000 0 1\n";

SystemTable sockets_in(std::string_view text, Family family, Transport transport) {
  Rows rows({"I sockets", {}, {}});
  add_sockets(rows, text, family, transport, Accounts(passwd));
  return rows.take();
}

std::optional<Row> row_where(const SystemTable& table, const std::map<std::string, std::string>& wanted) {
  const auto has = [&](const Row& row) {
    return std::ranges::all_of(wanted, [&](const auto& cell) {
      const auto column = std::ranges::find(table.columns, cell.first) - table.columns.begin();
      return row.at(static_cast<std::size_t>(column)) == cell.second;
    });
  };
  const auto it = std::ranges::find_if(table.rows, has);
  return it == table.rows.end() ? std::nullopt : std::optional(*it);
}

// Has children that end at once, one after the other, some thousand at most and none when we are gone.
class Breeder {
 public:
  Breeder() : pid_(::fork()) {
    if (pid_ != 0) return;
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    for (int i = 0; i < 5000; ++i) {
      const pid_t child = ::fork();
      if (child <= 0) ::_exit(0);
      ::waitpid(child, nullptr, 0);
    }
    ::_exit(0);
  }
  ~Breeder() {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
  Breeder(const Breeder&) = delete;
  Breeder& operator=(const Breeder&) = delete;

 private:
  pid_t pid_;
};

// A process group of two whose leader is the younger one, that is, has the greater number.
class Couple {
 public:
  Couple() {
    std::array<int, 2> ends{};
    REQUIRE(::pipe2(ends.data(), O_CLOEXEC) == 0);
    const Fd from(ends[0]), to(ends[1]);
    member_ = ::fork();
    if (member_ == 0) {
      ::prctl(PR_SET_PDEATHSIG, SIGKILL);
      const pid_t leader = ::fork();
      if (leader == 0) {
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        for (;;) ::pause();
      }
      const bool done = ::setpgid(leader, leader) == 0 && ::setpgid(0, leader) == 0 &&
                        ::write(to.get(), &leader, sizeof leader) == sizeof leader;
      while (done) ::pause();
      ::_exit(1);
    }
    REQUIRE(::read(from.get(), &leader_, sizeof leader_) == sizeof leader_);
  }
  ~Couple() {
    ::kill(member_, SIGKILL);  // and so the leader
    ::waitpid(member_, nullptr, 0);
  }
  Couple(const Couple&) = delete;
  Couple& operator=(const Couple&) = delete;

  [[nodiscard]] pid_t leader() const { return leader_; }
  [[nodiscard]] pid_t member() const { return member_; }

 private:
  pid_t leader_ = 0, member_ = 0;
};

std::string own_pid() { return std::to_string(::getpid()); }

}  // namespace

TEST_CASE("accounts: the first name of a number, and the number where there is none") {
  const Accounts users(passwd);
  CHECK(users.name_of("0") == "root");
  CHECK(users.name_of("1000") == "joe");
  CHECK(users.name_of("7") == "7");
  CHECK(users.name_of("") == "");
  for (std::size_t length = 0; length <= passwd.size(); ++length)
    CHECK_FALSE(Accounts(passwd.substr(0, length)).name_of("1000").empty());
}

TEST_CASE("cpus: a row for each processor, a column for each key of any") {
  const auto table = parse_cpus(cpuinfo);
  CHECK(table.type == "cpus");
  CHECK(table.columns == Row{"processor", "model name", "flags", "power management", "bugs"});
  CHECK(table.rows == std::vector<Row>{{"0", "A: B", "fpu vme", "", ""}, {"1", "C", "", "", "none"}});
}

TEST_CASE("modules: a row for each whole line") {
  const auto table = parse_modules(modules_text);
  CHECK(table.rows == std::vector<Row>{{"nf_tables", "303104", "2", "nft_ct,nft_nat,", "Live", "ffffffffc0a5e000"},
                                       {"dm_mod", "1", "0", "-", "Live", "0"}});
}

TEST_CASE("sockets: addresses, ports, states and users in words") {
  CHECK(sockets_in(tcp, Family::inet, Transport::stream).rows ==
        std::vector<Row>{
            {"127.0.0.1", "8080", "0.0.0.0", "0", "LISTEN", "joe", "INET", "STREAM"},
            {"127.0.0.1", "8080", "127.0.0.2", "54321", "ESTABLISHED", "root", "INET", "STREAM"},
            {"127.0.0.1", "8080", "127.0.0.2", "54321", "(unknown)", "4", "INET", "STREAM"},
        });
  CHECK(sockets_in(udp6, Family::inet6, Transport::datagram).rows ==
        std::vector<Row>{{"2001:db8::123:4567:89ab:cdef", "53", "::1", "0", "CLOSE", "joe", "INET6", "DGRAM"}});
  CHECK(sockets_in(udp6, Family::inet, Transport::datagram).rows.empty());
}

TEST_CASE("a text cut short anywhere gives no half rows") {
  for (std::size_t length = 0; length <= cpuinfo.size(); ++length) {
    const auto table = parse_cpus(cpuinfo.substr(0, length));
    for (const auto& row : table.rows) CHECK(row.size() == table.columns.size());
  }
  for (std::size_t length = 0; length <= modules_text.size(); ++length)
    for (const auto& row : parse_modules(modules_text.substr(0, length)).rows) CHECK(row.size() == 6);
  for (std::size_t length = 0; length <= tcp.size(); ++length)
    for (const auto& row : sockets_in(tcp.substr(0, length), Family::inet, Transport::stream).rows)
      CHECK(row.size() == 8);
}

TEST_CASE("a command line has blanks between its arguments and none behind") {
  using namespace std::string_view_literals;
  CHECK(command_line("a\0b c\0\0"sv) == "a b c");
  CHECK(command_line("\0\0"sv).empty());
}

TEST_CASE("a time is shown as ctime does, and never is nothing") {
  CHECK(shown_time("0").empty());
  CHECK(shown_time("").empty());
  CHECK(shown_time("9223372036854775807").empty());  // no such year
  CHECK(shown_time("1700000000").ends_with(" 2023"));
  CHECK(shown_time("1700000000").size() == 24);
}

TEST_CASE("a table's size has a bound") {
  Rows rows({"any", {"text"}, {}});
  std::size_t count = 0;
  while (rows.add({std::string(std::size_t{1} << 20, 'x')})) REQUIRE(++count < 100);
  CHECK(count >= 10);
  CHECK(rows.take().rows.size() == count);
}

TEST_CASE("the list of subjects names every table, and no other subject has one") {
  const auto list = of_subject("").value();
  CHECK(list.columns == Row{"Type", "Description", "Title"});
  CHECK(list.rows.size() == 10);
  for (const auto& row : list.rows) {
    const auto table = of_subject(row.front());
    REQUIRE(table);
    for (const auto& line : table->rows) REQUIRE(line.size() == table->columns.size());
  }
  CHECK(of_subject("types").value().rows == list.rows);
  CHECK_FALSE(of_subject("planets"));
}

TEST_CASE("we are among the processes, groups and threads") {
  const auto process = row_where(processes(), {{"pid", own_pid()}});
  REQUIRE(process);
  CHECK((*process)[1] == Accounts::users().name_of(std::to_string(::geteuid())));
  CHECK((*process)[2].contains("test_linux"));
  CHECK_FALSE((*process)[3].empty());
  const auto group = std::to_string(::getpgrp());
  const auto member = row_where(process_groups(), {{"pid", own_pid()}});
  REQUIRE(member);
  CHECK(member->front() == group);
  CHECK((*member)[1] == command_of(group));
  CHECK(row_where(threads(), {{"pid", own_pid()}, {"tid", own_pid()}, {"command", "test_linux"}}));
}

TEST_CASE("groups stand together, each with its leader first") {
  const Couple couple;
  const auto table = process_groups();
  std::set<std::string> seen;
  std::string last;
  for (const auto& row : table.rows) {
    if (row[0] != last) CHECK(seen.insert(row[0]).second);
    last = row[0];
  }
  std::vector<std::string> members;
  for (const auto& row : table.rows)
    if (row[0] == std::to_string(couple.leader())) members.push_back(row[2]);
  CHECK(members == Row{std::to_string(couple.leader()), std::to_string(couple.member())});
}

TEST_CASE("an open file is there with its descriptor") {
  const Fd file(::open("/etc/passwd", O_RDONLY | O_CLOEXEC));
  const auto row = row_where(files(), {{"pid", own_pid()}, {"file descriptor", std::to_string(file.get())}});
  REQUIRE(row);
  CHECK(row->back() == procfs::read_link("/proc/self/fd/" + std::to_string(file.get())));
}

TEST_CASE("a listening socket is there with its port") {
  const Fd server(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof address;
  REQUIRE(::bind(server.get(), reinterpret_cast<const sockaddr*>(&address), length) == 0);
  REQUIRE(::listen(server.get(), 1) == 0);
  REQUIRE(::getsockname(server.get(), reinterpret_cast<sockaddr*>(&address), &length) == 0);
  CHECK(row_where(sockets(), {{"local address", "127.0.0.1"},
                              {"local port", std::to_string(ntohs(address.sin_port))},
                              {"state", "LISTEN"},
                              {"protocol", "STREAM"}}));
}

TEST_CASE("System V objects are there, and their makers") {
  const int segment = ::shmget(IPC_PRIVATE, 54321, IPC_CREAT | 0640);
  const int set = ::semget(IPC_PRIVATE, 3, IPC_CREAT | 0604);
  const int queue = ::msgget(IPC_PRIVATE, IPC_CREAT | 0620);
  REQUIRE((segment >= 0 && set >= 0 && queue >= 0));
  const auto user = Accounts::users().name_of(std::to_string(::geteuid()));
  CHECK(row_where(shared_memory(), {{"shmid", std::to_string(segment)},
                                    {"size", "54321"},
                                    {"permissions", "640"},
                                    {"creator command", "test_linux"},
                                    {"num attached", "0"},
                                    {"user", user},
                                    {"last shmat() time", ""}}));
  CHECK(row_where(semaphores(), {{"semid", std::to_string(set)}, {"num semaphores", "3"}, {"creator user", user}}));
  const std::array<long, 2> message = {1, 0};
  REQUIRE(::msgsnd(queue, message.data(), 8, 0) == 0);
  const auto row = row_where(message_queues(), {{"msqid", std::to_string(queue)},
                                                {"num used bytes", "8"},
                                                {"num messages", "1"},
                                                {"last msgsnd() command", "test_linux"}});
  REQUIRE(row);
  CHECK(row->size() == message_queues().columns.size());
  ::shmctl(segment, IPC_RMID, nullptr);
  ::semctl(set, 0, IPC_RMID);
  ::msgctl(queue, IPC_RMID, nullptr);
}

// gdbserver goes round for ever when a process ends while it reads.
TEST_CASE("processes that come and go meanwhile do no harm") {
  const Breeder breeder;
  for (int i = 0; i < 5; ++i)
    for (const auto make : {processes, process_groups, threads, files})
      for (const auto& row : make().rows) REQUIRE_FALSE(row.front().empty());
}

}  // namespace stub::system_tables
