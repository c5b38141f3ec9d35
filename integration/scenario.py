"""What scenarios are made of.

A scenario is a sentence that a right server makes true, and a function that fails where it is not. It gets a Case:
the place, the debugger's name, and the means to start servers and debuggers that are ended with the scenario.
"""

import os
import re
import time

from debugger import LIMIT
from gdb_driver import Gdb
from lldb_driver import Lldb
from place import Skip

SOURCES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "programs")
BOTH = ("gdb", "lldb")

SCENARIOS = []


class Failure(Exception):
    """What the scenario promises is not so."""


NATIVE = ("native",)  # for what containers lack something
DEFAULT_RIGHTS = ("container:12-12",)  # for what one container shows, with an engine's default rights
TOOLS = ("container:tools",)  # for what only its scenarios need


class Scenario:
    def __init__(self, name, debuggers, script, places=()):
        self.name = name
        self.debuggers = debuggers
        self.script = script
        self._places = places  # none: all but TOOLS

    def is_for(self, place_name):
        return place_name in self._places if self._places else place_name not in TOOLS


class Case:
    """One run of a scenario with one debugger at one place."""

    def __init__(self, place, debugger_name):
        self.place = place
        self.debugger_name = debugger_name
        self.other_name = {"gdb": "lldb", "lldb": "gdb"}[debugger_name]
        self.server = None
        self.debuggers = []
        self.gdb = Gdb  # or NonStopGdb

    def serve(self, program, *arguments, options=(), environment=None):
        """Starts the server with a program, and no debugger yet."""
        operands = [self.place.path(program), *arguments]
        self.server = self.place.start_server(list(options), operands, environment)
        return self.server

    def serve_attached(self, running, options=()):
        self.server = self.place.start_server([*options, "--attach"], [str(running.pid)])
        return self.server

    def connect(self, program, debugger_name=None):
        """A new debugger that knows the program's file and is connected to the server."""
        debugger = self.start_debugger(debugger_name)
        debugger.load(self.place.path(program))
        debugger.connect(self.server)
        return debugger

    def start_debugger(self, debugger_name=None):
        make = {"gdb": self.gdb, "lldb": Lldb}[debugger_name or self.debugger_name]
        debugger = make(self.place)
        self.debuggers.append(debugger)
        return debugger

    def launch(self, program, *arguments, options=(), environment=None):
        self.serve(program, *arguments, options=options, environment=environment)
        return self.connect(program)

    def launch_until(self, function, program, *arguments):
        """Starts the program and runs it until it is in the function."""
        debugger = self.launch(program, *arguments)
        debugger.break_at(function)
        go_to_breakpoint(debugger, function)
        return debugger

    def need_libraries(self):
        """For what lldb can only do with the symbols and unwind tables of the program's libraries."""
        if self.debugger_name == "lldb" and not self.place.shares_libraries:
            raise Skip("this lldb has other libraries than the program")

    def need_programs_of_processes(self):
        """For what lldb can only do where it finds a process's program in its own list of processes."""
        if self.debugger_name == "lldb" and not self.place.shares_processes:
            raise Skip("this lldb does not see the program's process, and asks no server for its program")

    def close(self):
        try:
            for debugger in self.debuggers:
                debugger.close()
        finally:
            self.place.close()


def scenario(name, debuggers=BOTH, native=False, places=()):
    def add(script):
        SCENARIOS.append(Scenario(name, debuggers, script, NATIVE if native else places))
        return script

    return add


def again(names, how, prepare, debuggers=BOTH, places=()):
    """Scenarios that are there already, once more under other circumstances, which are made of the Case beforehand."""

    def prepared(script):
        def run(case):
            prepare(case)
            script(case)

        return run

    for name in names:
        known = [one for one in SCENARIOS if one.name == name]
        if not known:
            raise LookupError(f"there is no scenario {name!r}")
        for one in known:
            these = tuple(debugger for debugger in one.debuggers if debugger in debuggers)
            where = tuple(place for place in places if one.is_for(place))
            if these:
                SCENARIOS.append(Scenario(f"{name}, {how}", these, prepared(one.script), where))


def check(condition, message):
    if not condition:
        raise Failure(message)


def check_equal(got, wanted, what):
    check(got == wanted, f"{what}: {got!r} instead of {wanted!r}")


def check_found(pattern, text, what="the debugger's words"):
    match = re.search(pattern, text)
    check(match, f"{pattern!r} is not in {what}:\n{text}")
    return match


def check_printed(server, *lines):
    """The program prints these lines in this order; the server's own may stand between them. A debugger may know of the
    program's end before the last of its output has come through a container's engine: it is waited for."""
    pattern = "".join(f"(^|.*\n){re.escape(line)}\r?\n" for line in lines)
    server.wait_for_output(f"(?sm){pattern}")


def go_to_breakpoint(debugger, function):
    text = debugger.go()
    check(debugger.is_breakpoint_in(text, function), f"no stop at the breakpoint in {function}:\n{text}")
    return text


def go_to_signal(debugger, signal_name):
    text = debugger.go()
    check(debugger.is_signal(text, signal_name), f"no stop by {signal_name}:\n{text}")
    return text


def go_to_exit(debugger, server, code):
    """Runs the program to its end: the debugger and whoever started the server learn the exit code."""
    text = debugger.go()
    check_equal(debugger.exit_code(text), code, f"exit code in {text!r}")
    debugger.quit()
    check_equal(server.wait_exit(), code, "the server's exit code")


def number_in(debugger, expression):
    return int(debugger.value(expression))


def line_of(source, comment):
    """The number of the line that has the comment."""
    with open(os.path.join(SOURCES, source), encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            if f"// {comment}" in line:
                return number
    raise Failure(f"{source} has no line with {comment!r}")


def at_line(text, source, line):
    """Whether the debugger says that the program is at this line; gdb leaves the file out while it is the same."""
    return re.search(rf"(?m)\b{re.escape(source)}:{line}\b|^{line}\b", text)


def until(condition, what):
    """Tries until the condition is true; gives up after a generous time."""
    end = time.monotonic() + LIMIT
    while not condition():
        check(time.monotonic() < end, f"in {LIMIT} s it did not happen: {what}")


def need_processor(flag):
    with open("/proc/cpuinfo", encoding="ascii") as file:
        if not re.search(rf"^flags.*\b{flag}\b", file.read(), re.MULTILINE):
            raise Skip(f"the processor has no {flag}")
