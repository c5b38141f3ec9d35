#!/usr/bin/python3
"""How often a debugger must ask and wait, of stub and of its own server side by side: `round_trips.py STUB`.

On a link with 80 ms each request costs 80 ms, whatever the machines are. A proxy between the two counts them. Each gdb
and each lldb is measured with the server of its own version: this machine's, and those in the roots that
conformance/run.py has made, or that --root names.
"""

import argparse
import collections
import glob
import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.append(os.path.join(HERE, "conformance"))

import cell
import gdb_round_trips
import lldb_round_trips

ROOTS = os.path.join(os.path.dirname(HERE), "build", "conformance", "*", "root")

WITHOUT_16 = "skipped gdb 16: it is not here; `./dev conformance gdb16 gdb.server/ext-run.exp` brings it"
WITHOUT_19 = "skipped lldb 19: it is not here; `./dev conformance lldb19 tools/lldb-server/TestLldbGdbServer.py` brings it"


def row(*cells):
    print("| " + " | ".join(str(cell) for cell in cells) + " |")


def sums(counters):
    return sum(counters, collections.Counter())


def tell(title, name, theirs, ours):
    theirs, ours = theirs.total(), ours.total()
    row(title, name, theirs, ours, f"{100 * (theirs - ours) / theirs:.0f} %" if theirs else "")


def tell_steps(title, names, theirs, ours):
    for name, their, our in zip(names, theirs, ours):
        tell(title, name, their, our)
    tell(title, "**all of it**", sums(theirs), sums(ours))


def head(original):
    print()
    row("", "requests", original, "stub", "saved")
    row("---", "---", "---:", "---:", "---:")


def tell_names(title, original, names, theirs, ours):
    print(f"\n{title}\n")
    row("step", "request", original, "stub")
    row(*["---"] * 4)
    for step, their, our in zip(names, theirs, ours):
        for name in sorted(their | our, key=lambda name: (-our[name], -their[name], name)):
            row(step, f"`{name}`", their[name], our[name])


def compile_program(module, path):
    with open(path + ".c", "w", encoding="ascii") as file:
        file.write(module.PROGRAM)
    subprocess.run(["cc", "-g", "-O0", "-pthread", "-o", path, path + ".c"], check=True)


def words_in(root, binds):
    """The words before a command in a root. Debian's lldb-19 is in a folder of its own, under the name lldb."""
    folders = [folder.removeprefix(root) for folder in glob.glob(root + "/usr/lib/llvm-*/bin")]
    return [*cell.prefix(root, binds, apart=False), "env", "PATH=" + ":".join([*folders, cell.PATH])]


def machines(kind, stub, folder, roots):
    """One of each version of the debugger that has a server of its own version."""
    versions = set()
    binds = [(folder, cell.OWN + "/bench"), (stub, cell.OWN + "/stub")]
    here = [kind("this machine", [], folder, stub)]
    there = [kind(root, words_in(root, binds), cell.OWN + "/bench", cell.OWN + "/stub") for root in roots]
    for machine in here + there:
        version = machine.version()
        if not version or version != machine.server_version():
            print(f"skipped {machine.name}: nothing there has {kind.original} of its version")
        elif version not in versions:
            versions.add(version)
            yield version, machine


def measure_gdb(stub, folder, roots):
    """Of each gdb: its name, the steps' names, and the requests in each to gdbserver and to stub."""
    compile_program(gdb_round_trips, folder + "/gdb_program")
    names = [name for name, _ in gdb_round_trips.STEPS]
    found = []
    for version, machine in machines(gdb_round_trips.Machine, stub, folder, roots):
        found.append((f"gdb {version}", names, *gdb_round_trips.compare(machine)))
    if not any(title.startswith("gdb 16") for title, *_ in found):
        print(WITHOUT_16)
    return found


def measure_lldb(stub, folder, roots):
    """Of each lldb and script the same."""
    compile_program(lldb_round_trips, folder + "/lldb_program")
    found = []
    for version, machine in machines(lldb_round_trips.Machine, stub, folder, roots):
        for name, threads, steps in lldb_round_trips.SCRIPTS:
            counted = lldb_round_trips.compare(machine, threads, steps)
            found.append((f"lldb {version}, {name}", [step for step, _ in steps], *counted))
    if not any(title.startswith("lldb 19") for title, *_ in found):
        print(WITHOUT_19)
    return found


MEASURES = {"gdb": ("gdbserver", measure_gdb), "lldb": ("lldb-server", measure_lldb)}


def parse_options():
    parser = argparse.ArgumentParser(description="Requests of gdb and lldb to stub and to their own servers.")
    parser.add_argument("stub")
    parser.add_argument("--debugger", choices=MEASURES, action="append", help="only this one")
    parser.add_argument("--root", action="append", default=[], help="a root directory with other debuggers and their servers")
    parser.add_argument("--list", action="store_true", help="also each request by name")
    return parser.parse_args()


def main():
    options = parse_options()
    roots = [*sorted(glob.glob(ROOTS)), *options.root]
    for debugger in options.debugger or MEASURES:
        original, measure = MEASURES[debugger]
        with tempfile.TemporaryDirectory() as folder:
            found = measure(os.path.abspath(options.stub), folder, roots)
        head(original)
        for title, names, theirs, ours in found:
            tell_steps(title, names, theirs, ours)
        if options.list:
            for title, names, theirs, ours in found:
                tell_names(title, original, names, theirs, ours)


if __name__ == "__main__":
    main()
