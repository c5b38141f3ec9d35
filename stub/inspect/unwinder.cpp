#include "stub/inspect/unwinder.hpp"

#include <dwarf.h>
#include <elfutils/libdwfl.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <deque>
#include <map>

#include "protocol/hex.hpp"
#include "protocol/little_endian.hpp"
#include "stub/inspect/demangle.hpp"
#include "stub/inspect/module_elf.hpp"
#include "stub/inspect/printable.hpp"

namespace stub::inspect {
namespace {

constexpr std::string_view vdso = "[vdso]", deleted = " (deleted)";
constexpr std::uint64_t page = 4096;
constexpr int most_units = 20000;  // of a file, that are searched for a source line

struct RawFrame {
  Address pc, sp;
  bool activation = false;  // the pc is where the thread is, not where it will come back to
};

// The registers that unwinding begins with, by their DWARF numbers.
struct Registers {
  std::vector<std::uint64_t> values;
  std::size_t pc = 0, sp = 0;
};

struct Walk {
  std::vector<RawFrame> frames;
  std::size_t most = 0;
  std::size_t sp = 0;  // DWARF number
  BacktraceEnd end = BacktraceEnd::outermost;
};

struct ElfEnd {
  void operator()(Elf* elf) const { elf_end(elf); }
};
struct DwflEnd {
  void operator()(Dwfl* dwfl) const { dwfl_end(dwfl); }
};

// A file that says of itself only for which machine it is: by this libdwfl knows how to unwind, whatever is mapped.
std::vector<char> machine_header(arch::Machine machine) {
  const auto fill = [machine](auto header, int file_class) {
    std::memcpy(header.e_ident, ELFMAG, SELFMAG);
    header.e_ident[EI_CLASS] = static_cast<unsigned char>(file_class);
    header.e_ident[EI_DATA] = ELFDATA2LSB;
    header.e_ident[EI_VERSION] = EV_CURRENT;
    header.e_type = ET_DYN;
    header.e_machine = machine == arch::Machine::amd64 ? EM_X86_64 : EM_386;
    header.e_version = EV_CURRENT;
    header.e_ehsize = sizeof header;
    std::vector<char> bytes(sizeof header);
    std::memcpy(bytes.data(), &header, sizeof header);
    return bytes;
  };
  return machine == arch::Machine::amd64 ? fill(Elf64_Ehdr{}, ELFCLASS64) : fill(Elf32_Ehdr{}, ELFCLASS32);
}

// Opening a device may do something.
Result<int> open_regular(Host& host, Host::Root root, const std::string& path) {
  constexpr std::uint64_t format = 0170000, regular = 0100000;  // inode(7), S_IFMT and S_IFREG
  const auto status = TRY(host.status(root, path, StatPath::Links::follow));
  if ((status.mode & format) != regular) return fail(Errc::unreadable, "not a regular file");
  return host.open(root, path, 0, 0);
}

int on_frame(Dwfl_Frame* state, void* argument) {
  auto& walk = *static_cast<Walk*>(argument);
  RawFrame frame;
  if (!dwfl_frame_pc(state, &frame.pc.value, &frame.activation)) return DWARF_CB_ABORT;
  if (frame.pc == Address{0} && !walk.frames.empty()) return DWARF_CB_ABORT;
  if (walk.frames.size() == walk.most) {
    walk.end = BacktraceEnd::limit;
    return DWARF_CB_ABORT;
  }
  const bool has_sp = dwfl_frame_reg(state, static_cast<unsigned>(walk.sp), &frame.sp.value) == 0;
  if (has_sp && !walk.frames.empty()) {
    const auto& last = walk.frames.back();
    // A signal's handler may have a stack of its own.
    if (frame.sp == last.sp && frame.pc == last.pc) walk.end = BacktraceEnd::identical;
    if (frame.sp < last.sp && !frame.activation) walk.end = BacktraceEnd::inner;
    if (walk.end != BacktraceEnd::outermost) return DWARF_CB_ABORT;
  }
  walk.frames.push_back(frame);
  return DWARF_CB_OK;
}

// Where the kernel let a handler return to. libdwfl calls that an activation (elfutils, libdwfl/dwfl_frame_pc.c), and
// the frame behind it, which was interrupted, too.
bool is_signal_frame(const std::vector<RawFrame>& frames, std::size_t i) {
  return i > 0 && i + 1 < frames.size() && frames[i].activation && frames[i + 1].activation;
}

// As gdb shows it: relative to where it was compiled, if it was named so.
std::string shown_file(std::string_view file, const char* compiled_in) {
  const std::string_view folder = compiled_in == nullptr ? "" : compiled_in;
  if (!folder.empty() && file.starts_with(folder) && file.substr(folder.size()).starts_with('/'))
    file.remove_prefix(folder.size() + 1);
  return printable(std::string(file));
}

std::optional<SourceLine> line_by_table(Dwfl_Module* module, Dwarf_Addr address) {
  auto* line = dwfl_module_getsrc(module, address);
  int number = 0;
  const char* file = line == nullptr ? nullptr : dwfl_lineinfo(line, nullptr, &number, nullptr, nullptr, nullptr);
  if (file == nullptr || number == 0) return std::nullopt;
  return SourceLine{shown_file(file, dwfl_line_comp_dir(line)), number};
}

// Where the file has no table of its units' addresses (.debug_aranges), as clang makes it.
std::optional<SourceLine> line_by_search(Dwfl_Module* module, Dwarf_Addr address) {
  Dwarf_Addr bias = 0;
  Dwarf_Die* unit = nullptr;
  for (int i = 0; i < most_units && (unit = dwfl_module_nextcu(module, unit, &bias)) != nullptr; ++i) {
    if (dwarf_haspc(unit, address - bias) != 1) continue;
    auto* line = dwarf_getsrc_die(unit, address - bias);
    int number = 0;
    const char* file = line == nullptr ? nullptr : dwarf_linesrc(line, nullptr, nullptr);
    if (file == nullptr || dwarf_lineno(line, &number) != 0 || number == 0) return std::nullopt;
    Dwarf_Attribute folder;
    return SourceLine{shown_file(file, dwarf_formstring(dwarf_attr(unit, DW_AT_comp_dir, &folder))), number};
  }
  return std::nullopt;
}

std::optional<SourceLine> line_of(Dwfl_Module* module, Dwarf_Addr address) {
  auto line = line_by_table(module, address);
  return line ? line : line_by_search(module, address);
}

}  // namespace

class Unwinder::Process {
 public:
  Process(Target& target, Host& host, Pid pid);
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;
  ~Process();

  Result<Backtrace> backtrace(ThreadId thread, std::size_t most);
  std::optional<SymbolPlace> find(Address address);
  std::vector<Module> modules();

 private:
  static Process& of(void** user_data) { return *static_cast<Process*>(*user_data); }
  static int find_elf(Dwfl_Module*, void** user_data, const char* name, Dwarf_Addr base, char** file, Elf** elf);
  static int find_debug_file(Dwfl_Module* module, void** user_data, const char*, Dwarf_Addr, const char*,
                             const char* link, GElf_Word link_checksum, char** found);
  static pid_t no_next_thread(Dwfl*, void*, void**) { return 0; }
  static bool get_thread(Dwfl*, pid_t, void* process, void** thread);
  static bool read_word(Dwfl*, Dwarf_Addr address, Dwarf_Word* word, void* process);
  static bool set_registers(Dwfl_Thread* thread, void* process);

  void report_modules();
  [[nodiscard]] Elf* open_elf(const std::string& name, Address base);
  [[nodiscard]] Elf* open_vdso(Address base);
  [[nodiscard]] Result<int> open_file(const std::string& name, Address base);
  [[nodiscard]] Result<Registers> registers_of(ThreadId thread);
  [[nodiscard]] std::optional<std::uint64_t> word_at(Address address);
  [[nodiscard]] bool is_code(Address address) const;
  [[nodiscard]] Walk walk(ThreadId thread, Registers registers, std::size_t most);
  void walk_from_caller(ThreadId thread, const Registers& registers, Walk& walk);
  [[nodiscard]] const Frame& described(Address address);
  [[nodiscard]] Frame describe(Address address);

  static const Dwfl_Callbacks callbacks;
  static const Dwfl_Thread_Callbacks thread_callbacks;

  Target& target_;
  Host& host_;
  Pid pid_;
  const arch::Architecture* architecture_;
  arch::Machine machine_{};
  std::vector<MemoryRegion> regions_;
  std::string program_;
  std::vector<int> descriptors_;  // of the modules' files
  Bytes vdso_;
  std::vector<char> machine_header_;
  std::unique_ptr<Elf, ElfEnd> machine_elf_;
  std::unique_ptr<Dwfl, DwflEnd> dwfl_;
  Registers registers_;  // of the walk
  std::optional<Address> unread_;
  Address page_at_;  // the part of the stack that was read last
  Bytes page_;
  std::map<Address, Frame> known_;  // by the address looked up
};

const Dwfl_Callbacks Unwinder::Process::callbacks{.find_elf = find_elf,
                                                  .find_debuginfo = find_debug_file,
                                                  .section_address = dwfl_offline_section_address,
                                                  .debuginfo_path = nullptr};
const Dwfl_Thread_Callbacks Unwinder::Process::thread_callbacks{.next_thread = no_next_thread,
                                                                .get_thread = get_thread,
                                                                .memory_read = read_word,
                                                                .set_initial_registers = set_registers,
                                                                .detach = nullptr,
                                                                .thread_detach = nullptr};

Unwinder::Process::Process(Target& target, Host& host, Pid pid)
    : target_(target), host_(host), pid_(pid), architecture_(target.architecture(pid)) {
  if (architecture_ == nullptr) return;
  machine_ = architecture_->pointer_size == 8 ? arch::Machine::amd64 : arch::Machine::i386;
  regions_ = target.memory_map(pid).value_or(std::vector<MemoryRegion>{});
  program_ = host.program(pid);
  elf_version(EV_CURRENT);
  machine_header_ = machine_header(machine_);
  machine_elf_.reset(elf_memory(machine_header_.data(), machine_header_.size()));
  dwfl_.reset(dwfl_begin(&callbacks));
  report_modules();
  dwfl_attach_state(dwfl_.get(), machine_elf_.get(), number(pid), &thread_callbacks, this);
}

Unwinder::Process::~Process() {
  dwfl_.reset();
  for (const auto descriptor : descriptors_) static_cast<void>(host_.close(descriptor));
}

// A module is what lies together, has one name, and has code.
void Unwinder::Process::report_modules() {
  dwfl_report_begin(dwfl_.get());
  for (auto at = regions_.begin(); at != regions_.end();) {
    const auto end = std::find_if(at, regions_.end(), [&](const MemoryRegion& r) { return r.name != at->name; });
    const bool has_code = std::any_of(at, end, [](const MemoryRegion& r) { return r.executable; });
    if (has_code && (at->name.starts_with('/') || at->name == vdso)) {
      auto* module = dwfl_report_module(dwfl_.get(), at->name.c_str(), at->start.value, (end - 1)->end.value);
      void** user_data = nullptr;
      if (module != nullptr) {
        dwfl_module_info(module, &user_data, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr);
        *user_data = this;
      }
    }
    at = end;
  }
  dwfl_report_end(dwfl_.get(), nullptr, nullptr);
}

int Unwinder::Process::find_elf(Dwfl_Module*, void** user_data, const char* name, Dwarf_Addr base, char** file,
                                Elf** elf) {
  *elf = of(user_data).open_elf(name, Address{base});
  *file = *elf == nullptr ? nullptr : ::strdup(name);
  return -1;  // the descriptor stays ours
}

Elf* Unwinder::Process::open_elf(const std::string& name, Address base) {
  if (name == vdso) return open_vdso(base);
  const auto descriptor = open_file(name, base);
  if (!descriptor) return nullptr;
  descriptors_.push_back(*descriptor);
  return open_module_elf(host_, *descriptor, machine_);
}

Elf* Unwinder::Process::open_vdso(Address base) {
  const auto region = std::ranges::find(regions_, base, &MemoryRegion::start);
  if (region == regions_.end() || region->end - base > 16 * page) return nullptr;
  vdso_ = target_.read_memory(pid_, base, region->end - base).value_or(Bytes{});
  return elf_memory(reinterpret_cast<char*>(vdso_.data()), vdso_.size());
}

// What has no name any more is still to be had through the process.
Result<int> Unwinder::Process::open_file(const std::string& name, Address base) {
  if (!name.ends_with(deleted)) return open_regular(host_, pid_, name);
  const auto folder = "/proc/" + std::to_string(number(pid_));
  if (name == program_ + std::string(deleted)) return open_regular(host_, {}, folder + "/exe");
  const auto region = std::ranges::find(regions_, base, &MemoryRegion::start);
  if (region == regions_.end()) return fail(Errc::unreadable, "no such mapping");
  return open_regular(host_, {}, folder + "/map_files/" + hex(base.value) + "-" + hex(region->end.value));
}

// Separate debug files are found by build id only, under the process's own root: a name of a file in a file may lead
// anywhere. A link without a checksum asks for what several debug files share (dwz(1)), whose id we are not told.
int Unwinder::Process::find_debug_file(Dwfl_Module* module, void** user_data, const char*, Dwarf_Addr, const char*,
                                       const char* link, GElf_Word link_checksum, char** found) {
  const unsigned char* bits = nullptr;
  GElf_Addr place = 0;
  const int length = dwfl_module_build_id(module, &bits, &place);
  if (length < 2 || (link != nullptr && link_checksum == 0)) return -1;
  auto& process = of(user_data);
  const auto id = hex_bytes(ByteView(bits, static_cast<std::size_t>(length)));
  const auto path = "/usr/lib/debug/.build-id/" + id.substr(0, 2) + "/" + id.substr(2) + ".debug";
  const auto descriptor = open_regular(process.host_, process.pid_, path);
  if (!descriptor) return -1;
  auto* elf = open_module_elf(process.host_, *descriptor, process.machine_);
  if (elf == nullptr) {
    static_cast<void>(process.host_.close(*descriptor));
    return -1;
  }
  elf_end(elf);
  *found = ::strdup(path.c_str());
  return *descriptor;  // libdwfl closes it
}

bool Unwinder::Process::get_thread(Dwfl*, pid_t, void* process, void** thread) {
  *thread = process;
  return true;
}

bool Unwinder::Process::read_word(Dwfl*, Dwarf_Addr address, Dwarf_Word* word, void* process) {
  const auto value = static_cast<Process*>(process)->word_at(Address{address});
  if (value) *word = *value;
  return value.has_value();
}

bool Unwinder::Process::set_registers(Dwfl_Thread* thread, void* process) {
  const auto& registers = static_cast<Process*>(process)->registers_;
  dwfl_thread_state_register_pc(thread, registers.values[registers.pc]);
  return dwfl_thread_state_registers(thread, 0, static_cast<unsigned>(registers.values.size()),
                                     registers.values.data());
}

std::optional<std::uint64_t> Unwinder::Process::word_at(Address address) {
  const auto size = architecture_->pointer_size;
  const Address start{address.value & ~(page - 1)};
  if (page_.empty() || start != page_at_) {
    page_ = target_.read_memory(pid_, start, page + size).value_or(Bytes{});
    page_at_ = start;
  }
  const auto offset = address - start;
  if (offset + size <= page_.size()) return from_little_endian(ByteView(page_).subspan(offset, size));
  unread_ = address;
  return std::nullopt;
}

// The psABIs give the integer registers and the return address the numbers from 0 on, the return address's being the
// last.
Result<Registers> Unwinder::Process::registers_of(ThreadId thread) {
  const auto& layout = architecture_->layout;
  const auto dwarf_number = [&](RegisterNumber n) {
    return static_cast<std::size_t>(layout.find(n)->dwarf.value_or(0));
  };
  Registers out{.values = {}, .pc = dwarf_number(architecture_->pc), .sp = dwarf_number(architecture_->sp)};
  out.values.resize(out.pc + 1);
  for (std::uint32_t n = 0; n < layout.registers.size(); ++n) {
    const auto dwarf = layout.registers[n].dwarf.value_or(-1);
    if (dwarf < 0 || static_cast<std::size_t>(dwarf) > out.pc) continue;
    const auto bytes = TRY(target_.read_register(thread, RegisterNumber{n}));
    out.values[static_cast<std::size_t>(dwarf)] = from_little_endian(bytes);
  }
  return out;
}

bool Unwinder::Process::is_code(Address address) const {
  return std::ranges::any_of(
      regions_, [&](const MemoryRegion& r) { return r.executable && address >= r.start && address < r.end; });
}

Walk Unwinder::Process::walk(ThreadId thread, Registers registers, std::size_t most) {
  Walk walk{.frames = {}, .most = most, .sp = registers.sp};
  registers_ = std::move(registers);
  unread_.reset();
  const int ended = dwfl_getthread_frames(dwfl_.get(), number(thread.tid), on_frame, &walk);
  if (ended != -1) unread_.reset();
  return walk;
}

// A call of what is no code (a null pointer to a function): nothing is known of such a place, but the caller's address
// lies on top of the stack, or behind one word that the place has pushed.
void Unwinder::Process::walk_from_caller(ThreadId thread, const Registers& registers, Walk& walked) {
  const auto word = architecture_->pointer_size;
  for (std::uint64_t slot = 0; slot < 2; ++slot) {
    auto callers = registers;
    const Address place{callers.values[callers.sp] + slot * word};
    const auto caller = word_at(place);
    if (!caller || !is_code(Address{*caller})) continue;
    callers.values[callers.pc] = *caller;
    callers.values[callers.sp] = (place + word).value;
    auto rest = walk(thread, std::move(callers), walked.most - 1);
    if (!rest.frames.empty()) rest.frames.front().activation = false;
    walked.frames.insert(walked.frames.end(), rest.frames.begin(), rest.frames.end());
    walked.end = rest.end;
    return;
  }
}

Result<Backtrace> Unwinder::Process::backtrace(ThreadId thread, std::size_t most) {
  if (architecture_ == nullptr || dwfl_ == nullptr) return fail(Errc::no_process, "There is no process.");
  page_.clear();
  const auto registers = TRY(registers_of(thread));
  const Address pc{registers.values[registers.pc]};
  auto walked = walk(thread, registers, most);
  if (walked.frames.empty())
    walked.frames.push_back({.pc = pc, .sp = Address{registers.values[registers.sp]}, .activation = true});
  if (!is_code(pc)) {
    walked.frames.resize(1);
    walk_from_caller(thread, registers, walked);
  }
  Backtrace out;
  out.frames.reserve(walked.frames.size());
  for (std::size_t i = 0; i < walked.frames.size(); ++i) {
    const auto& raw = walked.frames[i];
    // Behind a call stands perhaps the next function.
    auto frame = described(raw.activation ? raw.pc : raw.pc - 1);
    if (!raw.activation) ++frame.offset, ++frame.module_offset;
    frame.pc = raw.pc;
    frame.signal_handler_called = is_signal_frame(walked.frames, i);
    out.frames.push_back(std::move(frame));
  }
  out.end = walked.end;
  if (unread_ && out.end == BacktraceEnd::outermost) {
    out.end = BacktraceEnd::unreadable;
    out.unreadable = *unread_;
  }
  return out;
}

const Frame& Unwinder::Process::described(Address address) {
  constexpr std::size_t most_known = 65536;
  if (known_.size() > most_known) known_.clear();
  const auto known = known_.find(address);
  return known != known_.end() ? known->second : known_.emplace(address, describe(address)).first->second;
}

Frame Unwinder::Process::describe(Address address) {
  Frame frame{.pc = address};
  auto* module = dwfl_addrmodule(dwfl_.get(), address.value);
  if (module == nullptr) return frame;
  Dwarf_Addr start = 0;
  frame.module = dwfl_module_info(module, nullptr, &start, nullptr, nullptr, nullptr, nullptr, nullptr);
  frame.in_program = frame.module == program_;
  frame.module = printable(std::move(frame.module));
  frame.module_offset = address.value - start;
  GElf_Sym symbol;
  const char* name = dwfl_module_addrinfo(module, address.value, &frame.offset, &symbol, nullptr, nullptr, nullptr);
  // Without the symbol's version (foo@@GLIBC_2.34), as gdb shows it.
  if (name != nullptr)
    frame.function = demangled(std::string_view(name).substr(0, std::string_view(name).find('@', 1)));
  frame.line = line_of(module, address.value);
  return frame;
}

std::optional<SymbolPlace> Unwinder::Process::find(Address address) {
  if (dwfl_ == nullptr) return std::nullopt;
  const auto& frame = described(address);
  if (frame.function.empty()) return std::nullopt;
  return SymbolPlace{frame.function, frame.offset};
}

std::vector<Module> Unwinder::Process::modules() {
  std::vector<Module> out;
  const auto add = [](Dwfl_Module* module, void**, const char* name, Dwarf_Addr, void* argument) -> int {
    Dwarf_Addr start = 0, end = 0, bias = 0;
    dwfl_module_info(module, nullptr, &start, &end, nullptr, nullptr, nullptr, nullptr);
    const unsigned char* bits = nullptr;
    dwfl_module_getelf(module, &bias);  // or its build id is not known yet
    const int length = dwfl_module_build_id(module, &bits, &bias);
    Module entry{.file = printable(name), .range = {Address{start}, Address{end}}, .build_id = {}};
    if (length > 0) entry.build_id.assign(bits, bits + length);
    static_cast<std::vector<Module>*>(argument)->push_back(std::move(entry));
    return DWARF_CB_OK;
  };
  if (dwfl_ != nullptr) dwfl_getmodules(dwfl_.get(), add, &out, 0);
  return out;
}

Unwinder::Unwinder(Target& target, Host& host, Pid pid) : process_(std::make_unique<Process>(target, host, pid)) {}

Unwinder::~Unwinder() = default;

Result<Backtrace> Unwinder::backtrace(ThreadId thread, std::size_t most) { return process_->backtrace(thread, most); }

std::optional<SymbolPlace> Unwinder::find(Address address) { return process_->find(address); }

std::vector<Module> Unwinder::modules() { return process_->modules(); }

}  // namespace stub::inspect
