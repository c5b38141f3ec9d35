// Server: what programs print on terminals that we have made for them, and who is told of it: the client that launched
// them, or the one that took them over. It is told while its processes run: a stopped debugger expects no text.
#include <algorithm>

#include "stub/server.hpp"

namespace stub {

// None where all standard files are named, or where the machine has no terminals: an image from scratch.
Server::ConsolePointer Server::give_terminal(LaunchRequest& request) {
  if (std::ranges::find(request.files, "") == request.files.end()) return nullptr;
  auto terminal = PseudoTerminal::open();
  if (!terminal) return nullptr;
  std::ranges::replace(request.files, "", terminal->device());
  return std::make_shared<Console>(io_, std::move(*terminal));
}

// --stdio=pty: the program has a terminal, and what it prints there is for whoever started us.
bool Server::shows_terminals_here() const { return options_.standard_files.kind == StandardFiles::Kind::terminal; }

// NOLINTNEXTLINE(performance-unnecessary-value-param): it is kept
void Server::add_console(ConsolePointer console, const ConnectionPointer& client) {
  console->watch([this, weak = std::weak_ptr(console)] {
    if (const auto there = weak.lock()) on_printed(there);
  });
  if (shows_terminals_here()) {
    console->listen();
    consoles_.push_back({std::move(console), {}});
  } else {
    consoles_.push_back({std::move(console), client});
  }
}

void Server::on_printed(const ConsolePointer& console) {
  const auto it = std::ranges::find(consoles_, console, &Audience::console);
  const auto client = it->client.lock();
  if (!client) {
    print_here(console->take());
  } else if (client->session().hears() && !client->congested()) {
    client->session().tell_printed();
    client->flush();
  } else {
    return;  // until listen_for()
  }
  if (!console->closed()) return console->listen();
  std::erase_if(consoles_, [&](const Audience& audience) { return audience.console == console; });
}

void Server::listen_for(const ConnectionPointer& client) {
  for (const auto& audience : consoles_)
    if (audience.client.lock() == client) audience.console->listen();
}

std::string Server::printed_for(const ConnectionPointer& client) {
  std::string out;
  for (const auto& audience : consoles_)
    if (audience.client.lock() == client) out += audience.console->take();
  return out;
}

// The program launched last.
Result<> Server::type_for(const ConnectionPointer& client, std::string_view text) {
  for (auto it = consoles_.rbegin(); it != consoles_.rend(); ++it)
    if (it->client.lock() == client && !it->console->closed()) return it->console->type(text);
  return fail(Errc::unsupported, "no program has a terminal of ours: what it reads is our standard input");
}

// What nobody hears is printed where it would have been without a terminal, so that no program waits for a listener.
void Server::leave_consoles(const ConnectionPointer& client) {
  for (auto& audience : consoles_) {
    if (audience.client.lock() != client) continue;
    audience.client.reset();
    audience.console->listen();
  }
}

void Server::take_over_consoles(const ConnectionPointer& client) {
  if (shows_terminals_here()) return;
  for (auto& audience : consoles_)
    if (audience.client.expired()) audience.client = client;
}

void Server::print_rest() {
  for (const auto& audience : consoles_)
    if (audience.client.expired()) print_here(audience.console->take());
}

}  // namespace stub
