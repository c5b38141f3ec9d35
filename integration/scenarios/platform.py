"""lldb's platform mode: one connection for the machine, others to debug, all to the same port."""

import itertools
import os
import shutil
import threading

from forwarder import Forwarder
from scenario import check, check_equal, check_found, check_printed, go_to_breakpoint, number_in, scenario

from .attaching import check_unharmed, start_ticker


def connect_platform(case, *options, operands=(), address=None):
    """lldb's platform is a server that has no program yet; its programs are put where all may write."""
    if case.server is None:
        case.server = case.place.start_server(list(options or ["--multi"]), list(operands))
    lldb = case.start_debugger()
    lldb.command("platform select remote-linux")
    said = lldb.command(f"platform connect connect://{address or case.server.address()}")
    check_found("Connected: yes", said)
    return lldb


def launch_counter(case, lldb):
    lldb.command(f"platform settings --working-dir {case.place.exchange()}")
    lldb.load(case.place.path("counter"))
    lldb.break_at("tick")
    text = lldb.resume("process launch")
    check(lldb.is_breakpoint_in(text, "tick"), f"no stop in tick:\n{text}")


def check_counts_to_the_end(lldb):
    """Returns what lldb has shown meanwhile."""
    check_equal(number_in(lldb, "number"), 1, "number")
    check_found(r"counter`tick.*(\n.*)*counter`main", lldb.backtrace())
    lldb.no_more_breakpoints()
    text = lldb.go()
    check_equal(lldb.exit_code(text), 5, "exit code")
    return text


@scenario("lldb's platform launches programs, again and again, through the one port", debuggers=("lldb",))
def _(case):
    lldb = connect_platform(case)
    launch_counter(case, lldb)
    lldb.kill()
    text = lldb.resume("process launch")
    check(lldb.is_breakpoint_in(text, "tick"), f"no stop in tick at the second launch:\n{text}")
    check_found("counted to 5", check_counts_to_the_end(lldb))
    lldb.command("platform disconnect")
    check(case.server.running(), "a server that stays is gone with its platform's client")


@scenario("lldb-server's own command line serves its platform, and ends with it", debuggers=("lldb",))
def _(case):
    lldb = connect_platform(case, "platform", "--listen")
    launch_counter(case, lldb)
    check_found("counted to 5", check_counts_to_the_end(lldb))
    lldb.command("platform disconnect")
    check_equal(case.server.wait_exit(), 5, "the server's exit code, which is that of the last program")


@scenario("lldb's platform copies files, makes folders, and describes processes", debuggers=("lldb",))
def _(case):
    lldb = connect_platform(case)
    here = case.place.exchange()
    lldb.command(f"platform put-file {case.place.path('counter')} {here}/there")
    check_found(r"successfully", lldb.command(f"platform get-file {here}/there {here}/back"))
    with open(case.place.local_path("counter"), "rb") as first, open(f"{here}/back", "rb") as second:
        check(first.read() == second.read(), "the file that came back is another one")
    check_found(rf": {os.path.getsize(f'{here}/there')}\b", lldb.command(f"platform get-size {here}/there"))
    lldb.command(f"platform mkdir {here}/folder")
    check(os.path.isdir(f"{here}/folder"), "no folder was made")
    check_found("No such file", lldb.command(f"platform mkdir {here}/none/folder"))
    refusal = r"--allow-shell(.*\n)*error: command returned with status 126"
    check_found(refusal, lldb.command("platform shell ls"))
    launch_counter(case, lldb)
    pid = check_found(r"Process (\d+)", lldb.command("process status"))[1]
    check_found(r"name = counter\n(.*\n)*.*uid = \d+", lldb.command(f"platform process info {pid}"))


@scenario("lldb's platform runs shell commands where it may, and a long one holds nobody up", debuggers=("lldb",), native=True)
def _(case):
    lldb = connect_platform(case, "--multi", "--allow-shell")
    here = case.place.exchange()
    check_found("^one two\n", lldb.command("platform shell echo one two"))
    check_found("status 3", lldb.command("platform shell exit 3"))
    lldb.command(f"platform settings --working-dir {here}")
    check_found(f"^{here}\n", lldb.command("platform shell pwd"))
    check_found("its time was over", lldb.command("platform shell --timeout 1 -- sleep 50"))
    wait = f"platform shell --timeout 50 -- while ! test -e {here}/done; do sleep 0.1; done; echo done"
    said = []
    slow = threading.Thread(target=lambda: said.append(lldb.command(wait)))
    slow.start()
    try:
        other = connect_platform(case)
        launch_counter(case, other)
        check_counts_to_the_end(other)
        check(not said, "the command has ended before it could")
    finally:
        with open(f"{here}/done", "w", encoding="ascii"):
            slow.join()
    check_equal(said, ["done\n"], "what the long command has printed")


@scenario("lldb's platform lists processes by a regular expression", debuggers=("lldb",), native=True)
def _(case):
    ticker = start_ticker(case)
    lldb = connect_platform(case)
    check_found(rf"(?m)^{ticker.pid} .*\bticker$", lldb.command("platform process list --regex ^t.ck(er|et)$"))
    check_found("no processes were found", lldb.command("platform process list --regex ^t.ck$"))


@scenario("lldb's platform finds a process by name, and attaches to it by number", debuggers=("lldb",), native=True)
def _(case):
    ticker = start_ticker(case)
    lldb = connect_platform(case)
    check_found(rf"(?m)^{ticker.pid} .*\bticker$", lldb.command("platform process list --name ticker"))
    check_found(r"uid = \d+ +\(\S+\)", lldb.command(f"platform process info {ticker.pid}"))
    lldb.load(case.place.path("ticker"))
    lldb.resume(f"process attach --pid {ticker.pid}")
    check(number_in(lldb, "ticks") >= 3, "the program's memory is not that of a process that ticks")
    lldb.break_at("tick")
    go_to_breakpoint(lldb, "tick")
    lldb.detach()
    check_unharmed(ticker)


@scenario("lldb's platform starts a program, lets it go, finds it by name and attaches to it, all through one port", debuggers=("lldb",))
def _(case):
    lldb = connect_platform(case)
    lldb.command(f"platform settings --working-dir {case.place.exchange()}")
    lldb.load(case.place.path("busy"))
    lldb.resume("process launch --stop-at-entry")
    lldb.detach()
    listed = lldb.command("platform process list --name busy")
    pid = check_found(r"(?m)^(\d+) .*\bbusy$", listed, "the list of processes")[1]
    lldb.resume(f"process attach --pid {pid}")
    lldb.break_at("work")
    go_to_breakpoint(lldb, "work")
    turns = number_in(lldb, "turns")
    go_to_breakpoint(lldb, "work")
    check_equal(number_in(lldb, "turns"), turns + 100000, "turns, of which work() makes so many")
    lldb.no_more_breakpoints()
    lldb.change("enough", 1)
    check_equal(lldb.exit_code(lldb.go()), 0, "exit code")


tickers = itertools.count()


def own_ticker(case):
    """A ticker whose name no other process on this machine has, nor another scenario that runs now."""
    path = os.path.join(case.place.exchange(), f"ticker-{os.getpid()}-{next(tickers)}")
    return shutil.copy(case.place.path("ticker"), path)


class Later:
    """A program that is started in a while, when the debugger waits for it."""

    def __init__(self, case, path):
        self.process = None
        self._thread = threading.Timer(2, self._start, [case, path])
        self._thread.start()

    def _start(self, case, path):
        self.process = case.place.start_program([path])

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._thread.join()


def check_waits_for_next(case, lldb):
    """The one that runs already is none that is waited for."""
    path = own_ticker(case)
    first = case.place.start_program([path])
    first.wait_for_output("tick 3\n")
    with Later(case, path) as later:
        said = lldb.resume(f"process attach --name {os.path.basename(path)} --waitfor")
    pid = int(check_found(r"Process (\d+) stopped", said)[1])
    check_equal(pid, later.process.pid, "the process that lldb has")
    lldb.detach()
    check_unharmed(later.process)
    check_unharmed(first)


@scenario("lldb's platform waits for a process by name", debuggers=("lldb",), native=True)
def _(case):
    lldb = connect_platform(case)
    lldb.load(case.place.path("ticker"))
    check_waits_for_next(case, lldb)


@scenario("a process that a debugger waits for is nobody's when that debugger has gone", debuggers=("lldb",), native=True)
def _(case):
    path = own_ticker(case)
    name = os.path.basename(path)
    first = connect_platform(case)
    first.load(path)
    first.begin(f"process attach --name {name} --waitfor")
    case.server.wait_for_output("Remote debugging from")
    first.close()
    ticker = case.place.start_program([path])
    ticker.wait_for_output("tick 3\n")
    second = connect_platform(case)
    second.load(path)
    second.resume(f"process attach --name {name}")
    check(number_in(second, "ticks") >= 3, "the program's memory is not that of a process that ticks")
    second.detach()
    check_unharmed(ticker)


@scenario("lldb connected without a platform waits for a process by name", debuggers=("lldb",), native=True)
def _(case):
    case.server = case.place.start_server(["--multi"], [])
    lldb = case.start_debugger()
    lldb.load(case.place.path("ticker"))
    lldb.command(f"gdb-remote {case.server.address()}")
    check_waits_for_next(case, lldb)


@scenario("a process that waits is lldb's as soon as its platform has connected", debuggers=("lldb",))
def _(case):
    case.serve("counter")
    lldb = case.start_debugger()
    lldb.load(case.place.path("counter"))
    lldb.command("platform select remote-linux")
    text = lldb.resume(f"platform connect connect://{case.server.address()}")
    check_found(r"Process \d+ stopped", text)
    lldb.break_at("tick")
    go_to_breakpoint(lldb, "tick")
    check_counts_to_the_end(lldb)
    check_printed(case.server, "counted to 5")


@scenario("lldb debugs through a port that has another number outside", debuggers=("lldb",), native=True)
def _(case):
    forwarder = Forwarder()
    try:
        case.server = case.place.start_server(["--multi", "--published-port", str(forwarder.port)], [])
        forwarder.lead_to(case.server.host, case.server.port)
        lldb = connect_platform(case, address=f"127.0.0.1:{forwarder.port}")
        launch_counter(case, lldb)
        pid = check_found(r"Process (\d+)", lldb.command("process status"))[1]
        check_equal(os.readlink(f"/proc/{pid}/cwd"), case.place.exchange(), "the program's working directory")
        check_found("counted to 5", check_counts_to_the_end(lldb))
        check_equal(forwarder.connections, 2, "connections through the forwarded port")
    finally:
        forwarder.close()
