"""Sessions that outlive their connections, clients that are called, and where a program reads and prints."""

import json
import os
import re
import secrets
import signal
import socket
import subprocess
import threading
import time

from forwarder import copy
from place import Skip
from scenario import (
    DEFAULT_RIGHTS,
    check,
    check_equal,
    check_found,
    go_to_breakpoint,
    go_to_exit,
    number_in,
    scenario,
    until,
)

from .attaching import check_unharmed, start_ticker


def leave_running(case, program):
    """A debugger that is killed while the program runs."""
    debugger = case.connect(program)
    debugger.break_at("work")
    go_to_breakpoint(debugger, "work")
    debugger.no_more_breakpoints()
    debugger.command("continue &" if case.debugger_name == "gdb" else "process continue")
    time.sleep(0.2)
    debugger.kill_hard()


def state_of(pid):
    with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as file:
        return file.read().rpartition(")")[2].split()[0]


def tracer_of(pid):
    with open(f"/proc/{pid}/status", encoding="ascii") as file:
        return int(check_found(r"TracerPid:\s+(\d+)", file.read(), "the status")[1])


@scenario("a debugger that comes back while the program runs finds it stopped where it is", native=True)
def _(case):
    case.serve("busy")
    leave_running(case, "busy")
    debugger = case.connect("busy")
    turns = number_in(debugger, "turns")
    check(turns > 0, "the program did not run on")
    check_found(r"\bmain\b", debugger.backtrace())
    debugger.change("enough", 1)
    go_to_exit(debugger, case.server, 0)


def probe(server):
    """What is no debugger: nothing, a page's reader, noise, one that hangs up at once with a reset."""
    for words in (b"", b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", os.urandom(2000), b"\x16\x03\x01\x02\x00", b"+++", b"\x03"):
        with socket.create_connection((server.host, server.port)) as one:
            one.sendall(words)
            if words == b"":
                one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")


@scenario("port scans, health probes and noise change nothing, whatever the policy", debuggers=("gdb",), native=True)
def _(case):
    for options in ((), ("--once",), ("--on-disconnect=kill",), ("--on-disconnect=detach",)):
        case.serve("counter", options=options)
        idle = socket.create_connection((case.server.host, case.server.port))
        probe(case.server)
        debugger = case.connect("counter")
        debugger.break_at("tick")
        go_to_breakpoint(debugger, "tick")
        probe(case.server)
        check_equal(number_in(debugger, "number"), 1, "number")
        debugger.no_more_breakpoints()
        go_to_exit(debugger, case.server, 5)
        idle.close()


@scenario("--on-disconnect=hold keeps an attached process for the next debugger, as it was left", native=True)
def _(case):
    ticker = start_ticker(case)
    case.serve_attached(ticker, options=["--on-disconnect=hold"])
    debugger = case.connect("ticker")
    debugger.break_at("tick")
    go_to_breakpoint(debugger, "tick")
    ticks = number_in(debugger, "ticks")
    debugger.kill_hard()
    time.sleep(0.3)
    check_equal(state_of(ticker.pid), "t", "the state of a process that is held")
    debugger = case.connect("ticker")
    check_equal(number_in(debugger, "ticks"), ticks, "ticks of a process that was held")
    debugger.detach()
    check_unharmed(ticker)


@scenario("--on-disconnect=resume lets a process run on, for the next debugger", native=True)
def _(case):
    ticker = start_ticker(case)
    case.serve_attached(ticker, options=["--on-disconnect=resume"])
    debugger = case.connect("ticker")
    debugger.break_at("tick")
    go_to_breakpoint(debugger, "tick")
    ticks = number_in(debugger, "ticks")
    debugger.kill_hard()
    ticker.wait_for_output(rf"tick {ticks + 20}\n")
    check_equal(tracer_of(ticker.pid), case.server.pid, "who traces the process")
    debugger = case.connect("ticker")
    check(number_in(debugger, "ticks") >= ticks + 20, "the process did not run")
    debugger.detach()
    check_unharmed(ticker)


@scenario("--on-disconnect=detach lets a launched program go, and the server ends with its exit code", native=True)
def _(case):
    case.serve("counter", options=["--on-disconnect=detach"])
    debugger = case.connect("counter")
    debugger.break_at("tick")
    go_to_breakpoint(debugger, "tick")
    debugger.kill_hard()
    check_equal(case.server.wait_exit(), 5, "the server's exit code")
    check_found("counted to 5", case.server.output())


@scenario("--on-disconnect=kill,after=… kills what no debugger comes back to in time", native=True)
def _(case):
    case.serve("counter", options=["--on-disconnect=kill,after=3s"])
    for number in (1, 2):
        debugger = case.connect("counter")
        debugger.break_at("tick")
        go_to_breakpoint(debugger, "tick")
        check_equal(number_in(debugger, "number"), number, "number, after another debugger came in time")
        debugger.kill_hard()
    check_equal(case.server.wait_exit(), 137, "the server's exit code")
    check("counted" not in case.server.output(), "the program ran to its end")


@scenario("--max-idle ends a server that no debugger comes to, and lets the process go", native=True)
def _(case):
    ticker = start_ticker(case)
    case.serve_attached(ticker, options=["--max-idle=2s", "--on-disconnect=hold"])
    debugger = case.connect("ticker")
    time.sleep(2.5)  # somebody is there
    check(case.server.running(), "the server ended though it had a client")
    debugger.kill_hard()
    begin = time.monotonic()
    check_equal(case.server.wait_exit(), 0, "the server's exit code")
    check(time.monotonic() - begin > 1.5, "the server did not wait")
    check_unharmed(ticker)


class Cable:
    """A network of two: this machine, and a place of its own for the debugger."""

    def __init__(self):
        number = secrets.randbelow(250)
        self.name = f"stub-{os.getpid()}-{number}"
        self.host = f"10.213.{number}.1"
        self._end = f"stub{number}-{os.getpid() % 10000}"
        ip("netns", "add", self.name)
        ip("link", "add", self._end, "type", "veth", "peer", "name", "eth0", "netns", self.name)
        ip("addr", "add", f"{self.host}/24", "dev", self._end)
        ip("-n", self.name, "addr", "add", f"10.213.{number}.2/24", "dev", "eth0")
        ip("-n", self.name, "link", "set", "eth0", "up")
        self.plug()

    def plug(self):
        ip("link", "set", self._end, "up")

    def unplug(self):
        ip("link", "set", self._end, "down")

    def prefix(self):
        return ["ip", "netns", "exec", self.name]

    def remove(self):
        ip("netns", "delete", self.name)


def ip(*words):
    done = subprocess.run(["ip", *words], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise Skip(f"ip {' '.join(words)}: {done.stderr.strip()}")


def has_connections(port, process="self"):
    """Whether the system knows of somebody who is connected to this port, of the network that a process is in."""
    lines = []
    for table in (f"/proc/{process}/net/tcp", f"/proc/{process}/net/tcp6"):
        with open(table, encoding="ascii") as file:
            lines += file.read().splitlines()[1:]
    established = "01"
    fields = (line.split() for line in lines)
    return any(field[1].endswith(f":{port:04X}") and field[3] == established for field in fields)


@scenario("when the network is cut the debugger is missed within half a minute, and another finds the program as it was", native=True)
def _(case):
    cable = Cable()
    try:
        debug_over(case, cable)
    finally:
        cable.remove()


def debug_over(case, cable):
    case.place.be_reached_by(cable.host, cable.prefix())
    case.serve("counter")
    debugger = case.connect("counter")
    debugger.break_at("tick")
    go_to_breakpoint(debugger, "tick")
    check(has_connections(case.server.port), "there is a connection")
    cable.unplug()
    begin = time.monotonic()
    until(lambda: not has_connections(case.server.port), "the server missed its client")
    check(10 < time.monotonic() - begin < 45, f"the client was missed after {time.monotonic() - begin} s")
    debugger.kill_hard()
    cable.plug()
    debugger = case.connect("counter")
    check_equal(number_in(debugger, "number"), 1, "number where the program was left")
    go_to_exit(debugger, case.server, 5)


@scenario("when a debugger's container is cut off, another finds the program as it was", debuggers=("gdb",), places=DEFAULT_RIGHTS)
def _(case):
    case.serve("counter")
    process = case.place.outside(".State.Pid")
    debugger = case.connect("counter")
    debugger.break_at("tick")
    go_to_breakpoint(debugger, "tick")
    check(has_connections(case.server.port, process), "there is a connection")
    case.place.cut_off_client()
    until(lambda: not has_connections(case.server.port, process), "the server missed its client")
    debugger.kill_hard()
    debugger = case.connect("counter")
    check_equal(number_in(debugger, "number"), 1, "number where the program was left")
    go_to_exit(debugger, case.server, 5)


class Meeting:
    """Two ports; who comes to the one is connected with who comes to the other. As `socat` does it for a debugger, which
    can only call, and a server that is where nobody can call it."""

    def __init__(self):
        self._ports = [socket.create_server(("127.0.0.1", 0)) for _ in range(2)]
        self.port, self.calling_port = (port.getsockname()[1] for port in self._ports)
        threading.Thread(target=self._join, daemon=True).start()

    def _join(self):
        try:
            while True:
                debugger, server = (port.accept()[0] for port in self._ports)
                for source, sink in ((debugger, server), (server, debugger)):
                    threading.Thread(target=copy, args=(source, sink), daemon=True).start()
        except OSError:
            pass  # closed

    def close(self):
        for port in self._ports:
            port.close()


class Called:
    """A server as a debugger sees it behind a Meeting."""

    host = "127.0.0.1"

    def __init__(self, running, port):
        self.running = running
        self.port = port

    def address(self):
        return f"{self.host}:{self.port}"


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as one:
        return one.getsockname()[1]


@scenario("a server calls out, and again when its debugger has gone", native=True)
def _(case):
    meeting = Meeting()
    program = case.place.path("counter")
    running = case.place.start_program(
        [case.place.server_program(), "--connect", f"127.0.0.1:{meeting.calling_port}", program]
    )
    case.server = Called(running, meeting.port)
    for number in (1, 2):
        debugger = case.connect("counter")
        debugger.break_at("tick")
        go_to_breakpoint(debugger, "tick")
        check_equal(number_in(debugger, "number"), number, "number")
        debugger.vanish()
        running.wait_for_output("(?s)" + "the client is gone: it is called again.*" * number)
    debugger = case.connect("counter")
    go_to_exit(debugger, running, 5)
    meeting.close()


@scenario("a server that calls where nobody listens yet says so, and tries again", debuggers=("gdb",), native=True)
def _(case):
    port = free_port()
    command = [case.place.server_program(), "--connect", f"127.0.0.1:{port}", case.place.path("counter")]
    running = case.place.start_program(command)
    running.wait_for_output(rf"Cannot connect to 127.0.0.1:{port}: Connection refused: tried again for 60 s")
    with socket.create_server(("127.0.0.1", port)) as listener:
        client, _ = listener.accept()
        client.sendall(b"+$?#3f")
        said = b""
        while b"#" not in said and (more := client.recv(4096)):
            said += more
        check_found(rb"\$T", said, "the reply")
        client.sendall(b"+$k#6b")
        client.close()
    check_equal(running.wait_exit(), 137, "the server's exit code")
    running = case.place.start_program(command)
    running.wait_for_output("tried again")
    os.kill(running.pid, signal.SIGTERM)
    running.wait_exit()


class Deaf:
    """A port at which whatever comes is dropped: a listener whose backlog is full (listen(2))."""

    def __init__(self):
        self._socket = socket.socket()
        self._socket.bind(("127.0.0.1", 0))
        self._socket.listen(0)
        self.port = self._socket.getsockname()[1]
        self._fill = socket.create_connection(("127.0.0.1", self.port))

    def close(self):
        self._fill.close()
        self._socket.close()


@scenario("a server whose calls are dropped does not wait for each, and hears signals meanwhile", debuggers=("gdb",), native=True)
def _(case):
    deaf = Deaf()
    command = [case.place.server_program(), "--connect", f"127.0.0.1:{deaf.port}", case.place.path("counter")]
    running = case.place.start_program(command)
    running.wait_for_output("created; pid")
    begun = time.monotonic()
    running.wait_for_output(rf"Cannot connect to 127.0.0.1:{deaf.port}: Connection timed out: tried again for 60 s")
    check(2 < time.monotonic() - begun < 20, f"the first call took {time.monotonic() - begun} s")
    time.sleep(1)  # it calls again
    begun = time.monotonic()
    os.kill(running.pid, signal.SIGTERM)
    check_equal(running.wait_exit(), 143, "the server's exit code")
    check(time.monotonic() - begun < 2, "a call was waited for")
    deaf.close()


@scenario("with --stdio=client a program prints in its debugger, and not where the server does", native=True)
def _(case):
    debugger = case.launch("counter", options=["--stdio=client"])
    text = debugger.go()
    check_found("counted to 5", text)
    check_equal(debugger.exit_code(text), 5, "exit code")
    debugger.quit()
    case.server.wait_exit()
    check("counted" not in case.server.output(), "the program printed at the server")


@scenario("with --stdio=pty a program has a terminal, which the server shows", native=True)
def _(case):
    case.serve("busy", options=["--stdio=pty"])
    terminal = os.readlink(f"/proc/{case.server.debuggee}/fd/1")
    check_found("^/dev/pts/", terminal, "the program's standard output")
    debugger = case.launch("counter", options=["--stdio=pty"])
    text = debugger.go()
    check("counted" not in text, "the program printed in the debugger")
    check_equal(debugger.exit_code(text), 5, "exit code")
    debugger.quit()
    case.server.wait_exit()
    check_found("counted to 5\r?\n", case.server.output())


@scenario("with --stdio=FILE,FILE a program reads and prints there", native=True)
def _(case):
    folder = case.place.exchange()
    with open(f"{folder}/in", "w", encoding="ascii") as file:
        file.write("something\n")
    debugger = case.launch("reader", options=[f"--stdio={folder}/in,{folder}/out"])
    go_to_exit(debugger, case.server, 0)
    with open(f"{folder}/out", encoding="ascii") as file:
        check_equal(file.read(), "reading\nread something\nend of input\n", "what was printed")
    check("something" not in case.server.output(), "the program printed at the server")


@scenario("a process is attached to by its program's name, if it is the only one", native=True)
def _(case):
    name = f"only-{os.getpid()}-{case.debugger_name}"
    path = os.path.join(case.place.exchange(), name)
    os.link(case.place.path("ticker"), path) if same_device(case, path) else copy_file(case, path)
    first = case.place.start_program([path])
    first.wait_for_output("tick 3\n")
    case.server = case.place.start_server(["--attach"], [name])
    check_equal(case.server.debuggee, first.pid, "the process that was attached to")
    debugger = case.connect("ticker")
    check(number_in(debugger, "ticks") >= 3, "not a process that ticks")
    debugger.detach()
    debugger.quit()
    case.server.wait_exit()
    second = case.place.start_program([path])
    second.wait_for_output("tick 3\n")
    refused = case.place.start_program([case.place.server_program(), "--attach", "127.0.0.1:0", name])
    check_equal(refused.wait_exit(), 125, "exit code")
    pids = ", ".join(map(str, sorted((first.pid, second.pid))))
    check_found(rf"several processes run {name} \({pids}\): name one by its number", refused.output())
    check_unharmed(first)


def same_device(case, path):
    return os.stat(case.place.path("ticker")).st_dev == os.stat(os.path.dirname(path)).st_dev


def copy_file(case, path):
    subprocess.run(["cp", case.place.path("ticker"), path], check=True)


# A namespace of pids and one of mounts, in which the program lies where nothing is outside.
APART = """
mount -t tmpfs apart /mnt && cp {program} /mnt/{name} && cd /mnt && exec ./{name}
"""


def start_apart(case, program):
    """A program that is process 1 of a place of its own; and its number here."""
    name = f"{program}-apart"
    script = APART.format(program=case.place.path(program), name=name)
    running = case.place.start_program(
        ["unshare", "--mount", "--pid", "--fork", "--mount-proc", "--kill-child", "sh", "-c", script]
    )
    running.wait_for_output("tick 3\n")
    with open(f"/proc/{running.pid}/task/{running.pid}/children", encoding="ascii") as file:
        return running, int(file.read().split()[0])


def look_apart(case):
    """A debugger that has not the program's file: it reads it where the process sees it."""
    debugger = case.start_debugger()
    debugger.connect(case.server)
    check(number_in(debugger, "ticks") >= 3, "not a process that ticks, or without its symbols")
    debugger.break_at("tick")
    go_to_breakpoint(debugger, "tick")
    check_found(r"\btick\b(.*\n)+.*\bmain\b", debugger.backtrace())
    debugger.detach()
    debugger.quit()
    check_equal(case.server.wait_exit(), 0, "the server's exit code")


@scenario("a process in another container is attached to by its number there, and its files are its own", debuggers=("gdb",), native=True)
def _(case):
    if os.geteuid() != 0:
        raise Skip("only root can make a place apart")
    running, pid = start_apart(case, "ticker")
    for who in ("1", "ticker-apart"):
        case.server = case.place.start_server(["--in", str(pid), "--attach"], [who])
        check_equal(case.server.debuggee, pid, "the process that was attached to")
        look_apart(case)
    listed = subprocess.run([case.place.server_program(), "ps"], capture_output=True, text=True, check=True).stdout
    check_found(r"^pid\s+inner_pid\s", listed)
    check_found(rf"(?m)^{pid}\s+1\s", listed)
    refused = case.place.start_program([case.place.server_program(), f"--in={pid}", "--attach", "127.0.0.1:0", "77"])
    check_equal(refused.wait_exit(), 125, "exit code")
    check_found(rf"there is no process 77 in the pid namespace of {pid}", refused.output())
    running.close_input()
    check_equal(running.wait_exit(), 0, "exit code of the process that was attached to")


@scenario("the files of a process in another container are read as that process sees them", debuggers=("gdb",))
def _(case):
    ticker = case.place.start_elsewhere("ticker")
    ticker.wait_for_output("tick 3\n")
    case.serve_attached(ticker)
    look_apart(case)
    check_unharmed(ticker)


@scenario("stub doctor tells what works, of us and of a process", debuggers=("gdb",), native=True)
def _(case):
    ticker = start_ticker(case)
    server = case.place.server_program()
    told = subprocess.run([server, "doctor", str(ticker.pid), "--json"], capture_output=True, text=True, check=False)
    facts = json.loads(told.stdout)
    check_equal(told.returncode, 0 if facts["ok"] else 1, "exit code")
    check_equal(facts["ok"], all(trial["works"] for trial in facts["trials"] if trial["needed"]), "the verdict")
    check_found(rf"(?m)^attach to process {ticker.pid} +ok$", subprocess.run([server, "doctor", str(ticker.pid)], capture_output=True, text=True, check=False).stdout)
    gdb = case.start_debugger()
    gdb.command(f"attach {ticker.pid}")
    told = subprocess.run([server, "doctor", str(ticker.pid)], capture_output=True, text=True, check=False)
    check_equal(told.returncode, 1, "exit code where another debugger has the process")
    check_found(rf"attach to process {ticker.pid} +no +process {ticker.pid} is already traced by process \d+: end that debugger first", told.stdout)
    refused = case.place.start_program([server, "--attach", "127.0.0.1:0", str(ticker.pid)])
    check_equal(refused.wait_exit(), 125, "exit code of attach")
    lines = [line for line in refused.output().splitlines() if re.search("already traced", line)]
    check_equal(len(lines), 1, "lines that explain it")
    gdb.command("detach")
    gdb.quit()
    check_unharmed(ticker)
