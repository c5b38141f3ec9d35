#include "stub/inspect/call_values.hpp"

#include <algorithm>
#include <span>

#include "protocol/hex.hpp"
#include "protocol/little_endian.hpp"
#include "protocol/signal.hpp"

namespace stub::inspect::call_value {
namespace {

struct Named {
  std::uint64_t value;
  std::string_view name;
};
using Names = std::span<const Named>;

// asm-generic/fcntl.h
constexpr std::uint64_t access_modes = 3;
constexpr auto opening = std::to_array<Named>({{0, "O_RDONLY"}, {1, "O_WRONLY"}, {2, "O_RDWR"}, {3, "O_ACCMODE"}});
constexpr auto open_names = std::to_array<Named>({{0x40, "O_CREAT"},
                                                  {0x80, "O_EXCL"},
                                                  {0x100, "O_NOCTTY"},
                                                  {0x200, "O_TRUNC"},
                                                  {0x400, "O_APPEND"},
                                                  {0x800, "O_NONBLOCK"},
                                                  {0x101000, "O_SYNC"},
                                                  {0x1000, "O_DSYNC"},
                                                  {0x2000, "O_ASYNC"},
                                                  {0x4000, "O_DIRECT"},
                                                  {0x8000, "O_LARGEFILE"},
                                                  {0x410000, "O_TMPFILE"},
                                                  {0x10000, "O_DIRECTORY"},
                                                  {0x20000, "O_NOFOLLOW"},
                                                  {0x40000, "O_NOATIME"},
                                                  {0x80000, "O_CLOEXEC"},
                                                  {0x200000, "O_PATH"}});
// asm-generic/mman-common.h, asm-generic/mman.h
constexpr auto protections = std::to_array<Named>({{1, "PROT_READ"},
                                                   {2, "PROT_WRITE"},
                                                   {4, "PROT_EXEC"},
                                                   {0x01000000, "PROT_GROWSDOWN"},
                                                   {0x02000000, "PROT_GROWSUP"}});
constexpr std::uint64_t mapping_kinds = 3;
constexpr auto mapping_kind_names =
    std::to_array<Named>({{1, "MAP_SHARED"}, {2, "MAP_PRIVATE"}, {3, "MAP_SHARED_VALIDATE"}});
constexpr auto mapping_names = std::to_array<Named>({{0x10, "MAP_FIXED"},
                                                     {0x20, "MAP_ANONYMOUS"},
                                                     {0x40, "MAP_32BIT"},
                                                     {0x100, "MAP_GROWSDOWN"},
                                                     {0x800, "MAP_DENYWRITE"},
                                                     {0x2000, "MAP_LOCKED"},
                                                     {0x4000, "MAP_NORESERVE"},
                                                     {0x8000, "MAP_POPULATE"},
                                                     {0x10000, "MAP_NONBLOCK"},
                                                     {0x20000, "MAP_STACK"},
                                                     {0x40000, "MAP_HUGETLB"},
                                                     {0x100000, "MAP_FIXED_NOREPLACE"}});
// unistd.h
constexpr auto accesses = std::to_array<Named>({{4, "R_OK"}, {2, "W_OK"}, {1, "X_OK"}});
constexpr auto whences =
    std::to_array<Named>({{0, "SEEK_SET"}, {1, "SEEK_CUR"}, {2, "SEEK_END"}, {3, "SEEK_DATA"}, {4, "SEEK_HOLE"}});
// linux/fcntl.h
constexpr auto at_names = std::to_array<Named>({{0x100, "AT_SYMLINK_NOFOLLOW"},
                                                {0x200, "AT_REMOVEDIR"},
                                                {0x400, "AT_SYMLINK_FOLLOW"},
                                                {0x800, "AT_NO_AUTOMOUNT"},
                                                {0x1000, "AT_EMPTY_PATH"}});
// linux/sched.h
constexpr std::uint64_t signal_at_exit = 0xff;
constexpr auto clone_names = std::to_array<Named>({{0x100, "CLONE_VM"},
                                                   {0x200, "CLONE_FS"},
                                                   {0x400, "CLONE_FILES"},
                                                   {0x800, "CLONE_SIGHAND"},
                                                   {0x1000, "CLONE_PIDFD"},
                                                   {0x2000, "CLONE_PTRACE"},
                                                   {0x4000, "CLONE_VFORK"},
                                                   {0x8000, "CLONE_PARENT"},
                                                   {0x10000, "CLONE_THREAD"},
                                                   {0x20000, "CLONE_NEWNS"},
                                                   {0x40000, "CLONE_SYSVSEM"},
                                                   {0x80000, "CLONE_SETTLS"},
                                                   {0x100000, "CLONE_PARENT_SETTID"},
                                                   {0x200000, "CLONE_CHILD_CLEARTID"},
                                                   {0x400000, "CLONE_DETACHED"},
                                                   {0x800000, "CLONE_UNTRACED"},
                                                   {0x1000000, "CLONE_CHILD_SETTID"},
                                                   {0x2000000, "CLONE_NEWCGROUP"},
                                                   {0x4000000, "CLONE_NEWUTS"},
                                                   {0x8000000, "CLONE_NEWIPC"},
                                                   {0x10000000, "CLONE_NEWUSER"},
                                                   {0x20000000, "CLONE_NEWPID"},
                                                   {0x40000000, "CLONE_NEWNET"},
                                                   {0x80000000, "CLONE_IO"}});
// asm-generic/signal-defs.h
constexpr auto mask_changes = std::to_array<Named>({{0, "SIG_BLOCK"}, {1, "SIG_UNBLOCK"}, {2, "SIG_SETMASK"}});
// linux/time.h
constexpr auto clocks = std::to_array<Named>({{0, "CLOCK_REALTIME"},
                                              {1, "CLOCK_MONOTONIC"},
                                              {2, "CLOCK_PROCESS_CPUTIME_ID"},
                                              {3, "CLOCK_THREAD_CPUTIME_ID"},
                                              {4, "CLOCK_MONOTONIC_RAW"},
                                              {5, "CLOCK_REALTIME_COARSE"},
                                              {6, "CLOCK_MONOTONIC_COARSE"},
                                              {7, "CLOCK_BOOTTIME"}});
// linux/socket.h, linux/net.h
constexpr std::uint64_t unix_family = 1, inet_family = 2, inet6_family = 10;
constexpr auto families = std::to_array<Named>({{0, "AF_UNSPEC"},
                                                {unix_family, "AF_UNIX"},
                                                {inet_family, "AF_INET"},
                                                {inet6_family, "AF_INET6"},
                                                {16, "AF_NETLINK"},
                                                {17, "AF_PACKET"},
                                                {40, "AF_VSOCK"}});
constexpr std::uint64_t socket_kinds = 0xf;
constexpr auto socket_kind_names = std::to_array<Named>(
    {{1, "SOCK_STREAM"}, {2, "SOCK_DGRAM"}, {3, "SOCK_RAW"}, {4, "SOCK_RDM"}, {5, "SOCK_SEQPACKET"}});
constexpr auto socket_flags = std::to_array<Named>({{0x800, "SOCK_NONBLOCK"}, {0x80000, "SOCK_CLOEXEC"}});
// linux/futex.h
constexpr std::uint64_t futex_commands = 0x7f;
constexpr auto futex_command_names = std::to_array<Named>({{0, "FUTEX_WAIT"},
                                                           {1, "FUTEX_WAKE"},
                                                           {3, "FUTEX_REQUEUE"},
                                                           {4, "FUTEX_CMP_REQUEUE"},
                                                           {5, "FUTEX_WAKE_OP"},
                                                           {6, "FUTEX_LOCK_PI"},
                                                           {7, "FUTEX_UNLOCK_PI"},
                                                           {8, "FUTEX_TRYLOCK_PI"},
                                                           {9, "FUTEX_WAIT_BITSET"},
                                                           {10, "FUTEX_WAKE_BITSET"},
                                                           {13, "FUTEX_LOCK_PI2"}});
constexpr auto futex_flags = std::to_array<Named>({{128, "FUTEX_PRIVATE_FLAG"}, {256, "FUTEX_CLOCK_REALTIME"}});
// asm-generic/fcntl.h, linux/fcntl.h
constexpr auto file_commands = std::to_array<Named>({{0, "F_DUPFD"},
                                                     {1, "F_GETFD"},
                                                     {2, "F_SETFD"},
                                                     {3, "F_GETFL"},
                                                     {4, "F_SETFL"},
                                                     {5, "F_GETLK"},
                                                     {6, "F_SETLK"},
                                                     {7, "F_SETLKW"},
                                                     {8, "F_SETOWN"},
                                                     {9, "F_GETOWN"},
                                                     {1030, "F_DUPFD_CLOEXEC"},
                                                     {1031, "F_SETPIPE_SZ"},
                                                     {1032, "F_GETPIPE_SZ"},
                                                     {1033, "F_ADD_SEALS"},
                                                     {1034, "F_GET_SEALS"}});

std::string one_of(Names names, std::uint64_t value) {
  const auto it = std::ranges::find(names, value, &Named::value);
  return it == names.end() ? "0x" + hex(value) : std::string(it->name);
}

void join(std::string& out, std::string_view more) {
  if (!out.empty()) out += '|';
  out += more;
}

// The names in a row's order; what has none as a number. Empty: no flag is set.
std::string flags(Names names, std::uint64_t value) {
  std::string out;
  for (const auto& [bits, name] : names) {
    if ((value & bits) != bits) continue;
    join(out, name);
    value &= ~bits;
  }
  if (value != 0) join(out, "0x" + hex(value));
  return out;
}

std::string flags_or_zero(Names names, std::uint64_t value) { return value == 0 ? "0" : flags(names, value); }

// A kind, and flags beside it.
std::string kind_and_flags(std::string kind, Names names, std::uint64_t value) {
  if (value != 0) join(kind, flags(names, value));
  return kind;
}

// The shortest way, unless a digit behind it would be taken for a part of it.
std::string escaped(std::uint8_t byte, bool digit_follows) {
  constexpr std::string_view letters = "nrtvf\\\"", bytes = "\n\r\t\v\f\\\"";
  if (const auto at = bytes.find(static_cast<char>(byte)); at != std::string_view::npos) return {'\\', letters[at]};
  if (byte >= ' ' && byte < 0x7f) return {static_cast<char>(byte)};
  std::string digits;
  for (unsigned rest = byte; rest != 0 || digits.empty(); rest /= 8)
    digits.insert(digits.begin(), static_cast<char>('0' + rest % 8));
  if (digit_follows) digits.insert(0, 3 - digits.size(), '0');
  return "\\" + digits;
}

std::uint64_t number_at(ByteView bytes, std::size_t at, std::size_t size) {
  return from_little_endian(bytes.subspan(at, size));
}

std::string port_at(ByteView address, std::size_t at) {
  return "htons(" + std::to_string(address[at] * 256 + address[at + 1]) + ")";
}

std::string unix_address(ByteView path) {
  if (path.empty()) return "{sa_family=AF_UNIX}";
  const bool is_abstract = path[0] == 0;
  const auto name = is_abstract
                        ? path.subspan(1)
                        : path.first(static_cast<std::size_t>(std::ranges::find(path, std::uint8_t{0}) - path.begin()));
  return "{sa_family=AF_UNIX, sun_path=" + std::string(is_abstract ? "@" : "") + quoted(name, Cut::no) + "}";
}

std::string inet_address(ByteView bytes) {
  std::string dots;
  for (const auto byte : bytes.subspan(4, 4)) dots += (dots.empty() ? "" : ".") + std::to_string(byte);
  return "{sa_family=AF_INET, sin_port=" + port_at(bytes, 2) + ", sin_addr=\"" + dots + "\"}";
}

std::string inet6_address(ByteView bytes) {
  std::string groups;
  for (std::size_t at = 8; at < 24; at += 2)
    groups += (groups.empty() ? "" : ":") + hex(static_cast<std::uint64_t>(bytes[at] * 256 + bytes[at + 1]));
  return "{sa_family=AF_INET6, sin6_port=" + port_at(bytes, 2) + ", sin6_addr=\"" + groups + "\"}";
}

}  // namespace

std::string pointer(std::uint64_t value) { return value == 0 ? "NULL" : "0x" + hex(value); }

std::string quoted(ByteView bytes, Cut cut) {
  std::string out = "\"";
  for (std::size_t i = 0; i < bytes.size(); ++i)
    out += escaped(bytes[i], i + 1 < bytes.size() && bytes[i + 1] >= '0' && bytes[i + 1] <= '9');
  return out + (cut == Cut::yes ? "\"..." : "\"");
}

std::string string(const CallMemory& memory, std::uint64_t address, std::size_t most) {
  if (address == 0) return pointer(address);
  const auto bytes = memory({address}, most + 1);
  const auto end = std::ranges::find(bytes, std::uint8_t{0});
  if (end == bytes.end() && bytes.size() <= most) return pointer(address);
  const auto length = std::min(static_cast<std::size_t>(end - bytes.begin()), most);
  return quoted(ByteView(bytes).first(length), end == bytes.end() ? Cut::yes : Cut::no);
}

std::string buffer(const CallMemory& memory, std::uint64_t address, std::uint64_t length) {
  if (address == 0) return pointer(address);
  const auto shown = static_cast<std::size_t>(std::min<std::uint64_t>(length, longest_text));
  const auto bytes = shown == 0 ? Bytes{} : memory({address}, shown);
  if (bytes.size() < shown) return pointer(address);
  return quoted(bytes, length > shown ? Cut::yes : Cut::no);
}

std::string strings(const CallMemory& memory, std::uint64_t address, std::size_t word) {
  constexpr std::size_t most = 16;
  const auto bytes = address == 0 ? Bytes{} : memory({address}, (most + 1) * word);
  if (bytes.size() < word) return pointer(address);
  std::string out = "[";
  for (std::size_t i = 0; (i + 1) * word <= bytes.size(); ++i) {
    const auto one = number_at(bytes, i * word, word);
    if (one == 0) break;
    if (i != 0) out += ", ";
    if (i == most) return out + "...]";
    out += string(memory, one, longest_text);
  }
  return out + "]";
}

std::string socket_address(const CallMemory& memory, std::uint64_t address, std::uint64_t length) {
  constexpr std::size_t longest = 110, inet = 8, inet6 = 24, family_size = 2;  // linux/un.h: sockaddr_un
  const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(length, longest));
  const auto bytes = address == 0 || size < family_size ? Bytes{} : memory({address}, size);
  if (bytes.empty() || bytes.size() < size) return pointer(address);
  const auto family = number_at(bytes, 0, family_size);
  if (family == unix_family) return unix_address(ByteView(bytes).subspan(family_size));
  if (family == inet_family && size >= inet) return inet_address(bytes);
  if (family == inet6_family && size >= inet6) return inet6_address(bytes);
  return "{sa_family=" + one_of(families, family) + "}";
}

std::string two_numbers(const CallMemory& memory, std::uint64_t address) {
  const auto bytes = address == 0 ? Bytes{} : memory({address}, 8);
  if (bytes.size() < 8) return pointer(address);
  return "[" + std::to_string(number_at(bytes, 0, 4)) + ", " + std::to_string(number_at(bytes, 4, 4)) + "]";
}

std::string time(const CallMemory& memory, std::uint64_t address, std::size_t word) {
  const auto bytes = address == 0 ? Bytes{} : memory({address}, 2 * word);
  if (bytes.size() < 2 * word) return pointer(address);
  const auto seconds = number_at(bytes, 0, word);
  return "{tv_sec=" + std::to_string(static_cast<std::int64_t>(seconds)) +
         ", tv_nsec=" + std::to_string(number_at(bytes, word, word)) + "}";
}

// As wait(2) has it: bits/waitstatus.h
std::string child_status(const CallMemory& memory, std::uint64_t address) {
  const auto bytes = address == 0 ? Bytes{} : memory({address}, 4);
  if (bytes.size() < 4) return pointer(address);
  const auto status = number_at(bytes, 0, 4);
  const auto ended_by = status & 0x7f, code = status >> 8 & 0xff;
  if (status == 0xffff) return "[WIFCONTINUED(s)]";
  if (ended_by == 0x7f) return "[WIFSTOPPED(s) && WSTOPSIG(s) == " + signal(code) + "]";
  if (ended_by != 0) return "[WIFSIGNALED(s) && WTERMSIG(s) == " + signal(ended_by) + "]";
  return "[WIFEXITED(s) && WEXITSTATUS(s) == " + std::to_string(code) + "]";
}

std::string folder(std::uint64_t descriptor) {
  constexpr std::int32_t here = -100;  // linux/fcntl.h: AT_FDCWD
  const auto value = static_cast<std::int32_t>(descriptor);
  return value == here ? "AT_FDCWD" : std::to_string(value);
}

std::string open_flags(std::uint64_t value) {
  return kind_and_flags(one_of(opening, value & access_modes), open_names, value & ~access_modes);
}

std::string protection(std::uint64_t value) { return value == 0 ? "PROT_NONE" : flags(protections, value); }

std::string mapping_flags(std::uint64_t value) {
  return kind_and_flags(one_of(mapping_kind_names, value & mapping_kinds), mapping_names, value & ~mapping_kinds);
}

std::string access_mode(std::uint64_t mode) { return mode == 0 ? "F_OK" : flags(accesses, mode); }

std::string at_flags(std::uint64_t value) { return flags_or_zero(at_names, value); }

std::string clone_flags(std::uint64_t value) {
  auto out = flags(clone_names, value & ~signal_at_exit & 0xffffffff);
  if ((value & signal_at_exit) != 0) join(out, signal(value & signal_at_exit));
  return out.empty() ? "0" : out;
}

std::string octal(std::uint64_t value) {
  std::string out;
  for (; value != 0; value /= 8) out.insert(out.begin(), static_cast<char>('0' + value % 8));
  return "0" + out;
}

std::string whence(std::uint64_t value) { return one_of(whences, value); }

std::string signal(std::uint64_t value) {
  constexpr std::uint64_t first_real_time = 32;
  return value == 0 || value >= first_real_time
             ? std::to_string(value)
             : std::string(signal_name(KernelSignal(static_cast<std::uint8_t>(value))));
}

std::string mask_change(std::uint64_t value) { return one_of(mask_changes, value); }
std::string clock(std::uint64_t value) { return one_of(clocks, value); }
std::string socket_domain(std::uint64_t value) { return one_of(families, value); }

std::string socket_type(std::uint64_t value) {
  return kind_and_flags(one_of(socket_kind_names, value & socket_kinds), socket_flags, value & ~socket_kinds);
}

std::string futex_operation(std::uint64_t value) {
  return kind_and_flags(one_of(futex_command_names, value & futex_commands), futex_flags, value & ~futex_commands);
}

std::string file_command(std::uint64_t value) { return one_of(file_commands, value); }

}  // namespace stub::inspect::call_value
