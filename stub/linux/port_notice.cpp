#include "stub/linux/port_notice.hpp"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "stub/linux/fd.hpp"

namespace stub {
namespace {

// A named pipe that nobody reads yet is refused to a writer that does not wait (fifo(7)).
Fd open_for_writing(const std::string& path) {
  constexpr int rounds = 500, pause = 20;  // 10 seconds
  for (int round = 0;; ++round) {
    Fd file(::open(path.c_str(), O_WRONLY | O_NONBLOCK | O_CLOEXEC));
    if (file || errno != ENXIO || round == rounds) return file;
    ::poll(nullptr, 0, pause);
  }
}

}  // namespace

Result<> tell_port(int descriptor, const std::string& port) {
  const Fd pipe(descriptor);
  const auto length = port.size() + 1;
  if (::write(pipe.get(), port.c_str(), length) != static_cast<ssize_t>(length))
    return fail_system(errno, std::string("Cannot tell the port: ") + std::strerror(errno));
  return {};
}

Result<> tell_port(const std::string& path, const std::string& port) {
  auto file = open_for_writing(path);
  if (!file) return fail_system(errno, "Cannot open " + path + ": " + std::strerror(errno));
  return tell_port(file.release(), port);
}

}  // namespace stub
