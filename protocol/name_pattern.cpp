#include "protocol/name_pattern.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <string>

#include "protocol/cursor.hpp"

namespace stub {
namespace {

using Step = NamePattern::Step;
using Steps = std::vector<Step>;

constexpr std::size_t most_steps = 512;
constexpr int deepest = 32;  // parentheses in parentheses

std::ptrdiff_t size(const Steps& steps) { return static_cast<std::ptrdiff_t>(steps.size()); }

Step fork(std::ptrdiff_t first, std::ptrdiff_t second) { return {Step::Kind::fork, {}, first, second}; }

Steps one_of(const std::bitset<256>& bytes) { return {Step{.kind = Step::Kind::byte, .bytes = bytes}}; }

void append(Steps& to, const Steps& more) { to.insert(to.end(), more.begin(), more.end()); }

Steps optional(const Steps& what) {
  Steps out{fork(1, size(what) + 1)};
  append(out, what);
  return out;
}

Steps any_number_of(const Steps& what) {
  auto out = optional(what);
  out.front().second = size(what) + 2;
  out.push_back(fork(-size(what) - 1, -size(what) - 1));
  return out;
}

std::size_t index_of(char c) { return static_cast<unsigned char>(c); }

struct Class {
  std::string_view name;
  int (*has)(int);
};
constexpr std::array classes = {
    Class{"alnum", std::isalnum}, Class{"alpha", std::isalpha}, Class{"blank", std::isblank},
    Class{"cntrl", std::iscntrl}, Class{"digit", std::isdigit}, Class{"graph", std::isgraph},
    Class{"lower", std::islower}, Class{"print", std::isprint}, Class{"punct", std::ispunct},
    Class{"space", std::isspace}, Class{"upper", std::isupper}, Class{"xdigit", std::isxdigit},
};

struct Times {
  std::uint64_t least = 0;
  std::optional<std::uint64_t> most;  // none: any number
};

// POSIX.1, "Extended Regular Expressions": alternatives of sequences of pieces, which are atoms with repetitions.
class Parser {
 public:
  explicit Parser(std::string_view text) : in_(text) {}

  std::optional<Steps> all() {
    auto steps = alternatives();
    if (!in_.done()) return std::nullopt;
    return steps;
  }

 private:
  using Part = std::optional<Steps>;

  Part alternatives() {
    auto out = sequence();
    while (out && in_.skip('|')) {
      const auto other = sequence();
      if (!other || out->size() + other->size() > most_steps) return std::nullopt;
      out->push_back(fork(size(*other) + 1, size(*other) + 1));
      out->insert(out->begin(), fork(1, size(*out) + 1));
      append(*out, *other);
    }
    return out;
  }

  Part sequence() {
    Steps out;
    while (!in_.done() && in_.peek() != '|' && (in_.peek() != ')' || depth_ == 0)) {
      const auto next = piece();
      if (!next || out.size() + next->size() > most_steps) return std::nullopt;
      append(out, *next);
    }
    return out;
  }

  Part piece() {
    auto out = atom();
    while (out && !in_.done()) {
      const auto rest = in_.rest();
      const auto times = repetition();
      if (in_.rest() == rest) return out;
      out = times ? repeated(*out, *times) : std::nullopt;
    }
    return out;
  }

  // A brace that no digit follows is one of the name's.
  [[nodiscard]] bool at_interval() const {
    const auto rest = in_.rest();
    return rest.size() > 1 && rest[0] == '{' && std::isdigit(static_cast<unsigned char>(rest[1])) != 0;
  }

  std::optional<Times> repetition() {
    if (in_.skip('*')) return Times{0, {}};
    if (in_.skip('+')) return Times{1, {}};
    if (in_.skip('?')) return Times{0, 1};
    if (!at_interval()) return std::nullopt;
    in_.skip('{');
    const auto least = in_.decimal();
    if (!least) return std::nullopt;
    Times out{*least, *least};
    if (in_.skip(',')) out.most = in_.decimal();
    if (!in_.skip('}') || (out.most && *out.most < out.least)) return std::nullopt;
    return out;
  }

  static Part repeated(const Steps& what, const Times& times) {
    const auto copies = std::max(times.least, times.most.value_or(times.least)) + 1;
    if (copies > most_steps || copies * (what.size() + 2) > most_steps) return std::nullopt;
    Steps out;
    for (std::uint64_t i = 0; i < times.least; ++i) append(out, what);
    if (!times.most) append(out, any_number_of(what));
    for (auto i = times.least; i < times.most.value_or(0); ++i) append(out, optional(what));
    return out;
  }

  Part atom() {
    if (in_.skip('(')) return group();
    if (in_.skip('[')) return set();
    if (in_.skip('^')) return Steps{Step{.kind = Step::Kind::at_start}};
    if (in_.skip('$')) return Steps{Step{.kind = Step::Kind::at_end}};
    if (in_.skip('.')) return one_of(std::bitset<256>().set());
    const bool escaped = in_.skip('\\');
    const char c = in_.peek();
    const bool refers_back = escaped && std::isdigit(static_cast<unsigned char>(c)) != 0;
    const bool misplaced = !escaped && (std::string_view("*+?").contains(c) || at_interval());
    if (in_.done() || refers_back || misplaced) return std::nullopt;
    in_.skip(c);
    return one_of(std::bitset<256>().set(index_of(c)));
  }

  Part group() {
    if (++depth_ > deepest) return std::nullopt;
    auto out = alternatives();
    --depth_;
    if (!in_.skip(')')) return std::nullopt;
    return out;
  }

  // A ] that comes first is one of them.
  Part set() {
    const bool others = in_.skip('^');
    std::bitset<256> bytes;
    for (bool first = true; first || in_.peek() != ']'; first = false)
      if (in_.done() || !add_member(bytes)) return std::nullopt;
    in_.skip(']');
    return one_of(others ? ~bytes : bytes);
  }

  bool add_member(std::bitset<256>& bytes) {
    if (in_.skip("[:")) return add_class(bytes);
    if (in_.rest().starts_with("[.") || in_.rest().starts_with("[=")) return false;  // a locale's
    const auto low = index_of(in_.peek());
    auto high = low;
    in_.skip(in_.peek());
    const auto rest = in_.rest();
    if (rest.size() > 1 && rest[0] == '-' && rest[1] != ']') {
      high = index_of(rest[1]);
      in_ = Cursor(rest.substr(2));
    }
    for (auto byte = low; byte <= high; ++byte) bytes.set(byte);
    return low <= high;
  }

  bool add_class(std::bitset<256>& bytes) {
    const auto* row = std::ranges::find(classes, in_.until(':'), &Class::name);
    if (row == classes.end() || !in_.skip(']')) return false;
    for (std::size_t byte = 0; byte < bytes.size(); ++byte)
      if (row->has(static_cast<int>(byte)) != 0) bytes.set(byte);
    return true;
  }

  Cursor in_;
  int depth_ = 0;
};

// The steps that could be next, each once.
class Front {
 public:
  explicit Front(const Steps& steps) : steps_(&steps), seen_(steps.size() + 1) {}

  // Where this place in the name leads without a byte of it.
  void add(std::size_t index, bool at_start, bool at_end) {
    std::vector<std::size_t> due{index};
    while (!due.empty()) {
      const auto here = due.back();
      due.pop_back();
      if (seen_[here]) continue;
      seen_[here] = true;
      if (here == steps_->size()) continue;
      const auto& step = (*steps_)[here];
      const auto from = static_cast<std::ptrdiff_t>(here);
      if (step.kind == Step::Kind::byte) bytes_.push_back(here);
      if (step.kind == Step::Kind::fork) {
        due.push_back(static_cast<std::size_t>(from + step.first));
        due.push_back(static_cast<std::size_t>(from + step.second));
      }
      const bool passes =
          (step.kind == Step::Kind::at_start && at_start) || (step.kind == Step::Kind::at_end && at_end);
      if (passes) due.push_back(here + 1);
    }
  }

  [[nodiscard]] bool found() const { return seen_[steps_->size()]; }
  [[nodiscard]] const std::vector<std::size_t>& bytes() const { return bytes_; }

 private:
  const Steps* steps_;
  std::vector<bool> seen_;
  std::vector<std::size_t> bytes_;
};

}  // namespace

std::optional<NamePattern> NamePattern::parse(std::string_view text) {
  auto steps = Parser(text).all();
  if (!steps) return std::nullopt;
  return NamePattern(std::move(*steps));
}

bool NamePattern::found_in(std::string_view name) const {
  Front front(steps_);
  front.add(0, true, name.empty());
  for (std::size_t at = 0; at < name.size() && !front.found(); ++at) {
    Front next(steps_);
    const bool ends = at + 1 == name.size();
    for (const auto index : front.bytes())
      if (steps_[index].bytes[index_of(name[at])]) next.add(index + 1, false, ends);
    next.add(0, false, ends);
    front = std::move(next);
  }
  return front.found();
}

}  // namespace stub
