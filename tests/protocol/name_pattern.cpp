// Regular expressions over the names of programs.
#include "protocol/name_pattern.hpp"

#include <random>
#include <string>

#include "tests/support/catch.hpp"

using namespace stub;

namespace {

bool found(std::string_view pattern, std::string_view name) {
  const auto parsed = NamePattern::parse(pattern);
  CAPTURE(pattern);
  REQUIRE(parsed);
  return parsed->found_in(name);
}

std::string repeated(std::string_view what, int times) {
  std::string out;
  for (int i = 0; i < times; ++i) out += what;
  return out;
}

}  // namespace

TEST_CASE("an expression is found in any part of a name, unless it says which") {
  CHECK(found("og", "prog"));
  CHECK(found("", "prog"));
  CHECK(found("", ""));
  CHECK_FALSE(found("x", "prog"));
  CHECK_FALSE(found("x", ""));
  CHECK(found("^pr", "prog"));
  CHECK_FALSE(found("^og", "prog"));
  CHECK(found("og$", "prog"));
  CHECK_FALSE(found("pr$", "prog"));
  CHECK(found("^$", ""));
  CHECK_FALSE(found("^$", "a"));
  CHECK(found("^a|b$", "xb"));
  CHECK_FALSE(found("^a|b$", "bx"));
}

TEST_CASE("what comes again and again, or perhaps") {
  CHECK(found("^ab*c$", "ac"));
  CHECK(found("^ab*c$", "abbbc"));
  CHECK_FALSE(found("^ab+c$", "ac"));
  CHECK(found("^ab+c$", "abbc"));
  CHECK(found("^ab?c$", "ac"));
  CHECK_FALSE(found("^ab?c$", "abbc"));
  CHECK(found("^a{2,3}$", "aaa"));
  CHECK_FALSE(found("^a{2,3}$", "a"));
  CHECK_FALSE(found("^a{2,3}$", "aaaa"));
  CHECK(found("^a{2}$", "aa"));
  CHECK_FALSE(found("^a{2}$", "aaa"));
  CHECK(found("^a{2,}$", "aaaaa"));
  CHECK_FALSE(found("^a{2,}$", "a"));
  CHECK(found("^(ab|c)+$", "abcab"));
  CHECK_FALSE(found("^(ab|c)+$", "abb"));
  CHECK(found("^(a|b|cd)$", "cd"));
  CHECK(found("^(|a)b$", "b"));
  CHECK(found("^(a*)*$", "aaa"));
  CHECK(found("^((a|b)?){0}$", ""));
  CHECK(found("^a{,2}$", "a{,2}"));
}

TEST_CASE("one byte of a set") {
  CHECK(found("^.$", "x"));
  CHECK(found("^[a-c]$", "b"));
  CHECK_FALSE(found("^[a-c]$", "d"));
  CHECK(found("^[^a-c]$", "d"));
  CHECK(found("^[]x]$", "]"));
  CHECK(found("^[^]x]$", "a"));
  CHECK(found("^[a-]$", "-"));
  CHECK(found("^[[:digit:]x]+$", "1x9"));
  CHECK_FALSE(found("^[[:alpha:]]$", "1"));
  CHECK(found(R"(^[\]$)", "\\"));
  CHECK(found("^[\xff]$", "\xff"));
}

TEST_CASE("what is special can be written as it is") {
  CHECK(found(R"(^\.\*\(\)\[\\$)", R"(.*()[\)"));
  CHECK_FALSE(found(R"(^\.$)", "x"));
  CHECK(found("a)", "a)"));
  CHECK(found("{}", "{}"));
}

TEST_CASE("what is no expression, or refers back, is refused") {
  for (const auto* bad : {"(",
                          "(a",
                          "(()",
                          "[",
                          "[a",
                          "[]",
                          "[^]",
                          "[b-a]",
                          "[[:none:]]",
                          "[[:alpha]]",
                          "[[.a.]]",
                          "[[=a=]]",
                          "*",
                          "+a",
                          "a|*",
                          "(?a)",
                          "\\",
                          R"((a)\1)",
                          "a{2,1}",
                          "a{1",
                          "a{1,x}",
                          "{1}",
                          "a{99999999999999999999}"}) {
    CAPTURE(bad);
    CHECK_FALSE(NamePattern::parse(bad));
  }
}

TEST_CASE("what would take others' time, memory or stack without bound is refused, or cheap") {
  CHECK_FALSE(NamePattern::parse("a{9999}"));
  CHECK_FALSE(NamePattern::parse("a{100}{100}{100}"));
  CHECK_FALSE(NamePattern::parse(std::string(100'000, '(')));
  CHECK_FALSE(NamePattern::parse(std::string(100'000, 'a')));
  CHECK_FALSE(NamePattern::parse(repeated("a|", 100'000)));
  CHECK_FALSE(NamePattern::parse("a" + std::string(100'000, '?')));
  const auto nested = std::string(30, '(') + "a" + repeated("+)", 30);
  if (const auto pattern = NamePattern::parse(nested)) CHECK(pattern->found_in("a"));
  CHECK_FALSE(found("^(a|aa)+$", std::string(4000, 'a') + "b"));
  CHECK_FALSE(found("(a*)*(a*)*(a*)*x", std::string(4000, 'a')));
}

TEST_CASE("any text is an expression or none") {
  std::mt19937 random(7);
  constexpr std::string_view letters = "ab(){}[]*+?|^$.\\,-:12";
  for (int round = 0; round < 20'000; ++round) {
    std::string text;
    for (auto length = random() % 24; length > 0; --length) text += letters[random() % letters.size()];
    if (const auto pattern = NamePattern::parse(text)) static_cast<void>(pattern->found_in("ab(1"));
  }
  SUCCEED();
}
