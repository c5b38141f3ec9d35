#include "stub/session/partings.hpp"

#include "protocol/stop_reply.hpp"

namespace stub {
namespace {

void part(Context& context, Parting parting) {
  context.all_stop.forget();
  context.stoppoints.clear();
  context.parting = parting;
}

}  // namespace

Result<> kill_claimed(Context& context) {
  const auto pid = TRY(process_of(context));
  TRY(context.target.kill(pid));
  part(context, Parting::killed);
  context.exit_status = shell_status(signals::kill);
  context.last_words = exit_reply({pid, signals::kill}, context.dialect.ids, context.dialect.signals);
  return {};
}

Result<> detach_claimed(Context& context) {
  const auto pid = TRY(process_of(context));
  TRY(context.target.detach(pid));
  part(context, Parting::detached);
  return {};
}

}  // namespace stub
