// How a session and its process part by the client's will.
#pragma once

#include "stub/session/context.hpp"

namespace stub {

Result<> kill_claimed(Context& context);
Result<> detach_claimed(Context& context);

}  // namespace stub
