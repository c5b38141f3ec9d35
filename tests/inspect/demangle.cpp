// Names out of files that may say anything.
#include "stub/inspect/demangle.hpp"

#include "tests/support/catch.hpp"

using stub::inspect::demangled;

TEST_CASE("C++ names are shown as they are written, others as they are") {
  CHECK(demangled("_ZN4stub5ThingIiE6methodEi") == "stub::Thing<int>::method(int)");
  CHECK(demangled("main") == "main");
  CHECK(demangled("i") == "i");
  CHECK(demangled("_Z") == "_Z");
  CHECK(demangled("_ZNSt6vectorISsSaISsEE9push_backERKSs") ==
        "std::vector<std::string, std::allocator<std::string> >::push_back(std::string const&)");
}

// Each level doubles the text: written out, 40 of them are some terabytes.
TEST_CASE("a short name with an endless meaning stays as it is") {
  std::string name = "_Z1f1AIiiE";
  for (int level = 0; level < 40; ++level) {
    const auto last = std::string("S") + "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"[2 * level / 36 % 36] +
                      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"[2 * level % 36] + "_";
    name += "1BI" + last + last + "E";
  }
  CHECK(demangled(name) == name);
}

TEST_CASE("what a terminal would obey is not shown, and length has a bound") {
  CHECK(demangled("\x1b[2Jx\n") == "?[2Jx?");
  CHECK(demangled(std::string(5000, 'a')) == std::string(1000, 'a') + "...");
  CHECK(demangled("_Z4000" + std::string(4000, 'a') + "v").size() == 1003);
}
