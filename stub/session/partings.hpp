// How a session and its processes part by the client's will.
#pragma once

#include "stub/session/context.hpp"

namespace stub {

Result<> kill_claimed(Context& context, Pid pid);
// What is told of each process's end.
Result<std::vector<std::string>> kill_all(Context& context);
// Where threads stop one by one: the ends are told like stops. The client has heard all when it has acknowledged the
// last.
Result<> kill_all_singly(Context& context);
Result<> detach_claimed(Context& context, Pid pid);
Result<> detach_all(Context& context);
// A process is gone from the session, one way or the other. Without any, a session that is not extended is over.
void forget_process(Context& context, Pid pid, Parting parting);

}  // namespace stub
