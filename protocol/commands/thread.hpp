// Commands about threads.
#pragma once

#include <cstdint>
#include <optional>
#include <variant>
#include <vector>

#include "protocol/selector.hpp"

namespace stub {

// clang-format off: a line for each
struct SelectThread {                                  // Hg, Hc
  enum class For : std::uint8_t { other_operations, resume };
  For purpose{};
  ThreadSelector thread;
};
struct QueryThreadAlive { ThreadSelector thread; };    // T
struct QueryCurrentThread {};                          // qC
struct FirstThreads {};                                // qfThreadInfo: all of them, in one packet
struct NextThreads {};                                 // qsThreadInfo: no more
struct QueryThreadStop { Tid tid; };                   // qThreadStopInfo<tid>
struct QueryThreadsInfo {};                            // jThreadsInfo
struct SetThreadEvents { bool enabled = false; };      // QThreadEvents: tell of births and exits
struct SetThreadOptions {                              // QThreadOptions;options[:thread]…: the leftmost that matches
  struct Assignment {
    bool clones = false, exit = false;
    std::optional<ThreadSelector> threads;             // none: all that nothing before names
  };
  std::vector<Assignment> assignments;
};
struct QueryThreadLocal {                              // qGetTLSAddr:thread,offset,link map
  ThreadSelector thread;
  std::uint64_t offset = 0;
  Address link_map;
};
// clang-format on

using ThreadCommand =
    std::variant<SelectThread, QueryThreadAlive, QueryCurrentThread, FirstThreads, NextThreads, QueryThreadStop,
                 QueryThreadsInfo, SetThreadEvents, SetThreadOptions, QueryThreadLocal>;

}  // namespace stub
