#include "protocol/selector.hpp"

#include "protocol/hex.hpp"

namespace stub {
namespace {

std::optional<IdPattern> parse_pattern(Cursor& in) {
  if (in.skip("-1")) return IdPattern{IdPattern::Kind::all, 0};
  const auto id = in.id();
  if (!id) return std::nullopt;
  if (*id == 0) return IdPattern{IdPattern::Kind::any, 0};
  return IdPattern{IdPattern::Kind::one, *id};
}

}  // namespace

std::optional<ThreadSelector> parse_thread_selector(Cursor& in) {
  ThreadSelector selector;
  if (in.skip('p')) {
    selector.process = parse_pattern(in);
    if (!selector.process) return std::nullopt;
    if (!in.skip('.')) {
      selector.thread.kind = IdPattern::Kind::all;
      return selector;
    }
  }
  const auto thread = parse_pattern(in);
  if (!thread) return std::nullopt;
  selector.thread = *thread;
  return selector;
}

std::string thread_id_text(ThreadId id, ThreadIdForm form) {
  const auto tid = hex(static_cast<std::uint64_t>(number(id.tid)));
  if (form == ThreadIdForm::plain) return tid;
  return "p" + hex(static_cast<std::uint64_t>(number(id.pid))) + "." + tid;
}

}  // namespace stub
