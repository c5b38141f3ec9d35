"""Core files that the server writes: the debugger finds in one what it has found in the process."""

import os
import re
import signal
import stat
import subprocess
import tempfile

from debugger import LIMIT
from scenario import (
    check,
    check_equal,
    check_found,
    go_to_signal,
    need_processor,
    number_in,
    scenario,
    until,
)

from .i386 import need_32_bits


def open_core(case, program, core):
    """Another debugger, which has the core instead of the process."""
    debugger = case.start_debugger()
    program = case.place.path(program)
    if debugger.name == "gdb":
        debugger.load(program)
        debugger.command(f"core-file {core}")
    else:
        debugger.command(f"target create {program} --core {core}")
    return debugger


def saved(debugger, path):
    """The core that the server was told to write."""
    check_found(rf"Core of \d+ threads? written to {re.escape(path)} ", debugger.monitor(f"core {path}"))
    check_equal(stat.S_IMODE(os.stat(path).st_mode), 0o600, "who may read the core")
    return path


def frames(text):
    """What a backtrace says of each frame, without what the debugger knows of running programs only."""
    return re.findall(r"^ *\*? *(?:frame )?#\d+:? .*", text.replace("target:", ""), re.MULTILINE)


def backtraces(debugger):
    """Of each thread, by its number in the system."""
    every = "thread apply all backtrace" if debugger.name == "gdb" else "thread backtrace all"
    parts = re.split(r"(?m)^Thread \d+ |^[* ]+thread #\d+", debugger.command(every))
    return sorted([re.sub(r"^[* ]+", "", line) for line in frames(part)] for part in parts if frames(part))


def check_same(words, live, core):
    for word in words:
        check_equal(core.command(word), live.command(word), word)


def check_threads(case, folder, program):
    live = case.launch_until("everyone_is_here", program)
    live.keep_breakpoints_inserted()
    core = open_core(case, program, saved(live, f"{folder}/core"))
    check_equal(len(backtraces(core)), 5, "threads")
    if core.name == "lldb" and program.startswith("i386/"):  # it unwinds no i386 vdso in cores, gdb's ones neither
        check_equal(frames(core.backtrace()), frames(live.backtrace()), "the backtrace")
    else:
        check_equal(backtraces(core), backtraces(live), "backtraces")
    expression = "sizeof(trades) / sizeof(trades[0]) + (trades[3].work == dig)"
    check_equal(number_in(core, expression), 5, "the program's variable")


@scenario("a core has every thread with its backtrace, and the program's variables", native=True)
def _(case):
    with tempfile.TemporaryDirectory() as folder:
        check_threads(case, folder, "threads")


@scenario("a core of an i386 program has every thread with its backtrace", native=True)
def _(case):
    need_32_bits(case)
    with tempfile.TemporaryDirectory() as folder:
        check_threads(case, folder, "i386/threads")


@scenario("a core of a static program is read", native=True)
def _(case):
    with tempfile.TemporaryDirectory() as folder:
        live = case.launch_until("tick", "counter-static")
        core = open_core(case, "counter-static", saved(live, f"{folder}/core"))
        check_equal(frames(core.backtrace()), frames(live.backtrace()), "the backtrace")


@scenario("a core has the registers, the auxiliary vector and the mapped files", debuggers=("gdb",), native=True)
def _(case):
    need_processor("avx")
    with tempfile.TemporaryDirectory() as folder:
        live = case.launch_until("loaded", "registers")
        core = open_core(case, "registers", saved(live, f"{folder}/core"))
        registers = ("info registers", "output/x $xmm5", "output/x $ymm6", "info registers float", "output $mxcsr")
        check_same((*registers, "info auxv"), live, core)
        own = f"{folder}/gcore"
        check_found("Saved corefile", live.command(f"generate-core-file {own}"))
        gdbs = open_core(case, "registers", own)
        check_same((*registers, "info auxv", "backtrace", "output registers"), gdbs, core)
        paths = [
            set(re.findall(r"(?m)^ +(0x[0-9a-f]+) .* (/\S+)$", one.command("info proc mappings"))) for one in (gdbs, core)
        ]
        check(paths[0] and paths[0] <= paths[1], f"mapped files: {paths[1]!r} instead of {paths[0]!r}")


@scenario("a core has the registers of the vector unit", debuggers=("lldb",), native=True)
def _(case):
    with tempfile.TemporaryDirectory() as folder:
        live = case.launch_until("loaded", "registers")
        core = open_core(case, "registers", saved(live, f"{folder}/core"))
        check_same(("register read rip rsp rbx xmm5 mxcsr",), live, core)


@scenario("a core tells the signal that has stopped the program", native=True)
def _(case):
    with tempfile.TemporaryDirectory() as folder:
        live = case.launch("segfault")
        go_to_signal(live, "SIGSEGV")
        core = open_core(case, "segfault", saved(live, f"{folder}/core"))
        told = core.transcript() if core.name == "gdb" else core.command("thread list")
        check_found("SIGSEGV", told)
        check_equal(frames(core.backtrace()), frames(live.backtrace()), "the backtrace")


@scenario("lldb's save-core is the server's core", debuggers=("lldb",), native=True)
def _(case):
    with tempfile.TemporaryDirectory() as folder:
        live = case.launch_until("everyone_is_here", "threads")
        path = f"{folder}/core"
        live.command(f"process save-core {path}")
        with open(path, "rb") as file:
            check_equal(file.read(4), b"\x7fELF", "what the file begins with")
        check_equal(stat.S_IMODE(os.stat(path).st_mode), 0o600, "who may read the core")  # lldb's own: 0644
        check_equal(backtraces(open_core(case, "threads", path)), backtraces(live), "backtraces")


def state(process):
    with open(f"/proc/{process}/status", encoding="utf-8", errors="replace") as file:
        return dict(re.findall(r"(?m)^(State|TracerPid):\s+(\S+)", file.read()))


@scenario("stub core writes a running process down and leaves it as it was", native=True)
def _(case):
    running = case.place.start_program([case.place.path("ticker")])
    running.wait_for_output("tick")
    with tempfile.TemporaryDirectory() as folder:
        path = f"{folder}/core"
        stub = case.place.server_program()
        done = subprocess.run([stub, "core", str(running.pid), "-o", path], capture_output=True, text=True, check=True)
        check_found(rf"Core of 1 thread written to {re.escape(path)} ", done.stdout)
        check_equal(state(running.pid)["TracerPid"], "0", "the process's tracer")
        check_found("main", open_core(case, "ticker", path).backtrace())
        os.kill(running.pid, signal.SIGSTOP)
        until(lambda: state(running.pid)["State"] == "T", "the process stopped")
        piped = subprocess.run([stub, "core", str(running.pid), "-o", "-"], capture_output=True, check=True)
        check_equal(piped.stdout[:4], b"\x7fELF", "what the core begins with")
        stopped = {"State": "T", "TracerPid": "0"}
        until(lambda: state(running.pid) == stopped, "the process was stopped again, by nobody")
        os.kill(running.pid, signal.SIGCONT)
        running.wait_for_output("tick", after=len(running.output()))
        check_equal(os.listdir(folder), ["core"], "files")


@scenario("stub core lets go when it is interrupted, and says why it cannot write", debuggers=("gdb",), native=True)
def _(case):
    running = case.place.start_program([case.place.path("ticker")])
    running.wait_for_output("tick")
    command = [case.place.server_program(), "core"]
    with subprocess.Popen([*command, str(running.pid), "-o", "-"], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as stub:
        until(lambda: state(running.pid)["TracerPid"] != "0", "the process was traced")  # the pipe is full soon
        stub.send_signal(signal.SIGTERM)
        check_equal(stub.wait(LIMIT), -signal.SIGTERM, "the exit code")  # though nobody reads what it writes
    running.wait_for_output("tick", after=len(running.output()))
    for words, why in (
        (("999999999",), "process 999999999: there is no such process"),
        ((str(running.pid), "-o", "/dev/null"), "/dev/null: it is there, and no file"),
        ((str(running.pid), "-o", "/proc/no/core"), "cannot write /proc/no/core: No such file or directory"),
        (("-o", "x"), "core wants PID"),
    ):
        done = subprocess.run([*command, *words], capture_output=True, text=True, check=False)
        check_found(re.escape(why), done.stderr)
        check_equal(done.returncode, 125, "the exit code")
    check_equal(state(running.pid)["TracerPid"], "0", "the process's tracer")
