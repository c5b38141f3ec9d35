#include <algorithm>
#include <array>
#include <limits>

#include "protocol/commands/parsers.hpp"
#include "protocol/framing.hpp"
#include "protocol/hex.hpp"

namespace stub::parsers {
namespace {

template <class Packet>
Result<Command> with_path(Cursor in) {
  auto name = path_from_hex(in.take_rest());
  if (!name) return malformed("a path in hex");
  return Command{FileCommand{Packet{std::move(*name)}}};
}

template <class Packet, StatPath::Links links>
Result<Command> stat_path(Cursor in) {
  auto name = path_from_hex(in.take_rest());
  if (!name) return malformed("a path in hex");
  return Command{FileCommand{Packet{std::move(*name), links}}};
}

template <class Packet>
Result<Command> with_descriptor(Cursor in) {
  const auto descriptor = in.id();
  if (!descriptor || !in.done()) return malformed("a descriptor");
  return Command{FileCommand{Packet{*descriptor}}};
}

Result<Command> set_file_system(Cursor in) {
  const auto pid = in.id();
  if (!pid || !in.done()) return malformed("vFile:setfs:pid");
  return Command{FileCommand{*pid == 0 ? SetFileSystem{} : SetFileSystem{Pid{*pid}}}};
}

Result<Command> open(Cursor in) {
  auto name = path_from_hex(in.until(','));
  const auto flags = in.hex();
  if (!name || !flags || !in.skip(',')) return malformed("vFile:open:path,flags,mode");
  const auto mode = in.hex();
  constexpr auto most = std::numeric_limits<std::uint32_t>::max();
  if (!mode || !in.done() || *flags > most || *mode > 07777) return malformed("vFile:open:path,flags,mode");
  return Command{
      FileCommand{OpenFile{std::move(*name), static_cast<std::uint32_t>(*flags), static_cast<std::uint32_t>(*mode)}}};
}

Result<Command> read(Cursor in) {
  const auto descriptor = in.id();
  if (!descriptor || !in.skip(',')) return malformed("vFile:pread:descriptor,count,offset");
  const auto length = in.hex();
  if (!length || !in.skip(',')) return malformed("vFile:pread:descriptor,count,offset");
  const auto offset = in.hex();
  if (!offset || !in.done()) return malformed("vFile:pread:descriptor,count,offset");
  return Command{FileCommand{ReadFile{*descriptor, std::min<std::uint64_t>(*length, max_packet_size), *offset}}};
}

Result<Command> write(Cursor in) {
  const auto descriptor = in.id();
  if (!descriptor || !in.skip(',')) return malformed("vFile:pwrite:descriptor,offset,bytes");
  const auto offset = in.hex();
  if (!offset || !in.skip(',')) return malformed("vFile:pwrite:descriptor,offset,bytes");
  const auto bytes = as_bytes(in.take_rest());
  return Command{FileCommand{WriteFile{*descriptor, *offset, Bytes(bytes.begin(), bytes.end())}}};
}

Result<Command> symlink(Cursor in) {
  auto target = path_from_hex(in.until(','));
  auto name = path_from_hex(in.take_rest());
  if (!target || !name) return malformed("vFile:symlink:target,path");
  return Command{FileCommand{MakeSymlink{std::move(*target), std::move(*name)}}};
}

struct Row {
  std::string_view name;
  Parser parse;
};

constexpr std::array rows = {
    Row{"setfs", set_file_system},
    Row{"open", open},
    Row{"close", with_descriptor<CloseFile>},
    Row{"pread", read},
    Row{"pwrite", write},
    Row{"fstat", with_descriptor<StatDescriptor>},
    Row{"stat", stat_path<StatPath, StatPath::Links::follow>},
    Row{"lstat", stat_path<StatPath, StatPath::Links::stay>},
    Row{"unlink", with_path<UnlinkFile>},
    Row{"readlink", with_path<ReadLink>},
    Row{"size", with_path<QueryFileSize>},
    Row{"exists", with_path<QueryFileExists>},
    Row{"mode", with_path<QueryFileMode>},
    Row{"MD5", with_path<HashFile>},
    Row{"symlink", symlink},
};

}  // namespace

Result<Command> file(Cursor in) {
  if (!in.skip(':')) return malformed("vFile:operation:arguments");
  const auto name = in.until(':');
  const auto* row = std::ranges::find(rows, name, &Row::name);
  if (row == rows.end()) return Command{UnknownCommand{}};
  return row->parse(in);
}

}  // namespace stub::parsers
