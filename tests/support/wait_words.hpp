// Wait statuses in words, for tests and their traces.
#pragma once

#include <string>

#include "stub/target/kernel.hpp"

namespace stub {

[[nodiscard]] inline std::string told(const WaitReason& reason) {
  const auto with = [](std::string what, int n) { return what + " " + std::to_string(n); };
  return std::visit(Overloaded{
                        [&](const wait_status::Exited& e) { return with("exited", e.code); },
                        [&](const wait_status::Killed& k) { return with("killed", number(k.signal)); },
                        [&](const wait_status::SignalStop& s) {
                          return with("signal", number(s.signal)) +
                                 (s.signal == signals::trap ? with(" code", s.code) : "");
                        },
                        [&](const wait_status::InterruptStop&) { return std::string("interrupt"); },
                        [&](const wait_status::GroupStop& g) { return with("group stop", number(g.signal)); },
                        [&](const wait_status::NewTask& t) {
                          return std::string(t.kind == wait_status::NewTask::Kind::fork    ? "fork"
                                             : t.kind == wait_status::NewTask::Kind::vfork ? "vfork"
                                                                                           : "clone");
                        },
                        [&](const wait_status::VforkDone&) { return std::string("vfork done"); },
                        [&](const wait_status::SystemCallStop& c) {
                          return std::string(c.entry ? "call " : "return ") + std::to_string(c.number);
                        },
                        [&](const wait_status::Exec&) { return std::string("exec"); },
                    },
                    reason);
}

}  // namespace stub
