#include <algorithm>

#include "protocol/cursor.hpp"
#include "protocol/documents.hpp"
#include "protocol/hex.hpp"
#include "protocol/target_description.hpp"
#include "stub/inspect/link_map.hpp"
#include "stub/session/handlers/handlers.hpp"

namespace stub::handlers {
namespace {

using Document = Result<std::string>;

Document features(Context& context, const ReadObject& packet) {
  if (packet.annex != "target.xml") return fail(Errc::unsupported, "only target.xml is described");
  const auto* architecture = TRY(architecture_of(context));
  return context.dialect.target_description == RegisterNames::gdb ? gdb_target_description(architecture->layout)
                                                                  : lldb_target_description(architecture->layout);
}

Document auxv(Context& context) {
  const auto pid = TRY(process_of(context));
  return std::string(as_text(TRY(context.target.auxv(pid))));
}

ThreadDescription describe(Context& context, ThreadId thread) {
  auto facts = context.target.thread_facts(thread);
  return {thread, std::move(facts.name), facts.core};
}

Document threads(Context& context) {
  TRY(process_of(context));
  const auto all = context.claims.threads();
  std::vector<ThreadDescription> list;
  list.reserve(all.size());
  for (const auto thread : all) list.push_back(describe(context, thread));
  return threads_document(list, context.dialect.ids);
}

Document exec_file(Context& context, const ReadObject& packet) {
  std::optional<Pid> named;
  if (!packet.annex.empty()) {
    Cursor in(packet.annex);
    const auto asked = in.id();
    if (!asked || !in.done()) return fail(Errc::malformed, "the annex is a process id");
    named = Pid{*asked};
  }
  return context.target.executable_path(TRY(claimed_process(context, named)));
}

Document signal_info(Context& context) {
  const auto thread = TRY(resolve_general(context, {}));
  return std::string(as_text(TRY(context.target.signal_info(thread))));
}

// What the client has of it replaces that part; how much that was.
Result<std::size_t> change_signal_info(Context& context, const WriteSignalInfo& packet) {
  const auto thread = TRY(resolve_general(context, {}));
  auto info = TRY(context.target.signal_info(thread));
  if (packet.offset >= info.size()) return fail(Errc::malformed, "a siginfo_t is not that long");
  const auto count = std::min<std::size_t>(packet.bytes.size(), info.size() - packet.offset);
  std::copy_n(packet.bytes.begin(), count, info.begin() + static_cast<std::ptrdiff_t>(packet.offset));
  TRY(context.target.set_signal_info(thread, info));
  return count;
}

// Needs no process. A table that nobody has is empty for gdbserver, and so for us.
Document system_table(Context& context, const ReadObject& packet) {
  const auto table = context.host.system_table(packet.annex);
  return table ? system_table_document(*table) : std::string();
}

Document libraries(Context& context, const ReadObject& packet) {
  const auto pid = TRY(process_of(context));
  auto list = inspect::read_libraries(context.target, pid, inspect::parse_library_annex(packet.annex));
  if (!list) {
    if (list.error().code == Errc::end_of_list && context.dialect.knows_before_loader)
      return libraries_document({}, Namespaces::hide);
    return std::unexpected(list.error());
  }
  if (!context.dialect.lists_main_program) list->main_link_map.reset();
  return libraries_document(*list, context.dialect.lists_main_program ? Namespaces::show : Namespaces::hide);
}

Document make(Context& context, const ReadObject& packet) {
  switch (packet.object) {
    case TransferObject::features:
      return features(context, packet);
    case TransferObject::auxv:
      return auxv(context);
    case TransferObject::libraries_svr4:
      return libraries(context, packet);
    case TransferObject::threads:
      return threads(context);
    case TransferObject::exec_file:
      return exec_file(context, packet);
    case TransferObject::siginfo:
      return signal_info(context);
    case TransferObject::osdata:
      return system_table(context, packet);
  }
  return fail(Errc::unsupported, "no such object");
}

}  // namespace

// An object is made when its beginning is asked for, so that its pieces fit together. Signal information is made
// always: gdb asks for single members of it, of any thread.
Reply handle(Context& context, const ReadObject& packet) {
  const auto name = std::to_string(static_cast<int>(packet.object)) + packet.annex;
  if (packet.offset == 0 || packet.object == TransferObject::siginfo || context.document_name != name) {
    auto made = make(context, packet);
    if (!made) return Reply::error(made.error());
    context.document = std::move(*made);
    context.document_name = name;
  }
  auto piece = transfer_piece(context.document, packet.offset, packet.length);
  if (piece.starts_with('l')) context.document_name.clear();
  return Reply::text(std::move(piece));
}

Reply handle(Context& context, const WriteSignalInfo& packet) {
  const auto written = change_signal_info(context, packet);
  if (!written) return Reply::error(written.error());
  return Reply::text(hex(*written));
}

}  // namespace stub::handlers
