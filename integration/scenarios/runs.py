"""`stub run`: a command as if alone, until something happens; then a report, a core, a debugger that walks in."""

import os
import re
import signal
import time

from debugger import LIMIT
from scenario import check, check_equal, check_found, scenario

from .cores import open_core


def run(case, options, *command, environment=None):
    argv = [case.place.server_program(), "run", *options, "--", *command]
    return case.place.start_program(argv, environment)


def fate(case, what, *options):
    return run(case, options, case.place.path("fates"), what)


def waiting(case, what, *options):
    """Started, and waiting for a debugger; as something to connect to."""
    started = fate(case, what, *options)
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


@scenario("the third process of a tree crashes: report, core and exit code", native=True)
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


@scenario("a debugger walks in on a crash, and leaves the signal to its fate", native=True)
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
