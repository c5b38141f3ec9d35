"""LLDB's API tests, each file by the suite's own dotest.py.

The server under test takes the place of the installed lldb-server: both the client and the suite's protocol tests then
start it, and nothing can fall back on the other.
"""

import glob
import os
import re
import shutil

import cell
from material import Origin

LLVM = "/usr/lib/llvm-19"
SERVER = LLVM + "/bin/lldb-server"
PACKAGES = (
    "lldb-19", "python3-lldb-19", "python3-packaging", "python3-pexpect",
    "clang-19", "clang", "gcc", "g++", "make", "procps", "libc6-dbg",
)
PARTS = ("*/lldb/test/*", "*/lldb/packages/*", "*/lldb/use_lldb_suite_root.py", "*/lldb/examples/*")

# lldb's Python module loads the library by a name that only the package for developers has. And the suite looks for the
# server in the directory bin beside the library's, which for the library of the package is this one.
LINKS = ((LLVM + "/lib/liblldb.so", "liblldb.so.1"), ("/usr/lib/bin", "llvm-19/bin"))

LINE = re.compile(r"(PASS|FAIL|XPASS|XFAIL|UNSUPPORTED|CLEANUP ERROR): LLDB \(.*?\) :: (\w+ \([\w.]+\))")


class LldbSuite:
    original = "lldb-19"
    listed = "lldb.list"
    boards = ("local",)

    def __init__(self, material, _board):
        self._material = material

    @staticmethod
    def origin(debian):
        return Origin(debian, "llvm-toolchain-19", PARTS, PACKAGES, LINKS)

    def files(self, patterns):
        tests = os.path.join(self._material.sources, "lldb", "test", "API")
        found = (path for pattern in patterns for path in sorted(glob.glob(f"{tests}/{pattern}", recursive=True)))
        return [os.path.relpath(path, tests) for path in found]

    def wide(self):
        folders = ("tools/lldb-server", "commands", "functionalities", "python_api", "linux", "lang/c", "api", "terminal")
        return [f"{folder}/**/Test*.py" for folder in folders]

    def run(self, file, server, folder, limit):
        """Runs one file in an empty folder; returns each test's verdict by name. No server means the original."""
        binds = [(self._material.sources + "/lldb", "/mnt/lldb"), (folder, "/mnt/run")]
        binds += [(server, SERVER)] if server else []
        environment = {"SHELL": "/bin/sh", "LLDB_DEBUGSERVER_PATH": SERVER}
        words = ["timeout", "--kill-after=10", str(limit), *dotest(file)]
        code = cell.run([*cell.prefix(self._material.root, binds, environment, "/mnt/run"), *words], folder + "/output")
        shutil.rmtree(folder + "/build", ignore_errors=True)
        verdicts = read_verdicts(folder + "/output")
        if code not in (0, 1):  # 1: some failed
            verdicts[f"(dotest ended with {code})"] = "UNRESOLVED"
        return verdicts


def dotest(file):
    directory, name = os.path.split(file)
    return [
        "python3", "/mnt/lldb/test/API/dotest.py", "--executable", LLVM + "/bin/lldb", "--compiler", "/usr/bin/clang",
        "--arch", os.uname().machine, "--build-dir", "/mnt/run/build", "--lldb-libs-dir", LLVM + "/lib",
        "--llvm-tools-dir", LLVM + "/bin", "--lldb-module-cache-dir", "/mnt/run/build/modules",
        "--clang-module-cache-dir", "/mnt/run/build/clang-modules",
        "--skip-category", "dwo", "--skip-category", "gmodules",  # the same tests on other debug information
        "-p", f"^{re.escape(name)}$", f"/mnt/lldb/test/API/{directory}",
    ]


def read_verdicts(path):
    """A test may be reported twice, by a failure that follows: the last word counts."""
    with open(path, encoding="utf-8", errors="replace") as file:
        found = [(match[2], match[1]) for match in filter(None, map(LINE.search, file))]
    return {name: "FAIL" if verdict == "CLEANUP ERROR" else verdict for name, verdict in found}
