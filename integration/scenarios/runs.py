"""`stub run`: a command as if alone, until something happens; then a report, a core, a debugger that walks in."""

import os
import re
import signal
import socket
import subprocess
import time

from debugger import LIMIT
from place import Skip
from scenario import DEFAULT_RIGHTS, NATIVE, check, check_equal, check_found, scenario

from .backtraces import all_own, stacks
from .cores import open_core
from .sessions import probe


def run(case, options, *command, environment=None):
    argv = [case.place.server_program(), "run", *options, "--", *command]
    return case.place.start_command(argv, environment)


def fate(case, what, *options):
    return run(case, options, case.place.path("fates"), what)


def waiting(case, what, *options):
    """Started, and waiting for a debugger; as something to connect to."""
    started = fate(case, what, f"--listen={case.place.bind_address()}", *options)
    started.host = case.place.client_host()
    started.port = int(started.wait_for_output(r"Listening on port (\d+)")[1])
    started.address = lambda: f"{started.host}:{started.port}"
    case.server = started
    return started


@scenario("a command's exit code is its own", debuggers=("gdb",), native=True)
def _(case):
    for words, code in (
        (["/bin/true"], 0),
        (["/bin/sh", "-c", "exit 7"], 7),
        (["sh", "-c", "kill -9 $$"], 137),
        (["sh", "-c", "kill -TERM $$"], 143),
        (["no-such-program"], 127),
        (["/etc/passwd"], 126),
        ([], 125),
    ):
        check_equal(run(case, [], *words).wait_exit(), code, f"exit code of {words}")


@scenario("what a program takes care of itself is no crash", debuggers=("gdb",), native=True)
def _(case):
    for what, code in (("handled", 51), ("ignored", 5), ("blocked", 6)):
        started = fate(case, what)
        check_equal(started.wait_exit(), code, f"exit code of {what}")
        check_equal(started.output(), "", f"what is said of {what}")


@scenario("a crash is told, and changes nothing", debuggers=("gdb",), native=True)
def _(case):
    for what, name, code in (("crash", "SIGSEGV", 139), ("abort", "SIGABRT", 134), ("trap", "SIGTRAP", 133)):
        started = fate(case, what)
        check_equal(started.wait_exit(), code, f"exit code of {what}")
        check_found(rf"stub: fates \(process \d+\): {name}", started.output())
    check_found(r"#0 .* in crash \(\) at ", fate_output(case, "crash"))


def fate_output(case, what, *options):
    started = fate(case, what, *options)
    started.wait_exit()
    return started.output()


@scenario("the third process of a tree crashes: report, core and exit code")
def _(case):
    folder = case.place.exchange()
    started = fate(case, "tree", f"--on-crash=report={folder}/%p.json,core={folder}/cores")
    check_equal(started.wait_exit(), 111, "the exit code that its parent makes of it")
    process = check_found(r"report on process (\d+) written", started.output())[1]
    with open(f"{folder}/{process}.json", encoding="utf-8") as file:
        check_found('"SIGSEGV"', file.read(), "the report")
    debugger = open_core(case, "fates", f"{folder}/cores/core.fates.{process}")
    check_found(r"crash.*\n.*main", debugger.backtrace())


@scenario("a hang gives the stacks of all processes, and ends if so wished", debuggers=("gdb",), native=True)
def _(case):
    script = f"{case.place.path('fates')} hang & exec {case.place.path('fates')} hang"
    started = run(case, ["--on-timeout=1s:report,kill"], "/bin/sh", "-c", script)
    check_equal(started.wait_exit(), 137, "exit code")
    check_equal(len(re.findall(r"#\d .* in main \(\) at ", started.output())), 2, "stacks")
    looked_at = fate(case, "terminated", "--on-timeout=1s:report")
    looked_at.wait_for_output(r"in main \(\)")
    os.kill(looked_at.pid, signal.SIGTERM)
    check_equal(looked_at.wait_exit(), 55, "it goes on after a report")


# Of each thread of the program `stacks`.
WHERE_IT_HANGS = [["handle", "main"], ["rest", *["dig"] * 6, "digger"], ["rest", "idle"]]


@scenario("a hang gives the stacks of all threads, and a core with all of them")
def _(case):
    folder = case.place.exchange()
    started = run(case, [f"--on-timeout=2s:report,core={folder},kill"], case.place.path("stacks"))
    check_equal(started.wait_exit(), 137, "exit code")
    check_equal(stacks(started.output()), WHERE_IT_HANGS, "functions of the threads")
    process = check_found(r"Core of 3 threads written to \S+core\.stacks\.(\d+)", started.output())[1]
    if case.place.shares_libraries:  # to which a core only refers
        debugger = open_core(case, "stacks", f"{folder}/core.stacks.{process}")
        check_equal(stacks(all_own(debugger)), WHERE_IT_HANGS, "functions of the threads in the core")


@scenario("a debugger walks in on a crash, and leaves the signal to its fate")
def _(case):
    started = waiting(case, "tree", "--on-crash=wait=5m")
    check_found(r"stub: gdb: target remote \S+ +lldb: gdb-remote", started.wait_for_output(r"gdb-remote \S+\n").string)
    debugger = case.connect("fates")
    check_found(r"crash.*\n.*main", debugger.backtrace())
    number = debugger.value("$_siginfo.si_signo") if debugger.name == "gdb" else "11"
    check_equal(number, "11", "the signal")
    debugger.detach()
    debugger.quit()
    check_equal(started.wait_exit(), 111, "exit code")


@scenario("a process whose debugger vanishes waits for the next one", native=True)
def _(case):
    started = waiting(case, "crash", "--on-crash=wait=5m")
    case.connect("fates").vanish()
    started.wait_for_output(r"(?s)waits.*Remote debugging from.*waits")
    debugger = case.connect("fates")
    check_found(r"crash.*\n.*main", debugger.backtrace())
    debugger.detach()
    debugger.quit()
    check_equal(started.wait_exit(), 139, "exit code")


@scenario("probes and idle connections take no crashed process from its debugger", native=True)
def _(case):
    started = waiting(case, "crash", "--on-crash=wait=5m")
    with socket.create_connection((started.host, started.port)):
        probe(started)
        debugger = case.connect("fates")
        check_found(r"crash.*\n.*main", debugger.backtrace())
        probe(started)
        debugger.detach()
        debugger.quit()
        check_equal(started.wait_exit(), 139, "exit code")


@scenario("of a debugger's continue a crashed process dies", native=True)
def _(case):
    started = waiting(case, "crash", "--on-crash=wait=5m")
    debugger = case.connect("fates")
    debugger.go()
    debugger.quit()
    check_equal(started.wait_exit(), 139, "exit code")


@scenario("when nobody comes in time, a crash takes its course", debuggers=("gdb",), native=True)
def _(case):
    started = waiting(case, "crash", "--on-crash=wait=1s")
    check_equal(started.wait_exit(), 139, "exit code")
    asked_to_end = waiting(case, "crash", "--on-crash=wait=5m")
    os.kill(asked_to_end.pid, signal.SIGTERM)
    check_equal(asked_to_end.wait_exit(), 139, "exit code after SIGTERM")


@scenario("crashes at the same time are handed over one after the other", native=True)
def _(case):
    program = case.place.path("fates")
    script = f"{program} & {program} & wait"
    started = run(case, ["--on-crash=wait=5m"], "/bin/sh", "-c", script)
    started.host = case.place.client_host()
    started.port = int(started.wait_for_output(r"Listening on port (\d+)")[1])
    started.address = lambda: f"{started.host}:{started.port}"
    started.wait_for_output("1 more behind it")
    case.server = started
    for _ in range(2):
        debugger = case.connect("fates")
        check_found(r"crash.*\n.*main", debugger.backtrace())
        debugger.detach()
        debugger.quit()
    check_equal(started.wait_exit(), 0, "exit code")


@scenario("signals reach a command once, and its orphans outlive it", debuggers=("gdb",), native=True)
def _(case):
    started = fate(case, "terminated")
    started.wait_for_output("ready")
    os.kill(started.pid, signal.SIGTERM)
    check_equal(started.wait_exit(), 55, "exit code after SIGTERM to stub")
    counts = 'n=0; trap "n=$((n+1)); echo got" TERM; echo ready; for i in 1 2 3; do sleep 0.5; done; exit 0'
    group = run(case, [], "/bin/sh", "-c", counts)
    group.wait_for_output("ready")
    os.killpg(group.pid, signal.SIGTERM)
    group.wait_exit()
    check_equal(group.output().count("got"), 1, "a signal to the group")
    began = time.monotonic()
    orphan = fate(case, "orphan")
    code = orphan.process.wait(LIMIT)
    check_equal(code, 3, "exit code")
    check(time.monotonic() - began < 1.5, "the command's end waited for its child")
    orphan.wait_for_output("orphan done")


@scenario("a command keeps its group, its input, and what it ignores", debuggers=("gdb",), native=True)
def _(case):
    show = "cut -d' ' -f5 /proc/self/stat; grep -E '^Sig(Blk|Ign)' /proc/self/status"
    bare = case.place.start_program(["/bin/sh", "-c", f"trap '' HUP INT; {show}"])
    bare.wait_exit()
    watched = case.place.start_program(
        ["/bin/sh", "-c", f"trap '' HUP INT; {case.place.server_program()} run -- /bin/sh -c \"{show}\""]
    )
    watched.wait_exit()
    check_equal(watched.output().split("\n")[1:], bare.output().split("\n")[1:], "signals")
    check_equal(watched.output().split("\n")[0], str(watched.pid), "process group")
    reader = run(case, [], "/bin/cat")
    reader.write("to and fro\n")
    reader.close_input()
    check_equal(reader.wait_exit(), 0, "exit code")
    check_equal(reader.output(), "to and fro\n", "output")


@scenario("a policy comes from the environment, and names programs", debuggers=("gdb",), native=True)
def _(case):
    words = [case.place.server_program(), "run", case.place.path("fates")]
    silent = case.place.start_program(words, {"STUB_ONLY": "other"})
    check_equal((silent.wait_exit(), silent.output()), (139, ""), "another program's crash")
    group = case.place.start_program(words, {"GITHUB_ACTIONS": "true"})
    group.wait_exit()
    check_found(r"::error file=.*fates.c,line=\d+::stub: fates[^\n]*SIGSEGV", group.output())
    check_found(r"(?s)::group::.*::endgroup::", group.output())


@scenario("stub run under stub run leaves the work to the outer one", debuggers=("gdb",), native=True)
def _(case):
    stub = case.place.server_program()
    nested = run(case, [], stub, "run", case.place.path("fates"))
    check_equal(nested.wait_exit(), 139, "exit code")
    check_equal(len(re.findall(r"stub: fates \(process", nested.output())), 1, "reports")
    check_found("unwatched", nested.output())
    none = fate(case, "crash", "--follow=none")
    check_equal((none.wait_exit(), none.output()), (139, ""), "without being followed")


@scenario("a debugger in a watched command has its own processes", debuggers=("gdb",), native=True)
def _(case):
    words = ["gdb", "-nx", "-batch", "-ex", "run", "-ex", "bt", case.place.path("fates")]
    started = run(case, [], *words)
    started.wait_exit()
    check_found(r"#0 .*crash", started.output())


@scenario("a report tells the last system calls where that is asked for", debuggers=("gdb",), native=True)
def _(case):
    plain = fate(case, "abort")
    check_equal(plain.wait_exit(), 134, "exit code")
    check("Last system calls" not in plain.output(), "system calls that nobody asked for")
    started = fate(case, "abort", "--on-crash=syscalls,report")
    check_equal(started.wait_exit(), 134, "exit code")
    check_found(r"(?s)Last system calls:\n.*openat\(.*tg?kill\(\d+, .*SIGABRT\) = 0", started.output())


@scenario("a debugger walks in on a program that hangs", native=True)
def _(case):
    started = waiting(case, "hang", "--on-timeout=1s:wait=5m,kill")
    started.wait_for_output(r"hangs\) waits .* for a debugger")
    debugger = case.connect("fates")
    check_found(r"main", debugger.backtrace())
    debugger.kill()
    debugger.quit()
    check_equal(started.wait_exit(), 137, "exit code")
    killed = waiting(case, "hang", "--on-timeout=1s:wait=1s,kill")
    check_equal(killed.wait_exit(), 137, "exit code when nobody comes")


# Whoever is process 1 gets orphans, and nobody but it can see to them.
ORPHANS = """
for i in 1 2 3; do (sleep 0.2 & exec sleep 0.1) & done; wait; sleep 1
grep -sl "^PPid:.$PPID$" /dev/null $(grep -sl "^State:.Z" /proc/[0-9]*/status) && exit 1
exit 9
"""


@scenario("a signal is forwarded, and the exit code is the command's, also as the first process of a container", debuggers=("gdb",))
def _(case):
    started = fate(case, "terminated")
    started.wait_for_output("ready")
    case.place.send_signal(started, signal.SIGTERM)
    check_equal(started.wait_exit(), 55, "exit code after SIGTERM")
    crashed = fate(case, "crash")
    check_equal(crashed.wait_exit(), 139, "exit code of a crash")
    check_found(r"SIGSEGV(.*\n)*.*#0 .* in crash \(\) at ", crashed.output())


@scenario("orphans leave no zombies", debuggers=("gdb",), places=(*NATIVE, *DEFAULT_RIGHTS, "container:restricted"))
def _(case):
    for follow in ("all", "direct"):
        started = run(case, [f"--follow={follow}"], "/bin/sh", "-c", ORPHANS)
        check_equal((started.wait_exit(), started.output()), (9, ""), f"exit code and zombies with --follow={follow}")


@scenario("that a setuid program has no such rights is said once, and how it gets them", debuggers=("gdb",), places=("container:restricted",))
def _(case):
    started = run(case, [], "/bin/sh", "-c", "su --version && mount --version && exit 4")
    check_equal(started.wait_exit(), 4, "exit code")
    said = re.findall(r"(?m)^stub: .*$", started.output())
    check_equal(len(said), 1, f"what is said: {said}")
    check_found(r"/su is setuid, and has no such rights while it is traced: run stub as root, or --follow=direct", said[0])


@scenario("of a program that traces itself it is said once that it cannot, and how it can", debuggers=("gdb",))
def _(case):
    program = case.place.path("traces_itself")
    check_equal(case.place.start_command([program]).wait_exit(), 0, "exit code without stub")
    started = run(case, [], program)
    check_equal(started.wait_exit(), 2, "exit code")
    said = re.findall(r"(?m)^stub: .*$", started.output())
    check_equal(len(said), 1, f"what is said: {said}")
    check_found(r"traces_itself ended with code 2, perhaps because it traces itself", said[0])


LEAK = "int main(void) { void *volatile lost = __builtin_malloc(7); lost = 0; return lost != 0; }"


@scenario("LeakSanitizer cannot work while it is traced: that is said, and the way out is one", debuggers=("gdb",), native=True)
def _(case):
    folder = case.place.exchange()
    program = f"{folder}/leak"
    compiler = ["cc", "-fsanitize=address", "-x", "c", "-o", program, "-"]
    if subprocess.run(compiler, input=LEAK, text=True, capture_output=True, check=False).returncode != 0:
        raise Skip("the compiler has no AddressSanitizer")
    refused = run(case, [], "/bin/sh", "-c", f"{program}; {program}")
    check(refused.wait_exit() != 0, "a leak's exit code is 0")
    check_found("LeakSanitizer has encountered a fatal error", refused.output())
    said = re.findall(r"(?m)^stub: .*ASAN_OPTIONS=detect_leaks=0.*$", refused.output())
    check_equal(len(said), 1, "how often the way out is said")
    done = run(case, [], program, environment={"ASAN_OPTIONS": "detect_leaks=0"})
    check_equal((done.wait_exit(), done.output()), (0, ""), "exit code, and what is printed, on the way out")
