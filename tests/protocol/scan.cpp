#include "protocol/scan.hpp"

#include <random>
#include <string>

#include "tests/support/catch.hpp"

using namespace stub;

namespace {

std::size_t slow_find_any(const std::string& text, FourCharacters wanted) {
  return std::min(text.find_first_of(std::string{wanted.a, wanted.b, wanted.c, wanted.d}), text.size());
}

std::size_t slow_find_run(const std::string& text) {
  for (std::size_t i = 0; i + 3 < text.size(); ++i)
    if (text.substr(i, 4) == std::string(4, text[i])) return i;
  return text.size();
}

}  // namespace

TEST_CASE("the first of four characters is found wherever it is, and nothing behind the end") {
  constexpr FourCharacters wanted{'#', '$', '}', '\xff'};
  for (std::size_t size = 0; size < 80; ++size) {
    CAPTURE(size);
    CHECK(find_any(std::string(size, 'x') + "#", wanted) == size);
    CHECK(find_any(std::string_view(std::string(size, 'x') + "#").substr(0, size), wanted) == size);
    CHECK(find_any(std::string(size, 'x') + "\xff}$", wanted) == size);
  }
}

TEST_CASE("a run of four is found wherever it begins, and not one of three") {
  for (std::size_t size = 0; size < 80; ++size) {
    std::string text;
    for (std::size_t i = 0; i < size; ++i) text += i % 4 == 3 ? 'b' : 'a';
    CAPTURE(size);
    CHECK(find_run_of_four(text) == size);
    CHECK(find_run_of_four(text + "cccc") == size);
    CHECK(find_run_of_four(text + "ccc") == size + 3);
  }
}

TEST_CASE("long texts are looked through as short ones are") {
  std::mt19937 random(7);
  for (int round = 0; round < 3000; ++round) {
    std::string text(random() % 200, '\0');
    for (auto& c : text) c = random() % 8 == 0 ? static_cast<char>(random()) : "ab"[random() % 2];
    constexpr FourCharacters wanted{'\0', '*', '\x80', '}'};
    REQUIRE(find_any(text, wanted) == slow_find_any(text, wanted));
    REQUIRE(find_run_of_four(text) == slow_find_run(text));
    std::uint32_t sum = 0;
    for (const char c : text) sum += static_cast<unsigned char>(c);
    REQUIRE(byte_sum(text) == sum);
  }
}
