"""Where the server, the debuggee and the debugger run.

A scenario knows only a Place: it starts a server or a program there, learns how to reach the server from the
debugger, and reads what was printed. NativePlace runs everything on this machine; containers.py has the others.
"""

import os
import re
import signal
import subprocess
import tempfile
import threading

LIMIT = 60  # seconds: far more than anything here needs, so that a loaded machine is not a failure

LISTENING = re.compile(r"Listening on port (\d+)")
STARTED_OR_ATTACHED = re.compile(r"(?:created|Attached); pid = (\d+)")


class PlaceError(Exception):
    """Something that was waited for did not happen; the message has what was printed instead."""


class Skip(Exception):
    """The scenario cannot run here; the message says why."""


class Running:
    """A process and its stdio. `pid` is its number where the server runs (a container has its own numbers)."""

    def __init__(self, popen, pid=None):
        self.process = popen
        self.pid = pid or popen.pid
        self._text = ""
        self._ended = False
        self._news = threading.Condition()
        threading.Thread(target=self._collect, daemon=True).start()

    def _collect(self):
        while chunk := os.read(self.process.stdout.fileno(), 65536):
            with self._news:
                self._text += chunk.decode(errors="replace")
                self._news.notify_all()
        with self._news:
            self._ended = True
            self._news.notify_all()

    def output(self):
        """All that was printed so far: stdout and stderr, as one text."""
        with self._news:
            return self._text

    def wait_for_output(self, pattern, after=0, limit=LIMIT):
        """The first match of a regular expression, at or after a position in output()."""
        expression = re.compile(pattern)

        def found():
            return expression.search(self._text, after) or self._ended

        with self._news:
            self._news.wait_for(found, limit)
            if match := expression.search(self._text, after):
                return match
            raise PlaceError(f"{expression.pattern!r} was not printed; instead:\n{self._text[after:]}")

    def write(self, text):
        """Types text into the process's standard input, which stays open."""
        self.process.stdin.write(text.encode())
        self.process.stdin.flush()

    def close_input(self):
        """Ends the process's standard input."""
        self.process.stdin.close()

    def running(self):
        return self.process.poll() is None

    def wait_exit(self, limit=LIMIT):
        """The exit code, as a shell would say it: 128 + signal if a signal ended the process."""
        try:
            code = self.process.wait(limit)
        except subprocess.TimeoutExpired:
            raise PlaceError(f"it still runs after {limit} s; it printed:\n{self.output()}") from None
        with self._news:
            self._news.wait_for(lambda: self._ended, 5)  # a forked child may hold the pipe longer
        return code if code >= 0 else 128 - code

    def state(self):
        """For people: whether it runs, or how it ended."""
        code = self.process.poll()
        if code is None:
            return "still running"
        return f"exit code {code}" if code >= 0 else f"killed by {signal.Signals(-code).name}"

    def close(self):
        """Ends the process and what it started, and leaves no zombie."""
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass  # all of them ended by themselves
        self.process.wait(LIMIT)
        if self.process.stdin:
            self.process.stdin.close()


class Server(Running):
    """A server that listens. `host` and `port` are what the debugger is told; `debuggee` is the program's pid there."""

    def __init__(self, popen, host):
        super().__init__(popen)
        self.host = host
        self.port = int(self.wait_for_output(LISTENING.pattern)[1])
        debuggee = STARTED_OR_ATTACHED.search(self.output())
        self.debuggee = int(debuggee[1]) if debuggee else None

    def wait_exit(self, limit=LIMIT):
        """A server says by its exit code how its program ended; a signal that ends the server itself is a fault."""
        code = super().wait_exit(limit)
        if self.process.returncode < 0:
            raise PlaceError(f"the server itself was {self.state()}")
        return code

    def address(self):
        return f"{self.host}:{self.port}"


class Place:
    """What a scenario may ask. A place for containers overrides the first five; the rest follows from them."""

    name = "a place"

    # Whether the debugger finds the program's shared libraries among its own files. gdb can do without: it reads them
    # through the server.
    shares_libraries = True
    shares_processes = False  # whether the debugger sees the debuggee in its own list of processes

    folder = ""  # of the programs: "i386" has all of them once more

    def __init__(self):
        self._started = []

    def bind_address(self):
        """What the server listens on: port 0, so that no two runs meet."""
        raise NotImplementedError

    def client_host(self):
        """The server's host, as the debugger names it."""
        raise NotImplementedError

    def server_command(self, argv, environment):
        """The local command that runs argv where the server runs, with more environment (a dict)."""
        raise NotImplementedError

    def client_prefix(self):
        """What goes before `gdb …` or `lldb …`; the debugger gets its terminal through it."""
        raise NotImplementedError

    def path(self, program):
        """A test program's or file's path: the same for the debugger and for the server."""
        raise NotImplementedError

    def local_path(self, program):
        """Where a test program lies on this machine."""
        return os.path.join(self._programs, self.folder, program)

    def server_program(self):
        """The server's own path, where it runs."""
        raise NotImplementedError

    def exchange(self):
        """A directory that the server, the debugger and this suite all see by the same name, for files."""
        raise Skip(f"{self.name} has no directory for exchange")

    def start_server(self, options, operands, environment=None):
        """Runs `stub OPTIONS ADDRESS OPERANDS`; returns when it listens.

        start_server(["--once"], [place.path("counter"), "an argument"])
        start_server(["--attach"], [str(pid)])
        """
        argv = [self.server_program(), *options, self.bind_address(), *operands]
        running = self._spawn(argv, environment)
        try:
            return self._keep(Server(running, self.client_host()))
        except BaseException:
            running.kill()
            running.wait()
            raise

    def start_program(self, argv, environment=None):
        """Runs a program without a server, beside the server: something to attach to."""
        return self.start_command(argv, environment)

    def start_command(self, argv, environment=None):
        """Likewise, for itself: it may end at once, and has a PID of its own place."""
        return self._keep(Running(self._spawn(argv, environment)))

    def send_signal(self, command, number):
        """To a command that was started."""
        os.kill(command.pid, number)

    def start_alone(self, program):
        """A program that is process 1 of its container; servers that attach join that from their own."""
        raise Skip(f"{self.name} has no other containers")

    def start_elsewhere(self, program):
        """A program in a container of its own, whose file is in /elsewhere there, and nowhere for the server."""
        raise Skip(f"{self.name} has no other containers")

    def close(self):
        """Ends all that was started here, newest first."""
        while self._started:
            self._started.pop().close()

    def _keep(self, running):
        self._started.append(running)
        return running

    def _spawn(self, argv, environment):
        return subprocess.Popen(
            self.server_command(argv, environment or {}),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C for the suite is not Ctrl-C for the server
        )


class NativePlace(Place):
    """Everything on this machine, as the user that runs the suite."""

    name = "native"

    shares_processes = True

    def __init__(self, server, programs, client_prefix=()):
        super().__init__()
        self._client_prefix = list(client_prefix)
        self._server = os.path.abspath(server)
        self._programs = os.path.abspath(programs)
        self._exchange = None
        self._host = "127.0.0.1"

    def bind_address(self):
        return f"{self._host}:0"

    def client_host(self):
        return self._host

    def be_reached_by(self, host, client_prefix):
        """Servers that are started from now on listen at another address, and debuggers are started by these words."""
        self._host = host
        self._client_prefix = client_prefix

    def server_command(self, argv, environment):
        return ["env", *(f"{name}={value}" for name, value in environment.items()), *argv]

    def client_prefix(self):
        return self._client_prefix

    def path(self, program):
        return self.local_path(program)

    def server_program(self):
        return self._server

    def be_lldb_server(self):
        """Debuggers that are started from now on start the server themselves, as lldb starts lldb-server."""
        self._client_prefix = [*self._client_prefix, "env", f"LLDB_DEBUGSERVER_PATH={self._server}"]

    def exchange(self):
        self._exchange = self._exchange or tempfile.TemporaryDirectory()
        return self._exchange.name

    def close(self):
        super().close()
        if self._exchange:
            self._exchange.cleanup()
