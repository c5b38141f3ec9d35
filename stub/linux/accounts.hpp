// Names of users and groups, out of the system's files: a static binary has no other name service.
#pragma once

#include <map>
#include <string>
#include <string_view>

namespace stub {

class Accounts {
 public:
  // Lines of /etc/passwd or /etc/group: name, password, number, and more (passwd(5), group(5)).
  explicit Accounts(std::string_view text);

  static Accounts users();
  static Accounts groups();

  // The number as it came, where it has no name.
  [[nodiscard]] std::string name_of(std::string_view number) const;

 private:
  std::map<std::string, std::string, std::less<>> names_;  // by number
};

}  // namespace stub
