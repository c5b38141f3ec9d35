#include "stub/inspect/exported_symbols.hpp"

#include "stub/inspect/dynamic_section.hpp"

namespace stub::inspect {
namespace {

// However broken a table is, looking it up ends. Real chains have a few links.
constexpr std::uint64_t most_links = 4096;

struct SymbolLayout {
  std::uint64_t size, section, value;  // Elf32_Sym, Elf64_Sym: sizeof, st_shndx, st_value; st_name is at 0
};
constexpr SymbolLayout symbol_32{16, 14, 4}, symbol_64{24, 6, 8};

const SymbolLayout& layout_of(const MemoryReader& in) { return in.word_size() == 8 ? symbol_64 : symbol_32; }

// glibc's elf/dl-lookup.c, "GNU hash".
std::uint32_t gnu_hash(std::string_view name) {
  std::uint32_t hash = 5381;
  for (const char c : name) hash = hash * 33 + static_cast<std::uint8_t>(c);
  return hash;
}

// glibc adds the bias to these addresses when it loads a library, musl leaves them as they were linked.
Result<Address> table(const DynamicSection& section, std::uint64_t tag, Address load_bias) {
  const auto value = section.value(tag);
  if (!value) return fail(Errc::unsupported, "the library has no table of symbols by their hash");
  return Address{*value} < load_bias ? load_bias + *value : Address{*value};
}

}  // namespace

Result<ExportedSymbols> ExportedSymbols::of(const MemoryReader& in, const Library& library) {
  const auto section = TRY(DynamicSection::read(in, library.dynamic));
  ExportedSymbols out(in);
  out.load_bias_ = library.load_bias;
  out.names_ = TRY(table(section, dt_strtab, library.load_bias));
  out.symbols_ = TRY(table(section, dt_symtab, library.load_bias));
  const auto hashes = TRY(table(section, dt_gnu_hash, library.load_bias));
  TRY(out.read_hash_table(hashes));
  return out;
}

// Four 32-bit numbers: how many buckets, the first symbol that is in one, how many words the filter has, a shift. Then
// the filter, the buckets (a symbol's index each) and a hash for each symbol, whose lowest bit ends a chain.
Result<> ExportedSymbols::read_hash_table(Address table) {
  bucket_count_ = TRY(in_.number(table, 4));
  first_hashed_ = TRY(in_.number(table + 4, 4));
  const auto filter_words = TRY(in_.number(table + 8, 4));
  if (bucket_count_ == 0) return fail(Errc::unsupported, "the library exports nothing");
  buckets_ = table + 16 + filter_words * in_.word_size();
  chains_ = buckets_ + 4 * bucket_count_;
  return {};
}

Result<bool> ExportedSymbols::is_named(Address symbol, std::string_view name) const {
  const auto place = TRY(in_.number(symbol, 4));
  const auto text = TRY(in_.bytes(names_ + place, name.size() + 1));
  return text.size() == name.size() + 1 && text.back() == 0 && as_text(text).starts_with(name);
}

Result<Address> ExportedSymbols::find(std::string_view name) const {
  const auto& layout = layout_of(in_);
  const auto hash = gnu_hash(name);
  const auto first = TRY(in_.number(buckets_ + 4 * (hash % bucket_count_), 4));
  for (auto index = first; index >= first_hashed_ && index - first < most_links; ++index) {
    const auto link = TRY(in_.number(chains_ + 4 * (index - first_hashed_), 4));
    const auto symbol = symbols_ + index * layout.size;
    if ((link | 1) == (hash | 1) && TRY(is_named(symbol, name))) {
      const auto section = TRY(in_.number(symbol + layout.section, 2));
      if (section != 0) return load_bias_ + TRY(in_.word(symbol + layout.value));
    }
    if ((link & 1) != 0) break;
  }
  return fail(Errc::unsupported, "the library exports no " + std::string(name));
}

}  // namespace stub::inspect
