"""LLDB's tests of test/API, each file by the suite's own dotest.py."""

import os
import re

WIDE = tuple(
    f"{folder}/**/Test*.py"
    for folder in ("tools/lldb-server", "commands", "functionalities", "python_api", "linux", "lang/c", "api", "terminal")
)

LINE = re.compile(r"(PASS|FAIL|XPASS|XFAIL|UNSUPPORTED|CLEANUP ERROR): LLDB \(.*?\) :: (\w+ \([\w.]+\))")


def prepare(_folder, _sources, _llvm):
    """dotest.py needs nothing but its arguments."""


def command(file, llvm):
    directory, name = os.path.split(file)
    return [
        "python3", "/mnt/lldb/test/API/dotest.py", "--executable", llvm + "/bin/lldb", "--compiler", "/usr/bin/clang",
        "--arch", os.uname().machine, "--build-dir", "/mnt/run/build", "--lldb-libs-dir", llvm + "/lib",
        "--llvm-tools-dir", llvm + "/bin", "--lldb-module-cache-dir", "/mnt/run/build/modules",
        "--clang-module-cache-dir", "/mnt/run/build/clang-modules",
        "--skip-category", "dwo", "--skip-category", "gmodules",  # the same tests on other debug information
        "-p", f"^{re.escape(name)}$", f"/mnt/lldb/test/API/{directory}",
    ]


def read_verdicts(path):
    """A test may be reported twice, by a failure that follows: the last word counts."""
    with open(path, encoding="utf-8", errors="replace") as file:
        found = [(match[2], match[1]) for match in filter(None, map(LINE.search, file))]
    return {name: "FAIL" if verdict == "CLEANUP ERROR" else verdict for name, verdict in found}
