#pragma once

#include <map>
#include <string>

#include "server.hpp"

namespace bench {

struct Figures {
  double value = 0;         // in the unit that the table of bench.py names
  double processor_us = 0;  // the server's, per operation or megabyte; 0: not told
};

using Scenario = Figures (*)(const Options&);

struct Row {
  Scenario run;
  bool shared_processor = true;  // where nobody spins
};

// By name. What a server does, and what the kernel does at best.
std::map<std::string, Row> packet_scenarios();
std::map<std::string, Row> thread_scenarios();
std::map<std::string, Row> bare_scenarios();

// How often an operation can be done within the time; `each` is what one counts for.
template <class Operation>
double rate(double seconds, double each, Operation operation) {
  for (int i = 0; i < 5; i++) operation();
  const auto began = Clock::now();
  double done = 0, took = 0;
  while (took < seconds) {
    for (int i = 0; i < 4; i++, done += each) operation();
    took = seconds_since(began);
  }
  return done / took;
}

// The same, with what it costs the server.
template <class Operation>
Figures served(Session& session, double seconds, double each, Operation operation) {
  const double before = session.processor_seconds();
  double done = 0;
  const double found = rate(seconds, each, [&] {
    operation();
    done += each;
  });
  return {found, (session.processor_seconds() - before) * 1e6 / done};
}

}  // namespace bench
