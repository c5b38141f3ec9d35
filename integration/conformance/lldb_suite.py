"""LLDB's API tests, each file by the suite's own dotest.py, and its tests of test/Shell.

The server under test takes the place of the installed lldb-server: both the client and the suite's protocol tests then
start it, and nothing can fall back on the other.
"""

import glob
import os
import shutil

import cell
import lldb_api
import lldb_shell
from material import Origin

LLVM = "/usr/lib/llvm-19"
SERVER = LLVM + "/bin/lldb-server"
PACKAGES = (
    "lldb-19", "python3-lldb-19", "python3-packaging", "python3-pexpect",
    "clang-19", "clang", "gcc", "g++", "make", "procps", "libc6-dbg",
    "llvm-19", "llvm-19-tools", "lld-19",  # for the tests of test/Shell
)
PARTS = ("*/lldb/test/*", "*/lldb/packages/*", "*/lldb/use_lldb_suite_root.py", "*/lldb/examples/*")

SHELL = "Shell/"

# lldb's Python module loads the library by a name that only the package for developers has. And the suite looks for the
# server in the directory bin beside the library's, which for the library of the package is this one.
LINKS = ((LLVM + "/lib/liblldb.so", "liblldb.so.1"), ("/usr/lib/bin", "llvm-19/bin"))


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
        tests = os.path.join(self._material.sources, "lldb", "test")
        return [file for pattern in patterns for file in matching(tests, pattern)]

    def wide(self):
        return [*lldb_api.WIDE, *lldb_shell.WIDE]

    def run(self, file, server, folder, limit):
        """Runs one file in an empty folder; returns each test's verdict by name. No server means the original."""
        tests = lldb_shell if file.startswith(SHELL) else lldb_api
        tests.prepare(folder, self._material.sources, LLVM)
        binds = [(self._material.sources + "/lldb", "/mnt/lldb"), (folder, "/mnt/run")]
        binds += [(server, SERVER)] if server else []
        environment = {"SHELL": "/bin/sh", "LLDB_DEBUGSERVER_PATH": SERVER}
        words = ["timeout", "--kill-after=10", str(limit), *tests.command(file.removeprefix(SHELL), LLVM)]
        code = cell.run([*cell.prefix(self._material.root, binds, environment, "/mnt/run"), *words], folder + "/output")
        for made in ("build", "objects"):
            shutil.rmtree(f"{folder}/{made}", ignore_errors=True)
        verdicts = tests.read_verdicts(folder + "/output")
        if code not in (0, 1):  # 1: some failed
            verdicts[f"(the runner ended with {code})"] = "UNRESOLVED"
        return verdicts


def matching(tests, pattern):
    """The tests of test/Shell say so; all others are of test/API, whose names go without it."""
    folder = tests if pattern.startswith(SHELL) else f"{tests}/API"
    return [os.path.relpath(path, folder) for path in sorted(glob.glob(f"{folder}/{pattern}", recursive=True))]
