#include "protocol/xml.hpp"

namespace stub {
namespace {

// How many bytes of UTF-8 begin here (RFC 3629, without its finer rules on ranges); 0: none.
std::size_t sequence_length(std::string_view text) {
  const auto first = static_cast<unsigned char>(text.front());
  const std::size_t length = first < 0x80   ? 1
                             : first < 0xc2 ? 0
                             : first < 0xe0 ? 2
                             : first < 0xf0 ? 3
                             : first < 0xf5 ? 4
                                            : 0;
  if (length == 0 || length > text.size()) return 0;
  for (std::size_t i = 1; i < length; ++i)
    if ((static_cast<unsigned char>(text[i]) & 0xc0) != 0x80) return 0;
  return length;
}

// Control characters are not XML 1.0 even as references, and names of threads and files may be any bytes.
void append_character(std::string& out, std::string_view text, std::size_t length) {
  const bool control = length == 1 && static_cast<unsigned char>(text.front()) < 0x20;
  if (length == 0 || control) {
    out += '?';
  } else {
    out += text.substr(0, length);
  }
}

}  // namespace

std::string xml_escape(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const auto length = sequence_length(text);
    switch (text.front()) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&apos;";
        break;
      default:
        append_character(out, text, length);
    }
    text.remove_prefix(length == 0 ? 1 : length);
  }
  return out;
}

}  // namespace stub
