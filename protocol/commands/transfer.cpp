#include <algorithm>
#include <array>

#include "protocol/commands/parsers.hpp"
#include "protocol/framing.hpp"

namespace stub::parsers {
namespace {

struct Row {
  std::string_view name;
  TransferObject object;
};

constexpr std::array objects = {
    Row{"features", TransferObject::features},
    Row{"auxv", TransferObject::auxv},
    Row{"libraries-svr4", TransferObject::libraries_svr4},
    Row{"threads", TransferObject::threads},
    Row{"exec-file", TransferObject::exec_file},
    Row{"siginfo", TransferObject::siginfo},
    Row{"osdata", TransferObject::osdata},
};

Result<Command> write_signal_info(Cursor in) {
  if (!in.skip(':')) return malformed("qXfer:siginfo:write::offset:data");
  const auto offset = in.hex();
  if (!offset || !in.skip(':')) return malformed("qXfer:siginfo:write::offset:data");
  const auto bytes = as_bytes(in.take_rest());
  return Command{TransferCommand{WriteSignalInfo{*offset, Bytes(bytes.begin(), bytes.end())}}};
}

}  // namespace

Result<Command> transfer(Cursor in) {
  if (!in.skip(':')) return malformed("qXfer:object:read:annex:offset,length");
  const auto name = in.until(':');
  const auto* row = std::ranges::find(objects, name, &Row::name);
  if (row == objects.end()) return Command{UnknownCommand{}};
  const auto operation = in.until(':');
  if (operation == "write" && row->object == TransferObject::siginfo) return write_signal_info(in);
  if (operation != "read") return Command{UnknownCommand{}};
  ReadObject packet{.object = row->object, .annex = std::string(in.until(':'))};
  const auto offset = in.hex();
  if (!offset || !in.skip(',')) return malformed("qXfer:object:read:annex:offset,length");
  const auto length = in.hex();
  in.skip(':');  // LLDB's tests end it so, and lldb-server takes it
  if (!length || !in.done()) return malformed("qXfer:object:read:annex:offset,length");
  packet.offset = *offset;
  // All of it may need escapes, and an m or l comes first.
  packet.length = std::min<std::uint64_t>(*length, max_packet_size / 2 - 1);
  return Command{TransferCommand{std::move(packet)}};
}

}  // namespace stub::parsers
