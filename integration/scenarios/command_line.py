"""gdbserver's command line: other ways for a client to come, and what stub tells of its own doing."""

import os
import secrets
import select
import signal
import threading
import tty

from scenario import check, check_equal, check_found, check_printed, go_to_breakpoint, go_to_exit, scenario, until


def connect_by(debugger, target):
    text = debugger.command(f"target {target}")
    check_found("Remote debugging using", text)
    return text


def parent_of(process):
    with open(f"/proc/{process}/stat", encoding="ascii", errors="replace") as file:
        return int(file.read().rpartition(")")[2].split()[1])


def through_pipe(case, how, program="counter", options=""):
    """A gdb that starts the server itself and talks to its standard streams."""
    debugger = case.start_debugger()
    debugger.load(case.place.path(program))
    server = f"{case.place.server_program()} {options}"
    connect_by(debugger, f"{how} | {server} - {case.place.path(program)}")
    return debugger


@scenario("gdb talks to the server's standard streams", debuggers=("gdb",), native=True)
def _(case):
    for how in ("remote", "extended-remote"):
        debugger = through_pipe(case, how)
        debugger.break_at("tick")
        go_to_breakpoint(debugger, "tick")
        debugger.no_more_breakpoints()
        text = debugger.go()
        check_found("counted to 5", text)  # on standard error, which gdb shows
        check_equal(debugger.exit_code(text), 5, "exit code")
        debugger.quit()


@scenario("a program has no part in the standard streams that its debugger talks to", debuggers=("gdb",), native=True)
def _(case):
    debugger = through_pipe(case, "remote", "reader")
    text = debugger.go()
    check_found(r"(?s)reading.*end of input", text)
    check_equal(debugger.exit_code(text), 0, "exit code")


@scenario("Ctrl-C reaches a program over standard streams", debuggers=("gdb",), native=True)
def _(case):
    debugger = through_pipe(case, "remote", "busy")
    debugger.break_at("work")
    go_to_breakpoint(debugger, "work")  # gdb loses a Ctrl-C that comes while it reads libraries
    debugger.no_more_breakpoints()
    debugger.start()
    debugger.interrupt()
    check(debugger.is_interrupted(debugger.wait_stop()), "no stop by Ctrl-C")


@scenario("a server on standard streams ends at a detach, and the program runs on", debuggers=("gdb",), native=True)
def _(case):
    debugger = case.start_debugger()
    text = connect_by(debugger, f"remote | {case.place.server_program()} - /bin/sleep 60")
    program = int(check_found(r"created; pid = (\d+)", text)[1])
    server = parent_of(program)
    debugger.detach()
    until(lambda: parent_of(program) != server, "the server ended")
    os.kill(program, signal.SIGKILL)


@scenario("with standard streams program and server end with gdb", debuggers=("gdb",), native=True)
def _(case):
    debugger = through_pipe(case, "remote")
    debugger.break_at("tick")
    go_to_breakpoint(debugger, "tick")
    program = int(debugger.value("(int) getpid()"))
    debugger.kill_hard()
    until(lambda: not os.path.exists(f"/proc/{program}"), "the program ended with gdb")


@scenario("a server on standard streams runs what gdb names, and attaches", debuggers=("gdb",), native=True)
def _(case):
    debugger = case.start_debugger()
    debugger.load(case.place.path("counter"))
    connect_by(debugger, f"extended-remote | {case.place.server_program()} --multi stdio")
    debugger.command(f"set remote exec-file {case.place.path('counter')}")
    debugger.break_at("tick")
    check(debugger.is_breakpoint_in(debugger.resume("run"), "tick"), "no stop at the breakpoint")
    debugger.quit()

    running = case.place.start_program([case.place.path("ticker")])
    other = case.start_debugger()
    other.load(case.place.path("ticker"))
    connect_by(other, f"remote | {case.place.server_program()} stdio --attach {running.pid}")
    check_found(r"#0", other.backtrace())
    other.detach()
    other.quit()
    check(running.running(), "the program did not survive the detach")


class Line:
    """Two terminals with a wire between them: what is written to one is read from the other."""

    def __init__(self):
        self._pairs = [os.openpty(), os.openpty()]
        for _, slave in self._pairs:
            tty.setraw(slave)
        self.names = [os.ttyname(slave) for _, slave in self._pairs]
        self._ended, self._end = os.pipe()
        self._carrier = threading.Thread(target=self._carry, daemon=True)
        self._carrier.start()

    def _carry(self):
        one, other = (master for master, _ in self._pairs)
        while self._ended not in (ready := select.select([one, other, self._ended], [], [])[0]):
            for source in ready:
                os.write(other if source == one else one, os.read(source, 4096))

    def hang_up(self):
        os.close(self._end)
        self._carrier.join()
        for descriptor in (self._ended, *(descriptor for pair in self._pairs for descriptor in pair)):
            os.close(descriptor)


def serve_on_line(case, line, options, operands):
    server = case.place.start_program([case.place.server_program(), *options, line.names[0], *operands])
    server.wait_for_output(f"Remote debugging using {line.names[0]}\n")
    return server


@scenario("gdb comes by a serial line, and the next one by the same", debuggers=("gdb",), native=True)
def _(case):
    line = Line()
    server = serve_on_line(case, line, [], [case.place.path("counter")])
    first = case.start_debugger()
    first.load(case.place.path("counter"))
    connect_by(first, f"remote {line.names[1]}")
    check("QStartNoAckMode" not in first.command("maint packet qSupported:qRelocInsn+"), "a line may lose bytes")
    first.break_at("tick")
    go_to_breakpoint(first, "tick")
    first.vanish()
    second = case.start_debugger()
    second.load(case.place.path("counter"))
    connect_by(second, f"remote {line.names[1]}")
    check_found("tick", second.backtrace())
    go_to_exit(second, server, 5)
    check_printed(server, "counted to 5")
    line.hang_up()


@scenario("a serial line is free for the next client after a detach", debuggers=("gdb",), native=True)
def _(case):
    line = Line()
    running = case.place.start_program([case.place.path("ticker")])
    server = serve_on_line(case, line, ["--multi"], [])
    for _ in range(2):
        debugger = case.start_debugger()
        debugger.load(case.place.path("ticker"))
        connect_by(debugger, f"extended-remote {line.names[1]}")
        check_found(r"#0", debugger.command(f"attach {running.pid}") + debugger.backtrace())
        debugger.detach()
        debugger.quit()
    check(running.running(), "the program did not survive")
    check(server.running(), "the server did not wait for the next client")
    line.hang_up()
    server.wait_exit()


@scenario("a server whose line is hung up ends, and its program with it", debuggers=("gdb",), native=True)
def _(case):
    line = Line()
    server = serve_on_line(case, line, ["--once"], [case.place.path("counter")])
    debugger = case.start_debugger()
    debugger.load(case.place.path("counter"))
    connect_by(debugger, f"remote {line.names[1]}")
    debugger.break_at("tick")
    go_to_breakpoint(debugger, "tick")
    line.hang_up()
    server.wait_exit()
    check("counted" not in server.output(), "the program ran to its end")


@scenario("--debug tells of packets and threads on standard error, or in a file", debuggers=("gdb",), native=True)
def _(case):
    debugger = case.launch("counter", options=["--debug=remote,threads"])
    check_found(r"\[remote\] <- qSupported:", case.server.output(), "the server's words")
    check_found(r"\[remote\] -> PacketSize=", case.server.output(), "the server's words")
    debugger.break_at("tick")
    go_to_breakpoint(debugger, "tick")
    check_found(r"\[threads\] \d+: stopped by signal 5", case.server.output(), "the server's words")
    file = os.path.join(case.place.exchange(), "trace")
    debugger.monitor(f"set debug-file {file}")
    check_found("Timestamps", debugger.monitor("set debug-format timestamp"))
    before = len(case.server.output())
    debugger.step_over()
    with open(file, encoding="ascii") as trace:
        check_found(r"(?m)^\d+\.\d{6} \[threads\] \d+: step$", trace.read(), "the trace")
    check("[" not in case.server.output()[before:], "the trace went to standard error too")


@scenario("monitor set debug switches what the server tells of itself", debuggers=("gdb",))
def _(case):
    debugger = case.launch("counter")
    check_found("[Dd]ebug output enabled", debugger.monitor("set debug 1"))
    check_found("Debug output for 'remote' enabled", debugger.monitor("set debug remote on"))
    debugger.break_at("tick")
    go_to_breakpoint(debugger, "tick")
    case.server.wait_for_output(r"\[threads\] ")
    case.server.wait_for_output(r"\[remote\] <- vCont;")
    check_found("[Dd]ebug output disabled", debugger.monitor("set debug 0"))
    case.server.wait_for_output(r"\[remote\] <- qRcmd,73657420646562756720")
    before = len(case.server.output())
    debugger.step_over()
    check("[" not in case.server.output()[before:], "it tells on")


@scenario("gdb can do without the packets that the server withholds", debuggers=("gdb",), native=True)
def _(case):
    for packets in ("vCont", "vConts", "T", "Tthread", "qC", "qfThreadInfo", "threads", "T,threads"):
        debugger = case.launch("counter", options=[f"--disable-packet={packets}"])
        debugger.command("set remote threads-packet off")
        debugger.break_at("tick")
        go_to_breakpoint(debugger, "tick")
        check_found("count", debugger.step_over() + debugger.command("list"))
        debugger.no_more_breakpoints()
        go_to_exit(debugger, case.server, 5)


def serve_lldb(case, *words):
    """lldb-server's own form, which tells nobody by print where it listens."""
    command = " ".join([case.place.server_program(), "gdbserver", *words, "--", case.place.path("counter")])
    return case.place.start_program(["/bin/sh", "-c", f"exec {command}"])


def debug_counter(case, url):
    lldb = case.start_debugger()
    lldb.load(case.place.path("counter"))
    lldb.resume(f"process connect --plugin gdb-remote {url}")
    lldb.break_at("tick")
    go_to_breakpoint(lldb, "tick")
    lldb.no_more_breakpoints()
    check_equal(lldb.exit_code(lldb.go()), 5, "exit code")


@scenario("lldb debugs through a socket of this machine", debuggers=("lldb",), native=True)
def _(case):
    path = f"{case.place.exchange()}/socket"
    serve_lldb(case, f"unix://{path}")
    until(lambda: os.path.exists(path), "the socket is there")
    debug_counter(case, f"unix-connect://{path}")


@scenario("lldb debugs through an abstract socket", debuggers=("lldb",), native=True)
def _(case):
    name = f"stub-scenario-{os.getpid()}-{secrets.token_hex(4)}"

    def listens():
        with open("/proc/net/unix", encoding="ascii") as sockets:
            return f"@{name}\n" in sockets.read()

    serve_lldb(case, f"unix-abstract://{name}")
    until(listens, "the socket is there")
    debug_counter(case, f"unix-abstract-connect://{name}")


@scenario("who started the server is told its port through a pipe", debuggers=("lldb",), native=True)
def _(case):
    pipe = f"{case.place.exchange()}/pipe"
    os.mkfifo(pipe)
    for words in (["--named-pipe", pipe], ["--pipe", "7", f"7>{pipe}"]):
        serve_lldb(case, "127.0.0.1:0", *words)
        with open(pipe, "rb") as told:
            port = check_found("^(\\d+)\0$", os.read(told.fileno(), 16).decode("ascii"), "the pipe's text")[1]
            # The program waits already, and has not inherited it.
            ended = select.select([told], [], [], 10)[0] and not os.read(told.fileno(), 1)
            check(ended, "the pipe has no end")
        debug_counter(case, f"connect://127.0.0.1:{port}")
