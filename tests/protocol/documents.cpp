#include "protocol/documents.hpp"

#include "protocol/xml.hpp"
#include "tests/support/catch.hpp"

using namespace stub;

TEST_CASE("threads are listed with their names") {
  const std::vector<ThreadDescription> threads = {{{Pid{0x1a}, Tid{0x1a}}, "main"}, {{Pid{0x1a}, Tid{0x1b}}, ""}};
  CHECK(threads_document(threads, ThreadIdForm::multiprocess) ==
        "<threads>\n"
        "<thread id=\"p1a.1a\" name=\"main\"/>\n"
        "<thread id=\"p1a.1b\"/>\n"
        "</threads>\n");
  CHECK(threads_document(threads, ThreadIdForm::plain).contains("<thread id=\"1b\"/>"));
}

TEST_CASE("a thread is listed with the core that it ran on") {
  CHECK(threads_document({{{Pid{1}, Tid{2}}, "a", 3}}, ThreadIdForm::plain) ==
        "<threads>\n<thread id=\"2\" core=\"3\" name=\"a\"/>\n</threads>\n");
}

TEST_CASE("no threads make an empty list") {
  CHECK(threads_document({}, ThreadIdForm::plain) == "<threads>\n</threads>\n");
}

TEST_CASE("a thread's name cannot break the document") {
  const auto text = threads_document({{{Pid{1}, Tid{1}}, "a\"/><x a='&b\n"}}, ThreadIdForm::plain);
  CHECK(text.contains("name=\"a&quot;/&gt;&lt;x a=&apos;&amp;b?\"/>"));
}

// prctl(PR_SET_NAME) takes any bytes; a client's XML parser takes UTF-8 only.
TEST_CASE("a thread's name that is no UTF-8 does not break the document") {
  const auto text = threads_document({{{Pid{1}, Tid{1}}, "caf\xe9"}}, ThreadIdForm::plain);
  CHECK_FALSE(text.contains('\xe9'));
  CHECK(threads_document({{{Pid{1}, Tid{1}}, "caf\xc3\xa9"}}, ThreadIdForm::plain).contains("caf\xc3\xa9"));
}

TEST_CASE("libraries are listed for gdb with main program and namespaces") {
  const LibraryList list{Address{0x7ffff7ffe2c0},
                         {{"/lib/libc.so.6", Address{0x10}, Address{0x20}, Address{0x30}, Address{0x40}}}};
  CHECK(libraries_document(list, Namespaces::show) ==
        "<library-list-svr4 version=\"1.0\" main-lm=\"0x7ffff7ffe2c0\">"
        "<library name=\"/lib/libc.so.6\" lm=\"0x10\" l_addr=\"0x20\" l_ld=\"0x30\" lmid=\"0x40\"/>"
        "</library-list-svr4>");
}

// LLDB's tests refuse further attributes, and lldb takes main-lm for something else.
TEST_CASE("libraries are listed for lldb without them") {
  const LibraryList list{{}, {{"/lib/a.so", Address{1}, Address{2}, Address{3}, Address{4}}}};
  CHECK(libraries_document(list, Namespaces::hide) ==
        "<library-list-svr4 version=\"1.0\">"
        "<library name=\"/lib/a.so\" lm=\"0x1\" l_addr=\"0x2\" l_ld=\"0x3\"/>"
        "</library-list-svr4>");
}

TEST_CASE("no libraries make an empty list") {
  CHECK(libraries_document({}, Namespaces::hide) == "<library-list-svr4 version=\"1.0\"></library-list-svr4>");
}

// lldb-server leaves & as it is.
TEST_CASE("a library's name cannot break the document") {
  const auto text = libraries_document({{}, {{"/a&b<c>\".so", {}, {}, {}, {}}}}, Namespaces::hide);
  CHECK(text.contains("name=\"/a&amp;b&lt;c&gt;&quot;.so\""));
}

TEST_CASE("a table of the system has an item for each row and names every column") {
  CHECK(system_table_document({"process groups", {"pid", "command line"}, {{"1", "init"}, {"7", ""}}}) ==
        "<osdata type=\"process groups\">\n"
        "<item><column name=\"pid\">1</column><column name=\"command line\">init</column></item>\n"
        "<item><column name=\"pid\">7</column><column name=\"command line\"></column></item>\n"
        "</osdata>\n");
  CHECK(system_table_document({"modules", {"name"}, {}}) == "<osdata type=\"modules\">\n</osdata>\n");
}

TEST_CASE("neither a column nor a cell can break the document") {
  const auto text = system_table_document({"a\"b", {"c\">"}, {{"</item>\n\xff", "one more than columns"}}});
  CHECK(text ==
        "<osdata type=\"a&quot;b\">\n<item><column name=\"c&quot;&gt;\">&lt;/item&gt;?\?</column></item>\n"
        "</osdata>\n");
}

TEST_CASE("text is escaped for XML, and what XML cannot hold is replaced") {
  CHECK(xml_escape("a&b<c>d\"e'f") == "a&amp;b&lt;c&gt;d&quot;e&apos;f");
  CHECK(xml_escape(std::string_view("\0\x01\x1f", 3)) == "???");
  CHECK(xml_escape("plain") == "plain");
}
