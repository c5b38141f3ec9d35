#!/usr/bin/python3
"""Runs the scenarios with stock gdb and stock lldb: `integration/run.py`, and `--help` for the choices.

Exit code: 0 if nothing failed, 1 otherwise.
"""

import argparse
import concurrent.futures
import contextlib
import ctypes
import functools
import glob
import os
import re
import shlex
import signal
import subprocess
import sys
import threading
import time
import traceback

from debugger import DebuggerError
from place import NativePlace, PlaceError, Skip
from scenario import Case, Failure
from scenarios import GROUPS, SCENARIOS, is_of_group

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(HERE)

PR_SET_CHILD_SUBREAPER = 36  # prctl(2)


class Result:
    def __init__(self, verdict, reason="", transcript=""):
        self.verdict = verdict
        self.reason = reason
        self.transcript = transcript


class Run:
    """One scenario with one debugger at one place."""

    def __init__(self, scenario, debugger, place_name, make_place):
        self.scenario = scenario
        self.debugger = debugger
        self.make_place = make_place
        self.title = f"{scenario.name} ({debugger}, {place_name})"

    def result(self):
        try:
            case = Case(self.make_place(), self.debugger)
        except Skip as skip:
            return Result("SKIP", str(skip))
        try:
            self.scenario.script(case)
            return Result("PASS")
        except Skip as skip:
            return Result("SKIP", str(skip))
        except (Failure, DebuggerError, PlaceError) as error:
            return Result("FAIL", str(error), transcript(case))
        except Exception:  # a scenario with a mistake of its own must not end the others
            return Result("FAIL", traceback.format_exc(), transcript(case))
        finally:
            case.close()


def transcript(case):
    parts = [f"--- {debugger.name}\n{debugger.transcript()}" for debugger in case.debuggers]
    if case.server:
        parts.append(f"--- the server, {case.server.state()}\n{case.server.output()}")
    return "\n".join(parts)


class Report:
    """Tells each result as it comes, and counts."""

    def __init__(self):
        self.counts = {"PASS": 0, "FAIL": 0, "SKIP": 0}
        self._lock = threading.Lock()

    def run(self, run):
        start = time.monotonic()
        result = run.result()
        self.tell(run.title, result, time.monotonic() - start)

    def tell(self, title, result, seconds):
        with self._lock:
            self.counts[result.verdict] += 1
            reason = f": {result.reason.strip()}" if result.reason else ""
            print(f"{result.verdict} {title} [{seconds:.1f} s]{reason}")
            if result.transcript:
                print("\n".join(f"    | {line}" for line in result.transcript.splitlines()))
            sys.stdout.flush()

    def end(self, counts_file):
        passed, failed, skipped = self.counts["PASS"], self.counts["FAIL"], self.counts["SKIP"]
        print(f"{passed} passed, {failed} failed, {skipped} skipped")
        if counts_file:
            with open(counts_file, "w", encoding="ascii") as file:
                file.write(f"{passed} {failed} {skipped}\n")
        return 1 if failed else 0


def parse_options():
    parser = argparse.ArgumentParser(description="Runs the scenarios with stock gdb and stock lldb.")
    parser.add_argument("--place", action="append", help="native (default), one of containers.py, or containers for all of those; may be repeated")
    parser.add_argument("--server", default=os.path.join(ROOT, "build", "release", "stub"))
    parser.add_argument("--gdb-server", help="another server, for gdb only")
    parser.add_argument("--lldb-server", help="another server, for lldb only")
    parser.add_argument("--debugger", choices=("gdb", "lldb", "both"), default="both")
    parser.add_argument("--client-prefix", default="", help="words before gdb or lldb, at the native place")
    parser.add_argument("--programs", default=os.path.join(ROOT, "build", "integration"), help="where to build them")
    parser.add_argument("--filter", default="", help="a regular expression: only scenarios whose name has it")
    parser.add_argument("--group", choices=sorted(GROUPS), help="only the scenarios of a group of themes: ci is all that stub does where nobody is watching")
    parser.add_argument("--jobs", type=int, default=1, help="how many run at the same time")
    parser.add_argument("--counts", help="a file to write `passed failed skipped` to")
    parser.add_argument("--list", action="store_true", help="only name the scenarios")
    return parser.parse_args()


def places():
    """What makes a place, by name: called with the server's path and the directory of the programs."""
    known = {"native": NativePlace}
    try:
        import containers
    except ImportError:
        return known
    return {**known, **containers.PLACES}


def selected(options):
    """Each scenario that was asked for, with each debugger that it is for."""
    for scenario in SCENARIOS:
        if options.group and not is_of_group(scenario, options.group):
            continue
        for debugger in scenario.debuggers:
            if options.debugger in (debugger, "both") and re.search(options.filter, scenario.name):
                yield scenario, debugger


def server_for(options, debugger):
    return {"gdb": options.gdb_server, "lldb": options.lldb_server}[debugger] or options.server


def named_places(names, known):
    """`containers` stands for all that are containers."""
    for name in names:
        yield from [k for k in known if k.startswith("container:")] if name == "containers" else [name]


def make_runs(options):
    known = places()
    for name in named_places(options.place or ["native"], known):
        if name not in known:
            sys.exit(f"no place is called {name}; there are: {', '.join(known)}")
        for scenario, debugger in selected(options):
            if not scenario.is_for(name):
                continue
            make = functools.partial(known[name], server_for(options, debugger), options.programs)
            if name == "native":
                make = functools.partial(make, client_prefix=shlex.split(options.client_prefix))
            yield Run(scenario, debugger, name, make)


def build_programs(directory):
    build = ["make", "--quiet", "-C", os.path.join(HERE, "programs"), f"BUILD={os.path.abspath(directory)}"]
    subprocess.run(build, check=True)


def adopt_orphans():
    """What a killed server leaves behind becomes this process's child, so that it can be found and ended."""
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def children():
    found = []
    for task in glob.glob("/proc/self/task/*/children"):
        with contextlib.suppress(FileNotFoundError):  # a thread of our own, which has ended meanwhile
            with open(task, encoding="ascii") as file:
                found += map(int, file.read().split())
    return found


def end_children():
    """Ends all that is left; returns the command lines of what still ran."""
    names = []
    while pids := children():
        for pid in pids:
            names.append(command_line(pid))
            os.kill(pid, signal.SIGKILL)
            with contextlib.suppress(ChildProcessError):
                os.waitpid(pid, 0)
    return list(filter(None, names))


def command_line(pid):
    """Empty for a zombie."""
    with open(f"/proc/{pid}/cmdline", encoding="utf-8", errors="replace") as file:
        return file.read().replace("\0", " ").strip()


def run_all(runs, report, jobs, native):
    """Whatever ends it, no process outlives it."""
    pool = concurrent.futures.ThreadPoolExecutor(jobs)
    try:
        for _ in pool.map(report.run, runs):
            pass
        pool.shutdown()
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
        left = end_children() if native else []
    for name in left:
        report.tell("nothing is left behind", Result("FAIL", f"{name} still ran"), 0)


def main():
    options = parse_options()
    if options.list:
        print("\n".join(dict.fromkeys(scenario.name for scenario, _ in selected(options))))
        return 0
    runs = list(make_runs(options))
    build_programs(options.programs)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    native = options.place in (None, ["native"])  # a container engine has processes of its own
    if native:
        adopt_orphans()
    report = Report()
    run_all(runs, report, options.jobs, native)
    return report.end(options.counts)


if __name__ == "__main__":
    sys.exit(main())
