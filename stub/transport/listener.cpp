#include "stub/transport/listener.hpp"

#include <algorithm>
#include <asio/ip/v6_only.hpp>
#include <cerrno>
#include <iterator>

#include "stub/linux/socket_io.hpp"

namespace stub {
namespace {

using asio::ip::tcp;

std::string shown(const ListenAddress& address) {
  return address.host.empty() ? std::to_string(address.port) : address.host + ":" + std::to_string(address.port);
}

std::string cure_for(const asio::error_code& error) {
  if (error == asio::error::access_denied) return ": ports below 1024 need root";
  if (error == std::errc::address_not_available) return ": this machine has no such address";
  return {};
}

Result<tcp::acceptor> bind_one(asio::io_context& io, const tcp::endpoint& endpoint, bool both_families,
                               const ListenAddress& address) {
  tcp::acceptor acceptor(io);
  asio::error_code error;
  acceptor.open(endpoint.protocol(), error);
  if (!error) acceptor.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error && endpoint.address().is_v6()) acceptor.set_option(asio::ip::v6_only(!both_families), error);
  if (!error) acceptor.bind(endpoint, error);
  if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
  if (error == asio::error::address_in_use)  // drivers of gdbserver read these very words, and try the next port
    return fail_system(error.value(), "Can't bind address: " + error.message() + ".\n" + shown(address) +
                                          ": end what listens there, or use port 0 for any free one");
  if (error)
    return fail_system(error.value(),
                       "Can't bind address " + shown(address) + ": " + error.message() + cure_for(error));
  socket_io::set_close_on_exec(acceptor.native_handle());
  return acceptor;
}

// All interfaces of both families through one socket; where there is no IPv6, of IPv4.
Result<std::vector<tcp::acceptor>> bind_all(asio::io_context& io, const ListenAddress& address) {
  std::vector<tcp::acceptor> out;
  if (address.family != ListenAddress::Family::any) {
    const bool v6 = address.family == ListenAddress::Family::v6;
    out.push_back(TRY(bind_one(io, {v6 ? tcp::v6() : tcp::v4(), address.port}, false, address)));
    return out;
  }
  auto both = bind_one(io, {tcp::v6(), address.port}, true, address);
  out.push_back(both ? std::move(*both) : TRY(bind_one(io, {tcp::v4(), address.port}, false, address)));
  return out;
}

bool is_of(ListenAddress::Family family, const asio::ip::address& candidate) {
  return family == ListenAddress::Family::any || candidate.is_v6() == (family == ListenAddress::Family::v6);
}

// A FROM scratch image cannot resolve even localhost.
Result<std::vector<asio::ip::address>> addresses_of(asio::io_context& io, const ListenAddress& address) {
  if (address.scope == ListenAddress::Scope::loopback)
    return std::vector<asio::ip::address>{asio::ip::address_v4::loopback(), asio::ip::address_v6::loopback()};
  asio::error_code error;
  const auto found = tcp::resolver(io).resolve(address.host, "", tcp::resolver::passive, error);
  if (error || found.empty())
    return fail(Errc::system, address.host + ": cannot resolve name: " + error.message() +
                                  "; use an address, or :PORT for all interfaces");
  std::vector<asio::ip::address> out;
  for (const auto& entry : found) out.push_back(entry.endpoint().address());
  return out;
}

// All of a name's addresses that this machine has, on one port.
Result<std::vector<tcp::acceptor>> bind_host(asio::io_context& io, const ListenAddress& address) {
  std::vector<tcp::acceptor> out;
  Error reason{Errc::system, address.host + ": cannot resolve name: it has no address of that family", 0};
  auto port = address.port;
  for (const auto& candidate : TRY(addresses_of(io, address))) {
    if (!is_of(address.family, candidate)) continue;
    auto bound = bind_one(io, {candidate, port}, false, address);
    if (!bound && bound.error().number == EADDRINUSE) return std::unexpected(bound.error());
    if (!bound) {
      reason = bound.error();
      continue;
    }
    port = bound->local_endpoint().port();  // port 0: the same for all
    out.push_back(std::move(*bound));
  }
  if (out.empty()) return std::unexpected(reason);
  return out;
}

Result<std::vector<tcp::acceptor>> bind_any(asio::io_context& io, const ListenAddress& address) {
  return address.scope == ListenAddress::Scope::all ? bind_all(io, address) : bind_host(io, address);
}

}  // namespace

Result<Listener> Listener::open(asio::io_context& io, const ListenAddress& address, Gate gate) {
  return Listener(std::move(gate), TRY(bind_any(io, address)));
}

Result<> Listener::add(asio::io_context& io, const ListenAddress& address) {
  auto more = TRY(bind_any(io, address));
  std::ranges::move(more, std::back_inserter(acceptors_));
  return {};
}

std::uint16_t Listener::port() const { return acceptors_.front().local_endpoint().port(); }

void Listener::accept(Accepted accepted, Refused refused) {
  accepted_ = std::move(accepted);
  refused_ = std::move(refused);
  for (auto& acceptor : acceptors_) accept_next(acceptor);
}

void Listener::accept_next(tcp::acceptor& acceptor) {
  acceptor.async_accept([this, &acceptor](const asio::error_code& error, tcp::socket socket) {
    if (error == asio::error::operation_aborted || !acceptor.is_open()) return;
    if (!error) {
      asio::error_code gone;
      const auto peer = socket.remote_endpoint(gone);
      if (!gone) gate_.admits(peer.address()) ? accepted_(std::move(socket), peer) : refused_(peer);
    }
    accept_next(acceptor);
  });
}

void Listener::close() {
  for (auto& acceptor : acceptors_) {
    asio::error_code ignored;
    acceptor.close(ignored);
  }
}

}  // namespace stub
