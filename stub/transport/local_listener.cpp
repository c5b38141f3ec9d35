#include "stub/transport/local_listener.hpp"

#include <asio/error.hpp>
#include <filesystem>

#include "stub/linux/socket_io.hpp"

namespace stub {
namespace {

using asio::local::stream_protocol;

constexpr std::size_t longest = 107;  // sun_path, with a NUL at its end

std::string shown(const std::string& name) { return name.starts_with('\0') ? "@" + name.substr(1) : name; }

Result<stream_protocol::endpoint> endpoint_of(const std::string& name) {
  if (name.empty() || name.size() > longest)
    return fail(Errc::malformed, "a socket's name has 1 to " + std::to_string(longest) + " characters");
  return stream_protocol::endpoint(name);
}

std::unexpected<Error> failed(const std::string& what, const std::string& name, const asio::error_code& error) {
  return fail_system(error.value(), what + shown(name) + ": " + error.message());
}

}  // namespace

Result<Fd> LocalListener::call(asio::io_context& io, const std::string& name) {
  const auto endpoint = TRY(endpoint_of(name));
  stream_protocol::socket socket(io);
  asio::error_code error;
  socket.connect(endpoint, error);
  if (error) return failed("Cannot connect to ", name, error);
  return Fd(socket.release());
}

Result<LocalListener> LocalListener::open(asio::io_context& io, const std::string& name) {
  const auto endpoint = TRY(endpoint_of(name));
  std::error_code ignored;
  if (std::filesystem::is_socket(name, ignored)) std::filesystem::remove(name, ignored);
  stream_protocol::acceptor acceptor(io);
  asio::error_code error;
  acceptor.open(endpoint.protocol(), error);
  if (!error) acceptor.bind(endpoint, error);
  if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
  if (error) return failed("Can't bind address ", name, error);
  socket_io::set_close_on_exec(acceptor.native_handle());
  return LocalListener(std::move(acceptor));
}

void LocalListener::accept(std::function<void(Fd)> accepted) {
  acceptor_.async_accept(
      [this, accepted = std::move(accepted)](const asio::error_code& error, stream_protocol::socket socket) {
        if (error == asio::error::operation_aborted || !acceptor_.is_open()) return;
        if (!error) accepted(Fd(socket.release()));
        accept(accepted);
      });
}

}  // namespace stub
