#include "stub/inspect/thread_locals.hpp"

#include <algorithm>

#include "protocol/little_endian.hpp"
#include "stub/inspect/glibc_thread_locals.hpp"
#include "stub/inspect/link_map.hpp"
#include "stub/inspect/program_headers.hpp"

namespace stub::inspect {
namespace {

Result<Address> thread_pointer(Target& target, ThreadId thread) {
  const auto* architecture = target.architecture(thread.pid);
  if (architecture == nullptr) return fail(Errc::no_process, "there is no process");
  const auto holder = architecture->thread_pointer ? architecture->thread_pointer : architecture->thread_segment;
  if (!holder)
    return fail(Errc::unsupported, "thread-local variables are not found on " + std::string(architecture->name));
  const auto value = from_little_endian(TRY(target.read_register(thread, *holder)));
  const bool has_segment = !architecture->thread_pointer && value != 0;
  const auto pointer = has_segment ? TRY(target.segment_base(thread, value)) : Address{value};
  if (pointer.value == 0)
    return fail(Errc::unreadable, "thread-local variables are not yet allocated: the C library has not begun");
  return pointer;
}

// The program's block ends at the thread pointer: its code, which was linked without knowing the C library, relies on
// it (Drepper, "ELF Handling For Thread-Local Storage", variant II).
Result<Address> program_block(const MemoryReader& in, Address thread_pointer) {
  const auto program = TRY(program_headers(in));
  const auto* segment = program.find(pt_tls);
  if (segment == nullptr) return fail(Errc::unsupported, "the program has no thread-local variables");
  const auto alignment = std::max<std::uint64_t>(segment->alignment, 1);
  return thread_pointer - (segment->size + alignment - 1) / alignment * alignment;
}

// musl numbers those that have such variables as it loads them; none is ever unloaded (musl's ldso/dynlink.c).
Result<std::uint64_t> musl_module(const MemoryReader& in, const LibraryList& list, Address link_map) {
  const auto program = TRY(program_headers(in));
  std::uint64_t module = program.find(pt_tls) == nullptr ? 0 : 1;
  for (const auto& library : list.libraries) {
    const auto file = TRY(program_headers_of_file(in, library.load_bias));
    const bool has_some = file.find(pt_tls) != nullptr;
    if (has_some) ++module;
    if (library.link_map != link_map) continue;
    if (!has_some) return fail(Errc::unsupported, "the library has no thread-local variables");
    return module;
  }
  return fail(Errc::unsupported, "no library has this link map");
}

// Behind its pointer to itself a thread has one to its table: how many blocks, and where each is (musl's
// src/internal/pthread_impl.h).
Result<Address> musl_block(const MemoryReader& in, Address thread_pointer, const LibraryList& list, Address link_map) {
  const auto module = TRY(musl_module(in, list, link_map));
  const auto table = TRY(in.pointer(thread_pointer + in.word_size()));
  const auto count = TRY(in.word(table));
  if (module > count)
    return fail(Errc::unreadable, "the library's thread-local variables are not yet allocated in this thread");
  return in.pointer(table + module * in.word_size());
}

bool is_musl(const ExportedSymbols& libc) { return libc.find("__dls3").has_value(); }

Result<Address> library_block(const MemoryReader& in, Address thread_pointer, const LibraryList& list,
                              Address link_map) {
  if (std::ranges::find(list.libraries, link_map, &Library::link_map) == list.libraries.end())
    return fail(Errc::unsupported, "no library has this link map");
  for (const auto& library : list.libraries) {
    const auto symbols = ExportedSymbols::of(in, library);
    if (!symbols) continue;
    if (GlibcThreadLocals::is_glibc(*symbols)) return GlibcThreadLocals(in, *symbols).block(thread_pointer, link_map);
    if (is_musl(*symbols)) return musl_block(in, thread_pointer, list, link_map);
  }
  return fail(Errc::unsupported,
              "thread-local variables of libraries are found with glibc 2.34 or newer, and with musl");
}

}  // namespace

Result<Address> find_thread_local(Target& target, ThreadId thread, const ThreadLocal& variable) {
  const auto in = TRY(MemoryReader::of(target, thread.pid));
  const auto pointer = TRY(thread_pointer(target, thread));
  if (variable.link_map.value == 0) return TRY(program_block(in, pointer)) + variable.offset;
  const auto list = TRY(read_libraries(target, thread.pid, {}));
  const auto block = variable.link_map == list.main_link_map ? TRY(program_block(in, pointer))
                                                             : TRY(library_block(in, pointer, list, variable.link_map));
  return block + variable.offset;
}

}  // namespace stub::inspect
