// Stops, as the session's client wants to hear of them.
#pragma once

#include <string>
#include <vector>

#include "protocol/stop_reply.hpp"
#include "stub/session/context.hpp"

namespace stub {

// The reply to ? and to the end of a resume: of the current thread.
[[nodiscard]] std::string stop_reply(Context& context);
// Stops everything, and tells that, or of what was quicker.
[[nodiscard]] std::string interrupt(Context& context);
// The reply that tells of the process's end; it is remembered for ?.
[[nodiscard]] std::string end_reply(Context& context, const StopEvent& event);
// Tells of an event, with all that it means for the session; whoever sends the text tells the client.
[[nodiscard]] std::string tell(Context& context, const StopEvent& event);
// The same where threads stop one by one.
[[nodiscard]] std::string tell(Context& context, const Notice& notice);
// qThreadStopInfo.
[[nodiscard]] std::string thread_stop_reply(Context& context, ThreadId thread);
// jThreadsInfo.
[[nodiscard]] std::string threads_info(Context& context);

// Whether the client is to hear of it; otherwise the thread goes on.
[[nodiscard]] bool wants(const Context& context, const StopEvent& event);

}  // namespace stub
