#!/usr/bin/python3
"""Runs the debuggers' own test suites with their own server and with stub, and tells the difference.

    run.py gdb13                             the files of gdb.list
    run.py gdb16 --board native-extended-gdbserver 'gdb.server/*.exp'
    run.py lldb19 --server PATH

The tests and the debuggers come from Debian (see material.py) into build/conformance; so do the original server's
results, which are kept for the next time. Needs root, for the namespaces and roots that the files are run in.

Exit code: 1 if something is lost that known-losses.txt does not name, else 0.
"""

import argparse
import concurrent.futures
import json
import os
import shutil
import signal
import sys
import threading

import cell
import compare
from gdb_suite import GdbSuite
from lldb_suite import LldbSuite
from material import Material, MaterialError

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))

SUITES = {"gdb13": (GdbSuite, "bookworm"), "gdb16": (GdbSuite, "trixie"), "lldb19": (LldbSuite, "trixie")}

TRIES = 3  # a test is lost if it is lost each time


def parse_options():
    parser = argparse.ArgumentParser(description="Compares stub with gdbserver and lldb-server by the debuggers' own tests.")
    parser.add_argument("suite", choices=SUITES)
    parser.add_argument("globs", nargs="*", metavar="GLOB", help="of test files, instead of the suite's list here")
    parser.add_argument("--server", default=os.path.join(ROOT, "build", "release", "stub"))
    parser.add_argument("--board", help="gdb only: native-gdbserver (default) or native-extended-gdbserver")
    parser.add_argument("--wide", action="store_true", help="all files that can tell something about a server")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="how many run at the same time")
    parser.add_argument("--timeout", type=int, default=300, help="seconds for one file")
    parser.add_argument("--build", default=os.path.join(ROOT, "build", "conformance"), help="where all that is fetched goes")
    return parser.parse_intermixed_args()


class Runner:
    """Runs files with either server. The original's results are kept, by its version and the board."""

    def __init__(self, suite, server, folder, kept, limit):
        self._suite = suite
        self._server = os.path.abspath(server)
        self._folder = folder
        self._kept = kept
        self._limit = limit
        self._lock = threading.Lock()
        self._originals = {}
        if os.path.exists(kept):
            with open(kept, encoding="utf-8") as file:
                self._originals = json.load(file)

    def original(self, file):
        if file not in self._originals:
            verdicts = self.original_anew(file)
            with self._lock:
                self._originals[file] = verdicts
                self._save()
        return self._originals[file]

    def original_anew(self, file):
        return self._run(file, None, "original")

    def ours(self, file):
        return self._run(file, self._server, "stub")

    def _run(self, file, server, name):
        folder = os.path.join(self._folder, name, file.replace("/", "_"))
        shutil.rmtree(folder, ignore_errors=True)
        os.makedirs(folder)
        return self._suite.run(file, server, folder, self._limit)

    def _save(self):
        with open(self._kept + ".part", "w", encoding="utf-8") as file:
            json.dump(self._originals, file, indent=0, sort_keys=True)
        os.rename(self._kept + ".part", self._kept)


class Comparison:
    """Of all files of one run; `key` is what known-losses.txt calls the suite."""

    def __init__(self, runner, key, known):
        self._runner = runner
        self._key = key
        self._known = known
        self._met = set()
        self._lock = threading.Lock()
        self.both = 0
        self.lost = {}
        self.won = {}
        self.listed = 0
        self.files = []

    def compare(self, file):
        theirs, ours = self._runner.original(file), self._runner.ours(file)
        known, lost = self._sort(file, compare.losses(theirs, ours))
        lost = self._lost_each_time(file, lost)
        won = compare.wins(theirs, ours)
        with self._lock:
            self.files.append(file)
            self.both += sum(theirs.get(name) == "PASS" == ours.get(name) for name in theirs)
            self.listed += known
            self.lost.update({(file, name): verdict for name, verdict in lost.items()})
            self.won.update({(file, name): verdict for name, verdict in won.items()})
            print(f"{file}: {len(theirs)} tests, {len(lost) + known} lost ({known} listed), {len(won)} won", flush=True)

    def _sort(self, file, lost):
        """How many of the losses are listed, and the others."""
        rest = dict(lost)
        for name in lost:
            for entry in self._known:
                if entry.has(self._key, file, name):
                    self._met.add(entry)
                    rest.pop(name, None)
        return len(lost) - len(rest), rest

    def _lost_each_time(self, file, lost):
        for _ in range(TRIES - 1):
            if not lost:
                break
            again = compare.losses(self._runner.original_anew(file), self._runner.ours(file))
            lost = {name: verdict for name, verdict in again.items() if name in lost}
        return lost

    def no_longer_lost(self):
        return [
            entry for entry in self._known
            if entry not in self._met and any(entry.is_about(self._key, file) for file in self.files)
        ]

    def tell(self):
        for (file, name), verdict in sorted(self.won.items()):
            print(f"won: {file}: {name} ({verdict} with the original)")
        for (file, name), verdict in sorted(self.lost.items()):
            print(f"LOST: {file}: {name} ({verdict} with stub)")
        for entry in self.no_longer_lost():
            print(f"listed, but not lost here: {entry.line}")
        counts = f"{self.both} tests pass with both, {len(self.won)} won, {len(self.lost)} lost, {self.listed} losses listed"
        print(f"{len(self.files)} files: {counts}")


def read_list(path):
    with open(path, encoding="ascii") as file:
        return [word for line in file for word in line.partition("#")[0].split()]


def selected(suite, options):
    patterns = options.globs or (suite.wide() if options.wide else read_list(os.path.join(HERE, suite.listed)))
    files = list(dict.fromkeys(suite.files(patterns)))
    if not files:
        sys.exit(f"no file of the suite matches {' '.join(patterns)}")
    return files


def in_parallel(jobs, work, files):
    """Whatever ends it, no cell outlives it."""
    pool = concurrent.futures.ThreadPoolExecutor(jobs)
    try:
        for _ in pool.map(work, files):
            pass
        pool.shutdown()
    except BaseException:
        pool.shutdown(wait=False, cancel_futures=True)
        cell.end_all()
        raise


def chosen_board(options):
    boards = SUITES[options.suite][0].boards
    board = options.board or boards[0]
    if board not in boards:
        sys.exit(f"{options.suite} has no board {board}; it has: {', '.join(boards)}")
    return board


def compare_all(options, board):
    make, debian = SUITES[options.suite]
    directory = os.path.join(options.build, options.suite)
    material = Material(make.origin(debian), directory)
    material.fetch()
    suite = make(material, board)
    files = selected(suite, options)
    kept = os.path.join(directory, f"original-{material.version(make.original)}-{board}.json")
    runner = Runner(suite, options.server, os.path.join(directory, "runs", board), kept, options.timeout)
    comparison = Comparison(runner, f"{options.suite}/{board}", compare.read_known())
    print(f"{len(files)} files with the original, where that is not known, then with stub", flush=True)
    in_parallel(options.jobs, runner.original, files)
    in_parallel(options.jobs, comparison.compare, files)
    return comparison


def main():
    options = parse_options()
    board = chosen_board(options)
    if os.geteuid() != 0:
        sys.exit("this needs root: each file is run in a root directory and namespaces of its own")
    if not os.access(options.server, os.X_OK):
        sys.exit(f"there is no server {options.server}")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    comparison = compare_all(options, board)
    comparison.tell()
    return 1 if comparison.lost else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except MaterialError as error:
        sys.exit(f"conformance: {error}")
