"""GDB's test suite, which DejaGnu runs: each file with a server of its own, as the board says."""

import glob
import os
import re
import shutil

import cell
from material import Origin

PACKAGES = ("gdb", "gdbserver", "dejagnu", "expect", "gcc", "g++", "make", "libc6-dbg", "procps", "python3")

BOARDS = ("native-gdbserver", "native-extended-gdbserver")

WIDE = ("base", "threads", "multi", "arch", "opt", "python", "reverse", "server")

LINE = re.compile(r"(PASS|FAIL|[XK]PASS|[XK]FAIL|UNRESOLVED|UNSUPPORTED|UNTESTED): (gdb\.\S+\.exp): ?(.*)")

# What a name may say besides: DejaGnu's reason at its end, and numbers that are others in each run.
REASON = re.compile(r" \((timeout|eof|GDB internal error|the program .*|PRMS:?[^)]*)\)$")
NUMBERS = re.compile(r"\b0x[0-9a-f]{4,}\b|(?<=process )\d+|(?<=pid )\d+")

SITE = """\
set host_triplet {machine}-pc-linux-gnu
set build_triplet $host_triplet
set target_triplet $host_triplet
set target_alias $host_triplet
set srcdir /mnt/gdb/testsuite
set tool gdb
source $srcdir/lib/append_gdb_boards_dir.exp
"""


class GdbSuite:
    original = "gdbserver"  # the package whose version the results of the original belong to
    listed = "gdb.list"
    boards = BOARDS

    def __init__(self, material, board):
        self._material = material
        self._board = board

    @staticmethod
    def origin(debian):
        return Origin(debian, "gdb", (), PACKAGES)

    def files(self, patterns):
        tests = os.path.join(self._material.sources, "gdb", "testsuite")
        return [os.path.relpath(path, tests) for pattern in patterns for path in sorted(glob.glob(f"{tests}/{pattern}"))]

    def wide(self):
        return [f"gdb.{folder}/*.exp" for folder in WIDE]

    def run(self, file, server, folder, limit):
        """Runs one file in an empty folder; returns each test's verdict by name. No server means the original."""
        with open(folder + "/site.exp", "w", encoding="ascii") as site:
            site.write(SITE.format(machine=os.uname().machine))
        binds = [(self._material.sources + "/gdb", "/mnt/gdb"), (folder, "/mnt/run")]
        binds += [(server, "/mnt/server")] if server else []
        runtest = self._runtest(file, "/mnt/server" if server else "/usr/bin/gdbserver")
        words = ["timeout", "--kill-after=10", str(limit), *runtest]
        # Without SHELL gdbserver starts programs without one, which some tests need.
        environment = {"SHELL": "/bin/sh", "DEBUGINFOD_URLS": "", "HOME": "/mnt/run", "LC_ALL": "C"}
        code = cell.run([*cell.prefix(self._material.root, binds, environment, "/mnt/run"), *words], folder + "/output")
        verdicts = read_verdicts(folder + "/gdb.sum")
        for left in ("outputs", "cache", "temp"):
            shutil.rmtree(f"{folder}/{left}", ignore_errors=True)
        if code not in (0, 1):  # 1: some failed
            verdicts[f"(runtest ended with {code})"] = "UNRESOLVED"
        return verdicts

    def _runtest(self, file, server):
        return ["runtest", "--status", f"--target_board={self._board}", "GDB=/usr/bin/gdb", f"GDBSERVER={server}", file]


def read_verdicts(path):
    verdicts = {}
    if not os.path.exists(path):
        return verdicts
    with open(path, encoding="utf-8", errors="replace") as file:
        for match in filter(None, map(LINE.match, file)):
            name = NUMBERS.sub("N", REASON.sub("", match[3].strip()))
            verdicts[distinct(name, verdicts)] = match[1]
    return verdicts


def distinct(name, taken):
    """A file may use one name for several tests."""
    number = 2
    result = name
    while result in taken:
        result = f"{name} #{number}"
        number += 1
    return result
