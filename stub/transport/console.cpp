#include "stub/transport/console.hpp"

#include <utility>

namespace stub {

using asio::posix::stream_descriptor;

void Console::listen() {
  if (closed_ || std::exchange(listening_, true)) return;
  descriptor_.async_wait(stream_descriptor::wait_read, [self = shared_from_this()](const asio::error_code& error) {
    self->listening_ = false;
    if (!error && !self->closed_ && self->printed_) self->printed_();
  });
}

// More than a terminal's buffers hold: all that was printed before a stop comes with one call.
std::string Console::take() {
  constexpr std::size_t most = 0x100000;
  std::string out;
  if (!closed_ && !terminal_.read(out, most)) close();
  return out;
}

Result<> Console::type(std::string_view text) {
  constexpr std::size_t most = 0x100000;
  if (closed_) return fail(Errc::unsupported, "the program has closed its terminal");
  if (typed_.size() + text.size() > most) return fail(Errc::unsupported, "the program does not read its input");
  typed_ += text;
  type_more();
  return {};
}

void Console::type_more() {
  typed_.erase(0, terminal_.write(typed_));
  if (typed_.empty() || std::exchange(waiting_to_type_, true)) return;
  descriptor_.async_wait(stream_descriptor::wait_write, [self = shared_from_this()](const asio::error_code& error) {
    self->waiting_to_type_ = false;
    if (!error && !self->closed_) self->type_more();
  });
}

void Console::close() {
  closed_ = true;
  printed_ = nullptr;
  if (descriptor_.is_open()) descriptor_.release();
}

}  // namespace stub
