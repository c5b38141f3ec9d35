// LocalListener: a socket of this machine (unix(7)) where clients come.
#pragma once

#include <asio/io_context.hpp>
#include <asio/local/stream_protocol.hpp>
#include <functional>
#include <string>

#include "protocol/error.hpp"
#include "stub/linux/fd.hpp"

namespace stub {

class LocalListener {
 public:
  // A path, or behind a NUL an abstract name. What an earlier server has left at the path is replaced.
  static Result<LocalListener> open(asio::io_context& io, const std::string& name);
  // The other way round: somebody who listens there.
  static Result<Fd> call(asio::io_context& io, const std::string& name);

  void accept(std::function<void(Fd)> accepted);

 private:
  explicit LocalListener(asio::local::stream_protocol::acceptor acceptor) : acceptor_(std::move(acceptor)) {}

  asio::local::stream_protocol::acceptor acceptor_;
};

}  // namespace stub
