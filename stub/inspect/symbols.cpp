#include "stub/inspect/symbols.hpp"

#include <gelf.h>
#include <libelf.h>

#include <algorithm>

#include "stub/inspect/demangle.hpp"

namespace stub::inspect {
namespace {

bool names_code_or_data(const GElf_Sym& symbol) {
  const auto type = GELF_ST_TYPE(symbol.st_info);
  return symbol.st_shndx != SHN_UNDEF && (type == STT_FUNC || type == STT_OBJECT || type == STT_GNU_IFUNC);
}

Elf_Scn* section_of_type(Elf* elf, GElf_Word type, GElf_Shdr& header) {
  for (Elf_Scn* section = nullptr; (section = elf_nextscn(elf, section)) != nullptr;)
    if (gelf_getshdr(section, &header) != nullptr && header.sh_type == type) return section;
  return nullptr;
}

}  // namespace

// One mapped file, open as long as we look things up in it.
class Symbols::Module {
 public:
  Module(Host& host, int descriptor) : host_(host), descriptor_(descriptor) {
    elf_version(EV_CURRENT);
    elf_ = elf_begin(descriptor, ELF_C_READ_MMAP, nullptr);
  }
  Module(const Module&) = delete;
  Module& operator=(const Module&) = delete;
  ~Module() {
    elf_end(elf_);
    static_cast<void>(host_.close(descriptor_));
  }

  // The address in the file's own numbering of what lies at a file offset.
  [[nodiscard]] std::optional<std::uint64_t> address_at(std::uint64_t offset) const {
    std::size_t count = 0;
    if (elf_ == nullptr || elf_getphdrnum(elf_, &count) != 0) return std::nullopt;
    for (std::size_t i = 0; i < count; ++i) {
      GElf_Phdr header;
      if (gelf_getphdr(elf_, static_cast<int>(i), &header) == nullptr || header.p_type != PT_LOAD) continue;
      if (offset >= header.p_offset && offset - header.p_offset < header.p_filesz)
        return offset - header.p_offset + header.p_vaddr;
    }
    return std::nullopt;
  }

  [[nodiscard]] std::optional<SymbolPlace> find(std::uint64_t address) const {
    GElf_Shdr header;
    auto* section = section_of_type(elf_, SHT_SYMTAB, header);
    if (section == nullptr) section = section_of_type(elf_, SHT_DYNSYM, header);
    auto* data = section == nullptr ? nullptr : elf_getdata(section, nullptr);
    if (data == nullptr || header.sh_entsize == 0) return std::nullopt;
    std::optional<GElf_Sym> best;
    for (std::size_t i = 0; i < header.sh_size / header.sh_entsize; ++i) {
      GElf_Sym symbol;
      if (gelf_getsym(data, static_cast<int>(i), &symbol) == nullptr || !names_code_or_data(symbol)) continue;
      if (symbol.st_value > address || (best && symbol.st_value < best->st_value)) continue;
      if (symbol.st_size == 0 || address - symbol.st_value < symbol.st_size) best = symbol;
    }
    if (!best) return std::nullopt;
    const char* name = elf_strptr(elf_, header.sh_link, best->st_name);
    if (name == nullptr) return std::nullopt;
    return SymbolPlace{demangled(name), address - best->st_value};
  }

 private:
  Host& host_;
  int descriptor_;
  Elf* elf_ = nullptr;
};

Symbols::Symbols(Target& target, Host& host, Pid pid)
    : host_(host), pid_(pid), regions_(target.memory_map(pid).value_or(std::vector<MemoryRegion>{})) {}

Symbols::~Symbols() = default;

Symbols::Module* Symbols::module_of(const MemoryRegion& region) {
  if (!region.name.starts_with('/')) return nullptr;
  const auto known = modules_.find(region.name);
  if (known != modules_.end()) return known->second.get();
  const auto file = host_.open(pid_, region.name, 0, 0);
  auto module = file ? std::make_unique<Module>(host_, *file) : nullptr;
  return modules_.emplace(region.name, std::move(module)).first->second.get();
}

std::optional<SymbolPlace> Symbols::find(Address address) {
  const auto region =
      std::ranges::find_if(regions_, [&](const MemoryRegion& r) { return address >= r.start && address < r.end; });
  if (region == regions_.end()) return std::nullopt;
  const auto* module = module_of(*region);
  if (module == nullptr) return std::nullopt;
  const auto in_file = module->address_at(address - region->start + region->offset);
  return in_file ? module->find(*in_file) : std::nullopt;
}

}  // namespace stub::inspect
