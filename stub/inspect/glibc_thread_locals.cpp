#include "stub/inspect/glibc_thread_locals.hpp"

namespace stub::inspect {
namespace {

// However broken glibc's list is, reading it ends.
constexpr int most_slot_lists = 4096;

constexpr std::string_view module_id = "link_map_l_tls_modid";

// glibc's include/link.h and sysdeps/generic/ldsodefs.h: FORCED_DYNAMIC_TLS_OFFSET.
constexpr std::uint64_t no_offset = 0;
std::uint64_t forced_dynamic_offset(std::size_t word) { return ~std::uint64_t{0} >> (64 - 8 * word); }

std::string variable(std::string_view name) { return "_thread_db_" + std::string(name); }

}  // namespace

// glibc's nptl_db/thread_dbP.h, DB_DESC_…: three 32-bit numbers, the middle one says how many elements an array has.
struct GlibcThreadLocals::Field {
  std::uint64_t bits = 0;  // of one element
  std::uint64_t offset = 0;
};

bool GlibcThreadLocals::is_glibc(const ExportedSymbols& libc) { return libc.find(variable(module_id)).has_value(); }

auto GlibcThreadLocals::field(std::string_view name) const -> Result<Field> {
  const auto place = TRY(libc_.find(variable(name)));
  const auto bits = TRY(in_.number(place, 4));
  const auto offset = static_cast<std::int32_t>(TRY(in_.number(place + 8, 4)));
  return Field{bits, static_cast<std::uint64_t>(std::int64_t{offset})};
}

Result<std::uint64_t> GlibcThreadLocals::value(Address structure, std::string_view name) const {
  const auto place = TRY(field(name));
  if (place.bits != 8 && place.bits != 32 && place.bits != 64)
    return fail(Errc::unsupported, "the C library describes its own fields wrongly");
  return in_.number(structure + place.offset, place.bits / 8);
}

Result<Address> GlibcThreadLocals::element(Address structure, std::string_view name, std::uint64_t index) const {
  const auto place = TRY(field(name));
  return structure + place.offset + index * (place.bits / 8);
}

auto GlibcThreadLocals::read_slot(Address slot) const -> Result<Slot> {
  const Address link_map{TRY(value(slot, "dtv_slotinfo_map"))};
  return Slot{link_map, TRY(value(slot, "dtv_slotinfo_gen"))};
}

// The dynamic linker's list of the modules, by their numbers; it is in pieces, each longer than the one before.
auto GlibcThreadLocals::find_slot(std::uint64_t module) const -> Result<Slot> {
  const auto global_pointer = TRY(libc_.find("__nptl_rtld_global"));
  const auto global = TRY(in_.pointer(global_pointer));
  Address list{TRY(value(global, "rtld_global__dl_tls_dtv_slotinfo_list"))};
  for (int i = 0; i < most_slot_lists && list.value != 0; ++i) {
    const auto length = TRY(value(list, "dtv_slotinfo_list_len"));
    if (module < length) return read_slot(TRY(element(list, "dtv_slotinfo_list_slotinfo", module)));
    module -= length;
    list = Address{TRY(value(list, "dtv_slotinfo_list_next"))};
  }
  return fail(Errc::unsupported, "the dynamic linker knows no thread-local variables of this library");
}

// The thread has it from its start on, below its thread pointer.
Result<Address> GlibcThreadLocals::static_block(Address thread_pointer, Address link_map) const {
  const auto offset = TRY(value(link_map, "link_map_l_tls_offset"));
  if (offset == no_offset || offset == forced_dynamic_offset(in_.word_size()))
    return fail(Errc::unreadable, "the library's thread-local variables are not yet allocated in this thread");
  return thread_pointer - offset;
}

// A thread's table (the DTV) has a block for each module, at first none; what is older than the module may have stood
// there for another one, unloaded since.
Result<Address> GlibcThreadLocals::block(Address thread_pointer, Address link_map) const {
  const auto module = TRY(value(link_map, module_id));
  if (module == 0) return fail(Errc::unsupported, "the library has no thread-local variables");
  const auto slot = TRY(find_slot(module));
  if (slot.link_map != link_map) return fail(Errc::unreadable, "the library is being unloaded");
  const Address table{TRY(value(thread_pointer, "pthread_dtvp"))};
  const auto head = TRY(element(table, "dtv_dtv", 0));
  const auto generation = TRY(value(head, "dtv_t_counter"));
  if (generation < slot.generation) return static_block(thread_pointer, link_map);
  const auto entry = TRY(element(table, "dtv_dtv", module));
  const auto block = TRY(value(entry, "dtv_t_pointer_val"));
  // TLS_DTV_UNALLOCATED is -1 (glibc's elf/dl-tls.h).
  return (block & 1) != 0 ? static_block(thread_pointer, link_map) : Address{block};
}

}  // namespace stub::inspect
