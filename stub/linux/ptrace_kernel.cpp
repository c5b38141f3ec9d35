#include "stub/linux/ptrace_kernel.hpp"

#include <asm/ldt.h>
#include <cpuid.h>
#include <elf.h>
#include <fcntl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstddef>
#include <cstring>

#include "protocol/cursor.hpp"
#include "stub/linux/diagnosis.hpp"
#include "stub/linux/procfs.hpp"
#include "stub/linux/spawn.hpp"
#include "stub/linux/wait_status.hpp"

namespace stub {
namespace {

constexpr long options = PTRACE_O_TRACECLONE | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACEVFORKDONE |
                         PTRACE_O_TRACEEXEC | PTRACE_O_TRACESYSGOOD;
constexpr std::chrono::milliseconds tick{5};

Result<> checked(long result, std::string_view what) {
  if (result != -1) return {};
  if (errno == ESRCH) return fail(Errc::no_thread, "the thread is gone");
  return fail_system(errno, std::string(what) + ": " + std::strerror(errno));
}

class LiveReader final : public StatusReader {
 public:
  explicit LiveReader(pid_t tid) : tid_(tid) {}
  unsigned long event_message() override {
    unsigned long message = 0;
    ::ptrace(PTRACE_GETEVENTMSG, tid_, nullptr, &message);
    return message;
  }
  int signal_code() override {
    siginfo_t info{};
    ::ptrace(PTRACE_GETSIGINFO, tid_, nullptr, &info);
    return info.si_code;
  }
  // Never counted, always asked: entry and exit cannot be confused. The number of an exit is not in the answer, but
  // still in the register where the kernel keeps it.
  wait_status::SystemCallStop system_call() override {
    __ptrace_syscall_info info{};
    const long size = ::ptrace(PTRACE_GET_SYSCALL_INFO, tid_, sizeof info, &info);
    const auto number = ::ptrace(PTRACE_PEEKUSER, tid_, offsetof(struct user, regs.orig_rax), nullptr);
    const bool known = size > 0 && info.op != PTRACE_SYSCALL_INFO_NONE;
    // Before Linux 5.3: the result is ENOSYS until there is one (arch/x86/entry/common.c).
    const bool untouched =
        ::ptrace(PTRACE_PEEKUSER, tid_, offsetof(struct user, regs.rax), nullptr) == -static_cast<long>(ENOSYS);
    return {known ? info.op == PTRACE_SYSCALL_INFO_ENTRY : untouched, static_cast<std::uint64_t>(number)};
  }

 private:
  pid_t tid_;
};

std::optional<WaitStatus> translated(pid_t tid, int status) {
  LiveReader reader(tid);
  auto reason = translate_status(status, reader);
  if (!reason) return std::nullopt;
  return WaitStatus{Tid{tid}, *reason};
}

// For people: what was done to a thread, and what it did.

std::string verb(ResumeHow how) {
  switch (how) {
    case ResumeHow::run:
      return "run";
    case ResumeHow::run_to_system_call:
      return "run to a system call";
    case ResumeHow::step:
      return "step";
    case ResumeHow::listen:
      return "listen";
  }
  return {};
}

std::string signal_text(long signal) { return signal == 0 ? "" : " with signal " + std::to_string(signal); }

std::string status_text(int status) {
  if (WIFEXITED(status)) return "exited with code " + std::to_string(WEXITSTATUS(status));
  if (WIFSIGNALED(status)) return "killed by signal " + std::to_string(WTERMSIG(status));
  const int event = status >> 16;
  return "stopped by signal " + std::to_string(WSTOPSIG(status)) +
         (event == 0 ? "" : ", event " + std::to_string(event));
}

constexpr std::size_t debug_register(std::size_t n) {
  return offsetof(struct user, u_debugreg) + n * sizeof(std::uint64_t);
}
constexpr std::size_t dr6 = debug_register(6), dr7 = debug_register(7);

// The general registers of a 64-bit program. By NT_PRSTATUS they come as wide as the code that the thread is in just
// now, and a far call leads a 64-bit program (Wine) into 32-bit code; PTRACE_GETREGS has always our own layout.
bool is_general_of_64_bits(const arch::RegisterSet& set) {
  return set.note_type == NT_PRSTATUS && set.size == sizeof(user_regs_struct);
}

}  // namespace

Result<Pid> PtraceKernel::launch(const LaunchRequest& request) {
  auto pid = spawn_traced(request, program_mask_, options | PTRACE_O_EXITKILL, warn_, manner_);
  if (pid) return Pid{*pid};
  if (pid.error().code == Errc::system && pid.error().number == EPERM)
    return fail_system(EPERM, pid.error().text + ": " + why_not_traceable({}));
  return std::unexpected(pid.error());
}

Result<> PtraceKernel::seize(ThreadId thread, OnTracerDeath on_death) {
  const long death = on_death == OnTracerDeath::kill ? long{PTRACE_O_EXITKILL} : 0;
  const auto result = checked(::ptrace(PTRACE_SEIZE, number(thread.tid), nullptr, options | death), "PTRACE_SEIZE");
  if (result || result.error().code == Errc::no_thread) return result;
  return fail_system(result.error().number, why_not_traceable(thread.pid));
}

Result<> PtraceKernel::interrupt(Tid tid) {
  return checked(::ptrace(PTRACE_INTERRUPT, number(tid), nullptr, nullptr), "PTRACE_INTERRUPT");
}

Result<> PtraceKernel::resume(Tid tid, ResumeHow how, KernelSignal signal) {
  const auto with = static_cast<long>(number(signal));
  if (trace_->tells(Trace::Part::threads))
    trace_->tell(Trace::Part::threads, std::to_string(number(tid)) + ": " + verb(how) + signal_text(with));
  switch (how) {
    case ResumeHow::run:
      return checked(::ptrace(PTRACE_CONT, number(tid), nullptr, with), "PTRACE_CONT");
    case ResumeHow::run_to_system_call:
      return checked(::ptrace(PTRACE_SYSCALL, number(tid), nullptr, with), "PTRACE_SYSCALL");
    case ResumeHow::step:
      return checked(::ptrace(PTRACE_SINGLESTEP, number(tid), nullptr, with), "PTRACE_SINGLESTEP");
    case ResumeHow::listen:
      return checked(::ptrace(PTRACE_LISTEN, number(tid), nullptr, with), "PTRACE_LISTEN");
  }
  return {};
}

Result<> PtraceKernel::detach(Tid tid, KernelSignal signal) {
  return checked(::ptrace(PTRACE_DETACH, number(tid), nullptr, static_cast<long>(number(signal))), "PTRACE_DETACH");
}

Result<> PtraceKernel::send_signal(Pid pid, KernelSignal signal) {
  return checked(::kill(number(pid), number(signal)), "kill");
}

Result<> PtraceKernel::queue_signal(ThreadId thread, KernelSignal signal) {
  return checked(::syscall(SYS_tgkill, number(thread.pid), number(thread.tid), number(signal)), "tgkill");
}

std::optional<WaitStatus> PtraceKernel::reaped(pid_t tid, int status) const {
  if (trace_->tells(Trace::Part::threads))
    trace_->tell(Trace::Part::threads, std::to_string(tid) + ": " + status_text(status));
  return translated(tid, status);
}

// The ticker is armed for the length of this wait unless it is already; with a bound of 0 the first tick ends it.
std::optional<WaitStatus> PtraceKernel::wait_for(pid_t which, Milliseconds bound) {
  const auto armed = ticker_.arm(tick);
  const auto end = std::chrono::steady_clock::now() + bound;
  for (;;) {
    int status = 0;
    const pid_t tid = ::waitpid(which, &status, __WALL);
    if (tid > 0) {
      if (auto result = reaped(tid, status)) return result;
      ::ptrace(PTRACE_CONT, tid, nullptr, nullptr);  // a stop that we never asked for
      continue;
    }
    if (errno != EINTR) return std::nullopt;
    if (std::chrono::steady_clock::now() >= end) return std::nullopt;
  }
}

std::optional<WaitStatus> PtraceKernel::wait(Tid tid, Milliseconds bound) { return wait_for(number(tid), bound); }
std::optional<WaitStatus> PtraceKernel::wait_any(Milliseconds bound) { return wait_for(-1, bound); }

std::optional<WaitStatus> PtraceKernel::poll_any() {
  int status = 0;
  const pid_t tid = ::waitpid(-1, &status, __WALL | WNOHANG);
  if (tid <= 0) return std::nullopt;
  return reaped(tid, status);
}

Result<Bytes> PtraceKernel::read_register_set(Tid tid, const arch::RegisterSet& set) {
  Bytes bytes(set.size);
  if (is_general_of_64_bits(set)) {
    TRY(checked(::ptrace(PTRACE_GETREGS, number(tid), nullptr, bytes.data()), "PTRACE_GETREGS"));
    return bytes;
  }
  iovec vector{bytes.data(), bytes.size()};
  TRY(checked(::ptrace(PTRACE_GETREGSET, number(tid), static_cast<unsigned long>(set.note_type), &vector),
              "PTRACE_GETREGSET"));
  bytes.resize(vector.iov_len);
  return bytes;
}

Result<> PtraceKernel::write_register_set(Tid tid, const arch::RegisterSet& set, ByteView bytes) {
  if (is_general_of_64_bits(set))
    return checked(::ptrace(PTRACE_SETREGS, number(tid), nullptr, bytes.data()), "PTRACE_SETREGS");
  iovec vector{const_cast<std::uint8_t*>(bytes.data()), bytes.size()};
  return checked(::ptrace(PTRACE_SETREGSET, number(tid), static_cast<unsigned long>(set.note_type), &vector),
                 "PTRACE_SETREGSET");
}

// Disabled while they change: the kernel checks each address against the control word in force.
Result<> PtraceKernel::write_debug_registers(Tid tid, const arch::DebugRegisters& registers) {
  const auto poke = [&](std::size_t offset, std::uint64_t value) {
    return checked(::ptrace(PTRACE_POKEUSER, number(tid), offset, value), "PTRACE_POKEUSER");
  };
  TRY(poke(dr7, 0));
  const auto control = registers.control();
  if (control == 0) return {};
  for (std::size_t i = 0; i < arch::DebugRegisters::slots; ++i)
    if (registers.in_use(i)) TRY(poke(debug_register(i), registers.address(i)));
  return poke(dr7, control);
}

Result<std::uint64_t> PtraceKernel::take_debug_status(Tid tid) {
  errno = 0;
  const long status = ::ptrace(PTRACE_PEEKUSER, number(tid), dr6, nullptr);
  if (errno != 0) return std::unexpected(checked(-1, "PTRACE_PEEKUSER").error());
  TRY(checked(::ptrace(PTRACE_POKEUSER, number(tid), dr6, nullptr), "PTRACE_POKEUSER"));
  return static_cast<std::uint64_t>(status);
}

// A selector is the number of a descriptor, the table, and a privilege (Intel SDM vol. 3, "Segment Selectors"); the
// kernel has three of a thread's own in the global table (set_thread_area(2)).
Result<Address> PtraceKernel::segment_base(Tid tid, std::uint64_t selector) {
  constexpr std::uint64_t local_table = 0b100;
  if ((selector & local_table) != 0) return fail(Errc::unsupported, "a segment of the local descriptor table");
  user_desc descriptor{};
  TRY(checked(::ptrace(PTRACE_GET_THREAD_AREA, number(tid), selector >> 3, &descriptor), "PTRACE_GET_THREAD_AREA"));
  return Address{descriptor.base_addr};
}

std::size_t PtraceKernel::read_memory(Pid pid, Address address, std::span<std::uint8_t> out) {
  return memory_.read(pid, address, out);
}

Result<> PtraceKernel::write_memory(ThreadId stopped, Address address, ByteView bytes) {
  return memory_.write(stopped, address, bytes);
}

Result<Bytes> PtraceKernel::signal_info(Tid tid) {
  siginfo_t info{};
  TRY(checked(::ptrace(PTRACE_GETSIGINFO, number(tid), nullptr, &info), "PTRACE_GETSIGINFO"));
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(&info);
  return Bytes(bytes, bytes + sizeof info);
}

Result<> PtraceKernel::set_signal_info(Tid tid, ByteView bytes) {
  siginfo_t info{};
  if (bytes.size() != sizeof info) return fail(Errc::malformed, "not the size of a siginfo_t");
  std::memcpy(&info, bytes.data(), sizeof info);
  return checked(::ptrace(PTRACE_SETSIGINFO, number(tid), nullptr, &info), "PTRACE_SETSIGINFO");
}

std::vector<Tid> PtraceKernel::threads_of(Pid pid) { return procfs::threads_of(pid); }

// A signal 0 to a thread of another process is refused.
bool PtraceKernel::is_thread_of(ThreadId thread) {
  return ::syscall(SYS_tgkill, number(thread.pid), number(thread.tid), 0) == 0;
}

std::optional<Family> PtraceKernel::family_of(Tid tid) {
  const auto status = procfs::read_file(procfs::of(Pid{number(tid)}, "status")).value_or("");
  const auto process = procfs::status_field(status, "Tgid"), parent = procfs::status_field(status, "PPid");
  const auto process_number = Cursor(process).decimal(), parent_number = Cursor(parent).decimal();
  if (!process_number || !parent_number) return std::nullopt;
  return Family{.process = Pid{static_cast<std::int32_t>(*process_number)},
                .parent = Pid{static_cast<std::int32_t>(*parent_number)}};
}

bool PtraceKernel::is_zombie(ThreadId thread) {
  const auto stat = procfs::read_file(procfs::of(thread, "stat"));
  return stat && procfs::parse_state(*stat) == 'Z';
}

bool PtraceKernel::has_pending(ThreadId thread, KernelSignal signal) {
  const auto status = procfs::read_file(procfs::of(thread, "status")).value_or("");
  const auto pending = Cursor(procfs::status_field(status, "SigPnd")).hex();
  return pending && number(signal) > 0 && (*pending >> (number(signal) - 1) & 1) != 0;
}

// Name and core out of one file: gdb asks for both of every thread at every stop.
ThreadFacts PtraceKernel::thread_facts(ThreadId thread) {
  const auto stat = procfs::parse_stat(procfs::read_file(procfs::of(thread, "stat")).value_or(""));
  return stat ? ThreadFacts{stat->name, stat->core} : ThreadFacts{};
}

Bytes PtraceKernel::elf_header(Pid pid) {
  Bytes header(64);
  const auto open = [](const std::string& path) { return Fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC)); };
  auto file = open(procfs::of(pid, "exe"));
  if (!file) file = open(procfs::of(procfs::living_thread(pid), "exe"));  // a leader that has ended has none
  const auto got = file ? ::read(file.get(), header.data(), header.size()) : 0;
  header.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
  return header;
}

std::string PtraceKernel::executable_path(Pid pid) {
  auto path = procfs::read_link(procfs::of(pid, "exe"));
  if (path.empty()) path = procfs::read_link(procfs::of(procfs::living_thread(pid), "exe"));
  // The file is gone from there, but can still be opened here.
  return path.ends_with(" (deleted)") ? procfs::of(pid, "exe") : path;
}

Result<Bytes> PtraceKernel::auxv(Pid pid) {
  const auto text = procfs::read_file(procfs::of(procfs::living_thread(pid), "auxv"));
  if (!text) return fail(Errc::unreadable, "cannot read the auxiliary vector");
  const auto bytes = as_bytes(*text);
  return Bytes(bytes.begin(), bytes.end());
}

Result<std::vector<MemoryRegion>> PtraceKernel::memory_map(Pid pid) {
  const auto text = procfs::read_file(procfs::of(procfs::living_thread(pid), "maps"));
  if (!text) return fail(Errc::unreadable, "cannot read the memory map");
  return procfs::parse_maps(*text);
}

// CPUID leaf 0xD: size and offset of each component (Intel SDM vol. 1, 13.2); XCR0 says which the kernel saves.
arch::XsaveLayout PtraceKernel::xsave_layout() {
  arch::XsaveLayout layout{};
  unsigned eax = 0, ebx = 0, ecx = 0, edx = 0;
  constexpr unsigned osxsave = 1u << 27;
  if (__get_cpuid(1, &eax, &ebx, &ecx, &edx) == 0 || (ecx & osxsave) == 0) return layout;
  std::uint32_t low = 0, high = 0;
  __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  for (unsigned component = 2; component < layout.size(); ++component) {
    if ((low >> component & 1) == 0 || __get_cpuid_count(0xd, component, &eax, &ebx, &ecx, &edx) == 0) continue;
    layout[component] = {.offset = ebx, .size = eax};
  }
  return layout;
}

}  // namespace stub
