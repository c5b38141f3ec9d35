// The report as text, JSON and HTML.
#include "stub/inspect/crash_report.hpp"

#include <nlohmann/json.hpp>

#include "tests/support/catch.hpp"

using namespace stub;
using namespace stub::inspect;

namespace {

CrashReport sample() {
  CrashReport report{.pid = Pid{7}, .program = "/bin/prog", .arguments = {"prog", "-x"}};
  report.fault = Fault{.signal = KernelSignal{11}, .code = 1, .cause = "no <map>", .address = Address{0x10}};
  report.mapping = "0x10 is a null pointer, or close to one";
  const Frame inner{.pc = Address{0x401010},
                    .function = "f<int>(\"&\")",
                    .offset = 16,
                    .module = "/bin/prog",
                    .in_program = true,
                    .module_offset = 0x1010,
                    .line = SourceLine{"a.c", 3}};
  report.threads = {
      {.id = {Pid{7}, Tid{8}},
       .name = "</pre><script>",
       .backtrace = {.frames = {inner}, .end = BacktraceEnd::limit, .unreadable = {}},
       .error = {}},
      {.id = {Pid{7}, Tid{7}}, .name = "main", .backtrace = {}, .error = "it runs"},
  };
  report.registers = {{"rax", "0x01"}, {"rbx", "0x02"}};
  report.code = {{Address{0x40100f}, "f+15", "nop", false}, {Address{0x401010}, "", "ud2", true}};
  report.modules = {{.file = "/bin/prog", .range = {Address{0x401000}, Address{0x402000}}, .build_id = {0xab, 0xcd}},
                    {.file = "/lib/x", .range = {Address{0x403000}, Address{0x404000}}, .build_id = {}}};
  report.limits = {.columns = {"limit", "soft"}, .rows = {{"Max core file size", "0"}}};
  report.system_calls = {"read(0, 0x1, 1) = 0"};
  return report;
}

std::size_t count(const std::string& text, std::string_view what) {
  std::size_t n = 0;
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) ++n;
  return n;
}

}  // namespace

TEST_CASE("the report as text") {
  CHECK(report_text(sample()) ==
        "Process 7: /bin/prog\n"
        "Command line: prog -x\n"
        "SIGSEGV (segmentation fault) at 0x10: no <map>\n"
        "0x10 is a null pointer, or close to one\n"
        "\n"
        "Thread 8 \"</pre><script>\":\n"
        "#0  0x0000000000401010 in f<int>(\"&\") () at a.c:3\n"
        "(More stack frames follow...)\n"
        "\n"
        "Thread 7 \"main\":\n"
        "it runs\n"
        "\n"
        "Registers:\n"
        "  rax    0x01  rbx    0x02\n"
        "\n"
        "Instructions:\n"
        "   0x40100f <f+15>:  nop\n"
        "=> 0x401010:  ud2\n"
        "\n"
        "Last system calls:\n"
        "  read(0, 0x1, 1) = 0\n"
        "\n"
        "Files, with build ids:\n"
        "  0x401000-0x402000  abcd  /bin/prog\n"
        "  0x403000-0x404000  no build id  /lib/x\n"
        "\n"
        "Limits:\n"
        "limit               soft\n"
        "Max core file size  0\n");
}

TEST_CASE("the report as JSON") {
  const auto json = nlohmann::json::parse(report_json(sample()));
  CHECK(json["pid"] == 7);
  CHECK(json["fault"]["signal"] == "SIGSEGV");
  CHECK(json["fault"]["address"] == "0x10");
  const auto& frame = json["threads"][0]["frames"][0];
  CHECK(frame["pc"] == "0x401010");
  CHECK(frame["function"] == "f<int>(\"&\")");
  CHECK(frame["file"] == "a.c");
  CHECK(frame["line"] == 3);
  CHECK(frame["module_offset"] == "0x1010");
  CHECK(json["threads"][0]["stopped"] == "(More stack frames follow...)");
  CHECK(json["threads"][1]["error"] == "it runs");
  CHECK(json["registers"]["rbx"] == "0x02");
  CHECK(json["code"][1]["current"] == true);
  CHECK(json["modules"][0]["build_id"] == "abcd");
  CHECK(json["limits"][0]["soft"] == "0");
  CHECK(json["system_calls"].size() == 1);
}

TEST_CASE("bytes that are no UTF-8 make no broken JSON") {
  auto report = sample();
  report.threads[0].name = "\xff\xfe";
  CHECK(nlohmann::json::accept(report_json(report)));
  CHECK(nlohmann::json::accept(threads_json(report.pid, report.threads)));
}

TEST_CASE("the report as a page has the first thread open, and nothing of the program's is markup") {
  const auto html = report_html(sample());
  CHECK(html.starts_with("<!DOCTYPE html>"));
  CHECK(count(html, "<details open>") == 1);
  CHECK(count(html, "<details>") == 1);
  CHECK(html.find("<details open>") < html.find("<details>"));
  CHECK(count(html, "<script") == 0);
  CHECK(html.contains("&lt;/pre&gt;&lt;script&gt;"));
  CHECK(html.contains("f&lt;int&gt;(&quot;&amp;&quot;) ()"));
  CHECK(html.contains("no &lt;map&gt;"));
  CHECK(html.contains("prefers-color-scheme: dark"));
  CHECK(count(html, "http") == count(html, "http-equiv"));
  CHECK(html.contains("default-src 'none'"));
}

TEST_CASE("what a report has not is not headed") {
  const CrashReport empty{.pid = Pid{1}, .program = "p", .occasion = "no end after 20 min"};
  CHECK(report_text(empty) == "Process 1: p\nno end after 20 min\n");
  CHECK(nlohmann::json::parse(report_json(empty))["occasion"] == "no end after 20 min");
  CHECK(report_html(empty).contains("no end after 20 min"));
}
