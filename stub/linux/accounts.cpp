#include "stub/linux/accounts.hpp"

#include "protocol/cursor.hpp"
#include "stub/linux/procfs.hpp"

namespace stub {
namespace {

constexpr std::size_t most = std::size_t{4} * 1024 * 1024;  // bytes of a file

}  // namespace

Accounts::Accounts(std::string_view text) {
  Cursor in(text);
  while (!in.done()) {
    Cursor line(in.until('\n'));
    const auto name = line.until(':');
    line.until(':');
    const auto number = line.until(':');
    if (!name.empty() && !number.empty()) names_.emplace(number, name);  // the first of several is the one
  }
}

Accounts Accounts::users() { return Accounts(procfs::read_file("/etc/passwd", most).value_or("")); }
Accounts Accounts::groups() { return Accounts(procfs::read_file("/etc/group", most).value_or("")); }

std::string Accounts::name_of(std::string_view number) const {
  const auto it = names_.find(number);
  return it == names_.end() ? std::string(number) : it->second;
}

}  // namespace stub
