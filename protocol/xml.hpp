// Escapes text for an XML attribute or element.
#pragma once

#include <string>
#include <string_view>

namespace stub {

[[nodiscard]] std::string xml_escape(std::string_view text);

}  // namespace stub
