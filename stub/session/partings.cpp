#include "stub/session/partings.hpp"

#include "protocol/stop_reply.hpp"

namespace stub {

void forget_process(Context& context, Pid pid, Parting parting) {
  context.claims.drop(pid);
  if (context.general && context.general->pid == pid) context.general.reset();
  if (context.resuming && context.resuming->pid == pid) context.resuming.reset();
  std::erase_if(context.stoppoints, [&](const auto& entry) { return entry.first == pid; });
  if (!context.claims.empty()) return;
  context.all_stop.stop();  // nobody is left to wait for
  const bool goes_on = context.extended || (context.dialect.outlives_processes && parting != Parting::exited);
  if (!goes_on) context.parting = parting;
}

Result<> kill_claimed(Context& context, Pid pid) {
  TRY(context.target.kill(pid));
  context.exit_status = shell_status(signals::kill);
  context.last_words = exit_reply({pid, signals::kill}, context.dialect.ids, context.dialect.signals);
  forget_process(context, pid, Parting::killed);
  return {};
}

Result<std::vector<std::string>> kill_all(Context& context) {
  TRY(process_of(context));
  std::vector<std::string> out;
  while (!context.claims.empty()) {
    TRY(kill_claimed(context, *context.claims.processes().begin()));
    out.push_back(context.last_words);
  }
  if (!context.extended) context.parting = Parting::killed;
  return out;
}

Result<> kill_all_singly(Context& context) {
  TRY(process_of(context));
  while (!context.claims.empty()) {
    const auto pid = *context.claims.processes().begin();
    TRY(kill_claimed(context, pid));
    context.non_stop.tell_end(pid);
  }
  context.parts_when_told = !context.extended;
  return {};
}

Result<> detach_claimed(Context& context, Pid pid) {
  const auto origin = context.target.origin(pid);
  TRY(context.target.detach(pid));
  forget_process(context, pid, Parting::detached);
  if (origin == Origin::launched) context.surroundings.let_go(pid);
  return {};
}

Result<> detach_all(Context& context) {
  while (!context.claims.empty()) TRY(detach_claimed(context, *context.claims.processes().begin()));
  return {};
}

}  // namespace stub
