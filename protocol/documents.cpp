#include "protocol/documents.hpp"

#include <algorithm>

#include "protocol/hex.hpp"
#include "protocol/xml.hpp"

namespace stub {
namespace {

std::string address_attribute(std::string_view name, Address value) {
  return " " + std::string(name) + "=\"0x" + hex(value.value) + "\"";
}

}  // namespace

std::string threads_document(const std::vector<ThreadDescription>& threads, ThreadIdForm form) {
  std::string out = "<threads>\n";
  for (const auto& thread : threads) {
    out += "<thread id=\"" + thread_id_text(thread.id, form) + "\"";
    if (thread.core) out += " core=\"" + std::to_string(*thread.core) + "\"";
    if (!thread.name.empty()) out += " name=\"" + xml_escape(thread.name) + "\"";
    out += "/>\n";
  }
  return out + "</threads>\n";
}

std::string libraries_document(const LibraryList& list, Namespaces namespaces) {
  std::string out = "<library-list-svr4 version=\"1.0\"";
  if (list.main_link_map) out += address_attribute("main-lm", *list.main_link_map);
  out += ">";
  for (const auto& library : list.libraries) {
    out += "<library name=\"" + xml_escape(library.name) + "\"";
    out += address_attribute("lm", library.link_map);
    out += address_attribute("l_addr", library.load_bias);
    out += address_attribute("l_ld", library.dynamic);
    if (namespaces == Namespaces::show) out += address_attribute("lmid", library.name_space);
    out += "/>";
  }
  return out + "</library-list-svr4>";
}

std::string system_table_document(const SystemTable& table) {
  std::vector<std::string> openings;
  openings.reserve(table.columns.size());
  for (const auto& column : table.columns) openings.push_back("<column name=\"" + xml_escape(column) + "\">");
  std::string out = "<osdata type=\"" + xml_escape(table.type) + "\">\n";
  for (const auto& row : table.rows) {
    out += "<item>";
    for (std::size_t i = 0; i < std::min(openings.size(), row.size()); ++i)
      out += openings[i] + xml_escape(row[i]) + "</column>";
    out += "</item>\n";
  }
  return out + "</osdata>\n";
}

}  // namespace stub
