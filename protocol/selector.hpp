// ThreadSelector: what a client may say about threads (GDB manual, "thread-id syntax"). Everywhere behind
// Session::resolve there are only ThreadIds.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "protocol/cursor.hpp"
#include "protocol/types.hpp"

namespace stub {

struct IdPattern {
  enum class Kind : std::uint8_t { any, all, one };  // 0, -1, a number
  Kind kind = Kind::any;
  std::int32_t id = 0;  // of Kind::one

  friend bool operator==(const IdPattern&, const IdPattern&) = default;
};

// TID | pPID.TID | pPID, each of them also 0 or -1. pPID alone means all its threads.
struct ThreadSelector {
  std::optional<IdPattern> process;
  IdPattern thread;

  friend bool operator==(const ThreadSelector&, const ThreadSelector&) = default;
};

// Nothing if it is ill-formed; then the cursor's place is undefined.
[[nodiscard]] std::optional<ThreadSelector> parse_thread_selector(Cursor& in);

enum class ThreadIdForm : std::uint8_t { plain, multiprocess };
[[nodiscard]] std::string thread_id_text(ThreadId id, ThreadIdForm form);

}  // namespace stub
