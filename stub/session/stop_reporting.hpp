// Stops, as the session's client wants to hear of them.
#pragma once

#include <string>
#include <vector>

#include "protocol/stop_reply.hpp"
#include "stub/session/context.hpp"

namespace stub {

// The reply to ? and to the end of a resume: of the current thread.
[[nodiscard]] std::string stop_reply(Context& context);
// The reply that tells of the process's end; it is remembered for ?.
[[nodiscard]] std::string end_reply(Context& context, const StopEvent& event);
// qThreadStopInfo.
[[nodiscard]] std::string thread_stop_reply(Context& context, ThreadId thread);
// jThreadsInfo.
[[nodiscard]] std::string threads_info(Context& context);

// Whether the client is to hear of it; otherwise the thread goes on.
[[nodiscard]] bool wants(const Context& context, const StopEvent& event);

}  // namespace stub
