#include "stub/monitor/commands.hpp"

#include <algorithm>

#include "protocol/cursor.hpp"
#include "protocol/hex.hpp"
#include "protocol/little_endian.hpp"
#include "stub/arch/disassembler.hpp"
#include "stub/inspect/saved_core.hpp"
#include "stub/inspect/symbols.hpp"

namespace stub::monitor {
namespace {

constexpr std::size_t default_count = 10, most_instructions = 1000, longest_instruction = 15;
constexpr std::size_t bytes_width = 24;

Result<Address> pc_of(const View& view) {
  const auto* architecture = view.target.architecture(view.thread.pid);
  if (architecture == nullptr) return fail(Errc::no_process, "There is no process.");
  const auto bytes = TRY(view.target.read_register(view.thread, architecture->pc));
  return Address{from_little_endian(bytes)};
}

std::optional<std::uint64_t> whole_number(Cursor in, bool decimal) {
  const auto value = decimal ? in.decimal() : in.hex();
  return in.done() ? value : std::nullopt;
}

Result<std::size_t> count_argument(std::string_view word) {
  const auto value = whole_number(Cursor(word), true);
  if (!value || *value == 0 || *value > most_instructions)
    return fail(Errc::malformed, "COUNT is a number from 1 to " + std::to_string(most_instructions) + ".");
  return static_cast<std::size_t>(*value);
}

std::string spaced(ByteView bytes) {
  std::string out;
  for (const auto byte : bytes) out += hex(byte, 2) + " ";
  return out;
}

std::string symbol_text(inspect::Symbols& symbols, Address address) {
  const auto place = symbols.find(address);
  return place ? " <" + place->name + "+" + std::to_string(place->offset) + ">" : std::string();
}

}  // namespace

Result<std::uint64_t> address_argument(std::string_view word) {
  Cursor in(word);
  in.skip("0x");
  const auto value = whole_number(in, false);
  if (!value) return fail(Errc::malformed, "ADDRESS is a hexadecimal number.");
  return *value;
}

Result<std::string> disassemble(const View& view, const Words& words) {
  const auto pid = TRY(process(view));
  const auto pc = pc_of(view);
  if (words.empty() && !pc) return std::unexpected(pc.error());
  const Address start{words.empty() ? pc->value : TRY(address_argument(words[0]))};
  const auto count = words.size() < 2 ? default_count : TRY(count_argument(words[1]));
  const auto code = TRY(view.target.read_memory(pid, start, count * longest_instruction));
  inspect::Symbols symbols(view.target, view.host, pid);
  std::string out;
  for (const auto& insn : TRY(arch::disassemble(*view.target.architecture(pid), code, start, count))) {
    out += pc && insn.address == *pc ? "=> " : "   ";
    out += "0x" + hex(insn.address.value) + symbol_text(symbols, insn.address) + ":\t";
    out += padded(spaced(insn.bytes), bytes_width) + insn.text + "\n";
  }
  return out;
}

Result<std::string> breakpoints(const View& view, const Words&) {
  const auto list = view.target.breakpoints(TRY(process(view)));
  if (list.empty()) return std::string("No breakpoints are inserted.\n");
  std::string out = "address             original  hits\n";
  for (const auto& entry : list)
    out += padded("0x" + hex(entry.address.value, 16), 20) + padded(spaced(entry.original), 10) +
           std::to_string(entry.hits) + "\n";
  return out;
}

Result<std::string> maps(const View& view, const Words&) {
  const auto pid = TRY(process(view));
  std::string out;
  for (const auto& region : TRY(view.target.memory_map(pid))) {
    out += hex(region.start.value, 12) + "-" + hex(region.end.value, 12) + " ";
    out += region.readable ? 'r' : '-';
    out += region.writable ? 'w' : '-';
    out += region.executable ? 'x' : '-';
    out += region.shared ? 's' : 'p';
    out += " " + hex(region.offset, 8) + (region.name.empty() ? "" : " " + region.name) + "\n";
  }
  return out;
}

// The path is what is left of the line: it may have blanks in it.
Result<Work> save_core(const View& view, const Words& words) {
  TRY(process(view));
  std::string path;
  for (const auto& word : words) path += (path.empty() ? "" : " ") + word;
  const std::shared_ptr core = TRY(inspect::SavedCore::begin(view.target, view.host, view.thread, path));
  return [core](Turn turn) -> std::optional<Answer> {
    if (turn == Turn::end) return std::nullopt;
    const auto summary = core->step();
    if (!summary) return std::nullopt;
    if (!*summary) return answer_of(std::unexpected(summary->error()));
    return answer_of(inspect::describe(**summary, core->path()) + "\n");
  };
}

}  // namespace stub::monitor
