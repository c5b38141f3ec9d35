"""Backtraces that stub makes itself, beside the debugger's own."""

import json
import os
import re
import signal
import subprocess
import time

from debugger import LIMIT
from scenario import check, check_equal, check_found, scenario

# What both must say alike: the program's own functions, of each thread, innermost first.
OWN = r"\b(?:rest|dig|digger|idle|all_started|handle|main)\b"


def stacks(text):
    """The program's functions of each thread; which thread that is each says in its own way."""
    found = {}
    thread = None
    for line in text.splitlines():
        # gdb: Thread 2 (Thread 0x… (LWP 71) "x"):   lldb: thread #2, name = 'x'   stub: Thread 71 "x":
        if re.search(r"^[* ]*[Tt]hread #?\d+", line):
            thread = line
        elif re.search(r"(^#|frame #)\d+", line.strip(" *")):
            if function := re.search(rf"(?:in |^#\d+ +|`)({OWN})", line.strip()):
                found.setdefault(thread, []).append(function[1])
    return sorted(found.values())


def stub(case, *words):
    command = case.place.server_command([case.place.server_program(), *words], {})
    return subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=LIMIT)


def all_own(debugger):
    return debugger.command({"gdb": "thread apply all bt", "lldb": "thread backtrace all"}[debugger.name])


def start_stacks(case):
    running = case.place.start_program([case.place.path("stacks")])
    running.wait_for_output("in handler 10\n")
    return running


def state_of(pid):
    with open(f"/proc/{pid}/stat", encoding="utf-8") as file:
        return file.read().rsplit(") ", 1)[1][0]


def wait_for_state(pid, states):
    end = time.monotonic() + LIMIT
    while state_of(pid) not in states:
        check(time.monotonic() < end, f"the process is in state {state_of(pid)}, not in one of {states}")
        time.sleep(0.01)


@scenario("monitor backtrace all names the same functions as the debugger")
def _(case):
    case.need_libraries()
    debugger = case.launch("stacks")
    debugger.break_at("all_started")
    text = debugger.go()
    while not debugger.is_breakpoint_in(text, "all_started"):
        text = debugger.go()
    told = debugger.monitor("backtrace all")
    own = stacks(all_own(debugger))
    check_equal(len(own), 3, "threads that the debugger shows")
    check_equal(stacks(told), own, "functions of the threads")
    check_found(r"#\d+ +<signal handler called>", told)
    check_found(r"#\d+ +0x[0-9a-f]{16} in main \(\) at .*stacks\.c:\d+", told)
    check_found(r"\bmain \(\)", debugger.monitor("backtrace"))


@scenario("monitor threads, auxv, fds and signals tell of the process")
def _(case):
    debugger = case.launch_until("tick", "counter")
    check_found(r"\*\s+\d+\s+counter.*\btick \(\)", debugger.monitor("threads"))
    check_found(r"AT_ENTRY +0x[0-9a-f]+", debugger.monitor("auxv"))
    check_found(r"(?m)^\s*2 +\S.*", debugger.monitor("fds"))
    check_found(r"whose +what +signals", debugger.monitor("signals"))


@scenario("stub bt prints what gdb prints of a running process, which goes on unharmed", debuggers=("gdb",), native=True)
def _(case):
    running = start_stacks(case)
    told = stub(case, "bt", str(running.pid))
    check_equal(told.returncode, 0, f"exit code ({told.stderr})")
    wait_for_state(running.pid, "SR")
    gdb = subprocess.run(
        ["gdb", "-q", "-nx", "-batch", "-p", str(running.pid), "-ex", "thread apply all bt"],
        capture_output=True,
        text=True,
        timeout=LIMIT,
    )
    own = stacks(gdb.stdout)
    check_equal(len(own), 3, "threads that gdb shows")
    check_equal(stacks(told.stdout), own, "functions of the threads")
    running.close_input()
    check_equal(running.wait_exit(), 3, "exit code of the process that was looked at")


@scenario("stub bt --json is JSON, and of a process that cannot be looked at it says why", debuggers=("gdb",), native=True)
def _(case):
    running = start_stacks(case)
    report = json.loads(stub(case, "bt", "--json", str(running.pid)).stdout)
    check_equal(report["pid"], running.pid, "pid")
    names = [frame.get("function") for frame in report["threads"][0]["frames"]]
    check("handle" in names and "main" in names, f"functions of the first thread: {names}")
    refused = stub(case, "bt", "999999999")
    check_equal(refused.returncode, 125, "exit code")
    check_found(r"^stub: .*no such process", refused.stderr)
    check_equal(refused.stdout, "", "standard output")


@scenario("stub bt leaves a stopped process stopped, also when it is told to end meanwhile", debuggers=("gdb",), native=True)
def _(case):
    running = start_stacks(case)
    os.kill(running.pid, signal.SIGSTOP)
    wait_for_state(running.pid, "T")
    check_equal(stub(case, "bt", str(running.pid)).returncode, 0, "exit code")
    check_equal(state_of(running.pid), "T", "state")
    command = case.place.server_command([case.place.server_program(), "bt", str(running.pid)], {})
    for moment in range(12):
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as looking:
            time.sleep(moment * 0.008)
            looking.terminate()
            looking.wait(LIMIT)
        wait_for_state(running.pid, "T")
        check_found(r"TracerPid:\t0\n", open(f"/proc/{running.pid}/status", encoding="utf-8").read())
    os.kill(running.pid, signal.SIGCONT)
    running.close_input()
    check_equal(running.wait_exit(), 3, "exit code of the process that was looked at")


@scenario("stub ps lists processes, and says which can be attached to", debuggers=("gdb",), native=True)
def _(case):
    running = start_stacks(case)
    rows = {row["pid"]: row for row in json.loads(stub(case, "ps", "--json").stdout)}
    check_equal(rows[str(running.pid)]["attachable"], "yes", "attachable")
    check("stacks" in rows[str(running.pid)]["command"], f"its row: {rows[str(running.pid)]}")
    case.serve_attached(running)
    rows = {row["pid"]: row for row in json.loads(stub(case, "ps", "--json").stdout)}
    check_equal(rows[str(running.pid)]["attachable"], "no", "attachable")
    check_found("already traced by process", rows[str(running.pid)]["why_not"])
