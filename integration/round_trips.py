#!/usr/bin/python3
"""How often gdb must ask and wait, of stub and of gdbserver side by side: `round_trips.py STUB [--list]`.

On a link with 80 ms each request costs 80 ms, whatever the machines are. A proxy between the two counts them. Each gdb
is measured with the gdbserver of its own version: this machine's, and those in the roots of conformance/ that are there.
"""

import argparse
import collections
import glob
import os
import re
import socket
import subprocess
import sys
import tempfile
import threading

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.append(os.path.join(HERE, "conformance"))

import cell
from gdb_driver import Gdb
from place import Server

ROOTS = os.path.join(os.path.dirname(HERE), "build", "conformance", "gdb*", "root")

PROGRAM = r"""
#include <pthread.h>
pthread_barrier_t here;
volatile int sum;
void all_are_here(void) {}
void *stay(void *unused) { pthread_barrier_wait(&here); pthread_barrier_wait(&here); return unused; }
int add(int number) { sum += number; return sum; }
int main(void) {
  pthread_t threads[15];
  pthread_barrier_init(&here, 0, 16);
  add(1);
  add(2);
  add(3);
  add(4);
  add(5);
  add(6);
  add(7);
  add(8);
  add(9);
  add(10);
  for (int i = 0; i < 15; i++) pthread_create(&threads[i], 0, stay, 0);
  pthread_barrier_wait(&here);
  all_are_here();
  pthread_barrier_wait(&here);
  for (int i = 0; i < 15; i++) pthread_join(threads[i], 0);
  return 0;
}
"""

# A step's name, and gdb's commands. The first is counted from the start of the connection.
STEPS = (
    ("connect", ["target remote {address}"]),
    ("`break main`, `continue`", ["break main", "continue"]),
    ("`next`, ten times", ["next"] * 10),
    ("`bt` in a function", ["break add", "continue", "bt"]),
    ("`continue`, 15 threads start", ["delete", "break all_are_here", "continue"]),
    ("`info threads`, 16 threads", ["info threads"]),
    ("`thread apply all bt`", ["thread apply all bt"]),
)


class Requests:
    """Counts the packets in what a client sends, by name. Acknowledgements and the interrupt byte are none."""

    # A packet's name ends where its parameters begin, which each packet marks as it likes.
    NAME = re.compile(rb"qXfer:[\w-]+|vFile:\w+|qRegisterInfo|[qQvj]\w[A-Za-z-]*\??|.", re.DOTALL)
    UNANSWERED = ("k",)

    def __init__(self):
        self.names = collections.Counter()
        self._inside = None  # the packet that is being received, if one is

    def receive(self, data):
        """A packet is from `$` to `#`; inside it, both are escaped (GDB manual, "Overview")."""
        while data:
            if self._inside is None:
                _, start, data = data.partition(b"$")
                self._inside = b"" if start else None
                continue
            part, end, data = data.partition(b"#")
            self._inside += part
            if end:
                self._count(self._inside)
                self._inside = None

    def total(self):
        return sum(self.names.values())

    def _count(self, packet):
        name = match[0].decode(errors="replace") if (match := self.NAME.match(packet)) else "(empty)"
        if name not in self.UNANSWERED:
            self.names[name] += 1


class Proxy:
    """Between one client and a server on this machine."""

    def __init__(self, port):
        self.requests = Requests()
        self._server = socket.create_connection(("127.0.0.1", port))
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        client, _ = self._listener.accept()
        for end in (client, self._server):
            end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        threading.Thread(target=pass_on, args=(self._server, client), daemon=True).start()
        pass_on(client, self._server, self.requests.receive)

    def close(self):
        self._listener.close()
        self._server.close()


def pass_on(source, sink, see=lambda data: None):
    try:
        while data := source.recv(65536):
            see(data)  # first: when the reply is there, the request has been counted
            sink.sendall(data)
        sink.shutdown(socket.SHUT_WR)
    except OSError:
        pass  # either end went away


class Machine:
    """Where gdb, the server and the program are: here, or in another root."""

    def __init__(self, name, words, folder, stub):
        self.name = name
        self._words = list(words)
        self._folder = folder
        self._servers = {"gdbserver": "gdbserver", "stub": stub}

    def client_prefix(self):
        return self._words

    def gdb_version(self):
        return version_of([*self._words, "gdb"])

    def server_version(self):
        return version_of([*self._words, "gdbserver"])

    def program(self):
        return self._folder + "/program"

    def start(self, server):
        command = [*self._words, self._servers[server], "--once", "127.0.0.1:0", self.program()]
        options = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
        return Server(subprocess.Popen(command, start_new_session=True, **options), "127.0.0.1")


def version_of(words):
    """Empty if it is not there."""
    try:
        text = subprocess.run([*words, "--version"], capture_output=True, text=True, check=False).stdout
    except FileNotFoundError:
        return ""
    found = re.search(r"\d+\.\d+", text)
    return found[0] if found else ""


def machines(stub, folder):
    yield Machine("this machine", [], folder, stub)
    for root in sorted(glob.glob(ROOTS)):
        binds = [(folder, cell.OWN + "/bench"), (stub, cell.OWN + "/stub")]
        yield Machine(root, cell.prefix(root, binds, apart=False), cell.OWN + "/bench", cell.OWN + "/stub")


def session(machine, server):
    """For each step, the requests in it by name."""
    running = machine.start(server)
    proxy = Proxy(running.port)
    gdb = Gdb(machine)
    try:
        gdb.load(machine.program())
        counted = []
        for _, commands in STEPS:
            before = proxy.requests.names.copy()
            for command in commands:
                gdb.command(command.format(address=f"127.0.0.1:{proxy.port}"))
            counted.append(proxy.requests.names - before)
        return counted
    finally:
        gdb.close()
        proxy.close()
        running.close()


def row(*cells):
    print("| " + " | ".join(str(cell) for cell in cells) + " |")


def compare(title, name, theirs, ours):
    theirs, ours = sum(theirs.values()), sum(ours.values())
    row(title, name, theirs, ours, f"{100 * (theirs - ours) / theirs:.0f} %" if theirs else "")


def sums(counters):
    return sum(counters, collections.Counter())


def tell(title, theirs, ours):
    for (name, _), their, our in zip(STEPS, theirs, ours):
        compare(title, name, their, our)
    compare(title, "**connect, `break main`, `continue`**", sums(theirs[:2]), sums(ours[:2]))
    compare(title, "all of it", sums(theirs), sums(ours))


def tell_names(title, theirs, ours):
    print(f"\n{title}\n")
    row("step", "request", "gdbserver", "stub")
    row(*["---"] * 4)
    for (step, _), their, our in zip(STEPS, theirs, ours):
        for name in sorted(their | our, key=lambda name: (-our[name], -their[name], name)):
            row(step, f"`{name}`", their[name], our[name])


def parse_options():
    parser = argparse.ArgumentParser(description="Requests of gdb to stub and to gdbserver.")
    parser.add_argument("stub")
    parser.add_argument("--list", action="store_true", help="also each request by name")
    return parser.parse_args()


def measure(stub, folder):
    """The two sessions of each gdb that has a gdbserver of its version, by gdb's name."""
    found = {}
    for machine in machines(stub, folder):
        version = machine.gdb_version()
        if not version or version != machine.server_version():
            print(f"skipped {machine.name}: no gdb runs there that has a gdbserver of its version")
        elif f"gdb {version}" not in found:
            found[f"gdb {version}"] = [session(machine, server) for server in ("gdbserver", "stub")]
    if not any(title.startswith("gdb 16") for title in found):
        print("skipped gdb 16: it is not here; `./dev conformance gdb16 gdb.server/ext-run.exp` brings it")
    return found


def main():
    options = parse_options()
    with tempfile.TemporaryDirectory() as folder:
        source = folder + "/program.c"
        with open(source, "w", encoding="ascii") as file:
            file.write(PROGRAM)
        subprocess.run(["cc", "-g", "-O0", "-pthread", "-o", folder + "/program", source], check=True)
        found = measure(os.path.abspath(options.stub), folder)
    row("", "requests", "gdbserver", "stub", "saved")
    row("---", "---", "---:", "---:", "---:")
    for title, (theirs, ours) in found.items():
        tell(title, theirs, ours)
    if options.list:
        for title, (theirs, ours) in found.items():
            tell_names(title, theirs, ours)


if __name__ == "__main__":
    main()
