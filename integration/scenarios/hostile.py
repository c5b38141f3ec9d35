"""What no debugger says: the server answers it, and neither the session nor the program is any the worse.

Each of these has brought other servers down, or made them forget what had been agreed with the client. Behind each a
stock gdb comes to the same server and finds a program that runs to its end.
"""

import os
import re
import subprocess
import threading

from place import LIMIT
from raw_client import RawClient, frame
from scenario import check, check_equal, check_found, go_to_exit, scenario, until

GDB = ("gdb",)

RSP = 7  # gdb's number for it
PACKET_SIZE = 0x40000  # the longest that the server announces


class Guest:
    """The raw client of a server, and what it knows of the program."""

    def __init__(self, case, program):
        self.case = case
        self.program = program
        self.server = case.server
        self._client = None
        self.connect()

    def connect(self):
        self._client = RawClient(self.server.host, self.server.port)
        self._client.greet()
        self._client.ask(b"?")

    def leave(self):
        self._client.close()

    def ask(self, payload):
        self._alive()
        return self._client.ask(payload)

    def send(self, data):
        self._client.send(data)

    def reply(self):
        self._alive()
        return self._client.reply()

    def _alive(self):
        check(self.server.running(), f"the server is {self.server.state()}")

    def check_error(self, payload):
        check(re.fullmatch(rb"E([0-9a-f]{2}|\..*)", reply := self.ask(payload)), f"{payload[:60]}: {reply[:60]}, not an error")

    def check_unknown(self, payload):
        check_equal(self.ask(payload), b"", f"the answer to {payload[:60]}")

    def stop(self):
        """Presses Ctrl-C."""
        self.send(b"\x03")
        check(self.reply().startswith(b"T02"), "an interrupt did not stop the program")

    def stop_behind_errors(self):
        """Whatever came before it was answered by an error, or by nothing."""
        self.send(b"\x03")
        while not (reply := self.reply()).startswith(b"T02"):
            check(reply == b"" or reply.startswith(b"E"), f"noise was answered by {reply[:60]}")

    def address_of(self, symbol):
        """In a position-independent program that is mapped already."""
        path = self.case.place.path(self.program)
        symbols = subprocess.run(["nm", path], capture_output=True, text=True, check=True).stdout
        offset = int(check_found(rf"([0-9a-f]+) \w {symbol}\n", symbols, "the symbols")[1], 16)
        return offset + self._mapped(path, "")[0]

    def code_of(self, library):
        """Where it begins and ends."""
        return self._mapped(library, "r-xp")

    def _mapped(self, file, permissions):
        """The first part of a file in the program's memory."""
        with open(f"/proc/{self.server.debuggee}/maps", encoding="utf-8") as maps:
            line = next(line for line in maps if file in line and permissions in line)
        return tuple(int(address, 16) for address in line.split()[0].split("-"))

    def go_to_breakpoint(self):
        stop = self.ask(b"vCont;c")
        check(stop.startswith(b"T05") and b"swbreak:" in stop, f"no breakpoint was hit, but {stop}")

    def run_to(self, symbol):
        address = b"%x" % self.address_of(symbol)
        check_equal(self.ask(b"Z0,%s,1" % address), b"OK", "a breakpoint")
        self.go_to_breakpoint()
        check_equal(self.ask(b"z0,%s,1" % address), b"OK", "its removal")

    def threads(self):
        threads = []
        piece = self.ask(b"qfThreadInfo")
        while piece != b"l":
            check(piece.startswith(b"m"), f"no list of threads: {piece}")
            threads += piece[1:].split(b",")
            piece = self.ask(b"qsThreadInfo")
        return threads

    def agreed(self):
        """What a session shows that has not forgotten what was agreed, whether the program has moved or not."""
        return {
            "the threads": self.threads(),
            "the code": self.ask(b"m%x,200" % self.address_of("main")),
            "the features": self.ask(b"qXfer:features:read:target.xml:0,100"),
            "an unknown packet": self.ask(b"vMustReplyEmpty"),
        }

    def state(self):
        """All that is to be seen of a program that must not move."""
        seen = {**self.agreed(), "?": self.ask(b"?"), "the thread chosen": self.ask(b"qC")}
        chosen = seen["the thread chosen"].removeprefix(b"QC")
        for thread in self.threads():
            check_equal(self.ask(b"Hg" + thread), b"OK", f"Hg{thread}")
            registers = self.ask(b"g")
            stack = int.from_bytes(bytes.fromhex(registers[16 * RSP : 16 * RSP + 16].decode()), "little")
            seen[f"the registers of {thread}"] = registers
            seen[f"the stack of {thread}"] = self.ask(b"m%x,200" % stack)
        check_equal(self.ask(b"Hg" + chosen), b"OK", f"Hg{chosen}")
        return seen


def check_same(now, before):
    for what, seen in before.items():
        check_equal(now[what], seen, what)


def end_with_gdb(case, program):
    """It works on the same process, which has come to no harm."""
    gdb = case.connect(program)
    gdb.change("enough", 1)
    go_to_exit(gdb, case.server, 0)


def hostile(sentence, program="racers", at="both_run"):
    """A scenario around the words to say: the program, which runs until `enough` is set, stands where it stood."""

    def add(script):
        @scenario(sentence, debuggers=GDB, native=True)
        def _(case):
            case.serve(program)
            guest = Guest(case, program)
            guest.run_to(at)
            before = guest.state()
            script(guest)
            check_same(guest.state(), before)
            guest.leave()
            end_with_gdb(case, program)

        return script

    return add


@hostile("a read of more memory than a packet holds gives what a packet holds")
def _(guest):
    start = guest.address_of("main") & ~0xFFF
    for length in (0x8000, 0x12000, 0x20000, 0xFFFFFFFF, 0x7FFFFFFFFFFFFFFF, 0xFFFFFFFFFFFFFFFF):
        read = guest.ask(b"m%x,%x" % (start, length))
        check_equal(read[:8192], guest.ask(b"m%x,1000" % start), f"the first of {length:#x} bytes")
        check(len(read) <= PACKET_SIZE and len(read) % 2 == 0, f"{len(read)} digits for {length:#x} bytes")
    start, end = guest.code_of("libc.so")
    check(end - start > PACKET_SIZE, "the C library has little code")
    for length in (0x8000, 0x12000, PACKET_SIZE // 2, PACKET_SIZE, end - start):
        read = guest.ask(b"m%x,%x" % (start, length))
        check_equal(len(read), min(2 * length, PACKET_SIZE), f"the digits for {length:#x} bytes")


@hostile("a packet of any size is refused, and the next one is answered")
def _(guest):
    for size in (PACKET_SIZE, 300_000, 5_000_000):
        guest.check_error(b"M%x,%x:%s" % (guest.address_of("main"), size // 2, b"0" * size))
    guest.send(b"$" + b"0" * 300_000)  # which has no end, and is none before the next begins
    guest.check_error(b"")


@hostile("a resume of threads that are not there resumes nothing")
def _(guest):
    process = b"p%x" % guest.server.debuggee
    for resume in (b"c:7fffffff", b"c:%s.7fffffff" % process, b"s:p1.1", b"C05:p7fffffff.-1", b"r1000,2000:%s.1" % process):
        guest.check_error(b"vCont;" + resume)
    guest.check_error(b"Hc7fffffff")
    guest.check_error(b"T7fffffff")


@hostile("a write that is shorter than it says writes nothing")
def _(guest):
    main = guest.address_of("main")
    for length in (2, 0xFFFFFFFF, 0x7FFFFFFFFFFFFFFF, 0xFFFFFFFFFFFFFFFF):
        for data in (b"", b"0", b"00"):
            guest.check_error(b"M%x,%x:%s" % (main, length, data))
            guest.check_error(b"X%x,%x:%s" % (main, length, data[:1]))


@hostile("a condition that is shorter than it says, or no expression, inserts nothing")
def _(guest):
    place = b"Z0,%x,1" % guest.address_of("main")
    for condition in (b"Xffffffff,00", b"X7fffffff,", b"X2,27", b"X0,", b"X", b"X1,", b"X3,21ffff", b"X1,ff", b"X2,3427"):
        guest.check_error(place + b";" + condition)
        guest.check_error(place + b";cmds:0," + condition)


@hostile("numbers and threads that are none leave what was agreed")
def _(guest):
    for packet in (b"Hgpzz", b"Hg", b"Hgp1.", b"Hcp.1", b"mzz,1", b"m,", b"m1", b"mfffffffffffffffff,1", b"Mzz,1:00", b"qRcmd,zz",
                   b"qRcmd,6", b"pzz", b"P=", b"Gzz", b"Z9", b"Z0,zz,1", b"z0", b"vCont;c:pzz", b"vCont;q", b"vCont;C", b"vCont;Czz",
                   b"Tp", b"D;zz", b"vKill;zz", b"vFile:open:zz,0,0", b"vFile:pread:zz,1,1", b"qXfer:features:read:target.xml:zz,1",
                   b"qSearch:memory:zz;1;1", b"qCRC:zz,1", b"qGetTLSAddr:zz", b"QPassSignals:zz", b"QCatchSyscalls:zz",
                   b"QNonStop:2", b"qAttached:zz"):  # fmt: skip
        reply = guest.ask(packet)
        check(reply == b"" or reply.startswith((b"E", b"F-1")), f"{packet} is answered by {reply[:60]}")


@hostile("tracepoint packets, whole or not, are unknown")
def _(guest):
    for packet in (b"QTNotes:user:41", b"QTNotes:user", b"QTDP:1:0:E:0:0", b"QTinit", b"QTFrame:0", b"qTP:1:401000", b"qTStatus", b"qTV:1"):
        guest.check_unknown(packet)


@hostile("an empty packet is an unknown one")
def _(guest):
    for _ in range(3):
        guest.check_unknown(b"")


@hostile("bytes between packets, and packets with no good checksum, do no harm")
def _(guest):
    guest.send(b"+++---GET / HTTP/1.0\r\n\r\n" + bytes(range(0x80, 0x100)) + b"\x00" * 1000)
    check_equal(guest.ask(b"vMustReplyEmpty"), b"", "the answer behind noise")
    guest.send(b"$qAttached#00")  # without acks nobody looks
    check_equal(guest.reply(), b"0", "the answer to a packet with a wrong checksum")
    for byte in frame(b"qAttached"):
        guest.send(bytes([byte]))
    check_equal(guest.reply(), b"0", "the answer to a packet that came byte by byte")


@hostile("monitor commands that make no sense are errors, and none loads a library")
def _(guest):
    for line in ("set libthread-db-search-path /tmp", "set debug", "set", "\n", "\0" * 1000, "x" * 60000):
        reply = guest.ask(b"qRcmd," + line.encode().hex().encode())
        while reply.startswith(b"O") and reply != b"OK":
            reply = guest.reply()
        check(reply.startswith(b"E"), f"monitor {line[:40]!r} is answered by {reply[:60]}")


@hostile("the list of processes comes to its end while processes end")
def _(guest):
    over = threading.Event()

    def fork_on():
        while not over.is_set():
            subprocess.run(["sh", "-c", "true & true & true & wait"], check=True)

    forker = threading.Thread(target=fork_on)
    forker.start()
    try:
        for _ in range(40):
            for table in (b"processes", b"threads", b"files"):
                check(guest.ask(b"qXfer:osdata:read:%s:0,ffff" % table)[:2] in (b"l<", b"m<"), f"no {table}")
    finally:
        over.set()
        forker.join(LIMIT)


def guest_at_work(case):
    """Of a program that comes by work() again and again; and what was agreed."""
    case.serve("busy")
    guest = Guest(case, "busy")
    guest.run_to("work")
    return guest, guest.agreed()


def end_work(guest, before):
    check_same(guest.agreed(), before)
    guest.leave()
    end_with_gdb(guest.case, "busy")


@scenario("files that a client left open are closed when it goes", debuggers=GDB, native=True)
def _(case):
    guest, before = guest_at_work(case)

    def open_files():
        return len(os.listdir(f"/proc/{case.server.process.pid}/fd"))

    at_first = open_files()
    for _ in range(20):
        opened = guest.ask(b"vFile:open:%s,0,0" % b"/proc/self/status".hex().encode())
        check(re.fullmatch(rb"F[0-9a-f]+", opened), f"no file was opened: {opened}")
    check_equal(open_files(), at_first + 20, "the server's open files")
    guest.leave()
    until(lambda: open_files() == at_first - 1, "the client's files and its connection are closed")
    guest.connect()
    end_work(guest, before)


@scenario("whatever comes while the program runs, Ctrl-C stops it", debuggers=GDB, native=True)
def _(case):
    guest, before = guest_at_work(case)
    guest.send(frame(b"vCont;c"))
    for noise in (b"x", b"+" * 100, b"$", b"$$$#", bytes(range(4, 0x23)), b"-" * 5, b"#00", b"A" * 300_000, b"$m0"):
        guest.send(noise)
    guest.send(frame(b"vMustReplyEmpty"))
    guest.stop_behind_errors()
    end_work(guest, before)


@scenario("a condition without an end stops the program, and takes nobody's time", debuggers=GDB, native=True)
def _(case):
    guest, before = guest_at_work(case)
    place = b"0,%x,1" % guest.address_of("work")
    jump_to_itself, push_for_ever = b"X3,210000", b"X5,2201210000"
    for condition in (jump_to_itself, push_for_ever):
        check_equal(guest.ask(b"Z%s;%s" % (place, condition)), b"OK", "an endless condition")
        guest.go_to_breakpoint()
        check_equal(guest.ask(b"z" + place), b"OK", "its removal")
    guest.send(frame(b"vCont;c"))
    guest.stop()
    end_work(guest, before)


def serve_endings(case):
    """A server that stays when a program has come to its end, and a client whose program has."""
    case.server = case.place.start_server(["--multi"], [])
    guest = Guest(case, "counter")
    guest.ask(b"!")
    check(guest.ask(b"vRun;" + case.place.path("counter").encode().hex().encode()).startswith(b"T05"), "no program")
    check(guest.ask(b"vCont;c").startswith(b"W05;process:"), "the program did not exit with 5")
    return guest


@scenario("behind the end of a program nothing is resumed, and how it ended is still known", debuggers=GDB, native=True)
def _(case):
    guest = serve_endings(case)
    for packet in (b"vCont;c", b"vCont;c:p1.1", b"vCont;s:1", b"c", b"s", b"g", b"m1000,10", b"M1000,1:00", b"Z0,1000,1", b"Hg1"):
        guest.check_error(packet)
    check(guest.ask(b"?").startswith(b"W05"), "how the program ended is forgotten")
    guest.leave()
    gdb = case.start_debugger()
    gdb.load(case.place.path("counter"))
    gdb.command(f"set remote exec-file {case.place.path('counter')}")
    check_found("Remote debugging using", gdb.command(f"target extended-remote {case.server.address()}"))
    check_equal(gdb.exit_code(gdb.command("run")), 5, "exit code of the next program")


@scenario("a server that cannot listen starts no program", debuggers=GDB, native=True)
def _(case):
    taken = case.serve("counter")
    for address in (taken.address(), "127.0.0.1:no", "no.such.host.invalid:0", "/dev/no-such-line"):
        server = case.place.start_program([case.place.server_program(), address, case.place.path("counter")])
        check_equal(server.wait_exit(), 125, f"exit code with {address}: {server.output()!r}")
        check("created" not in server.output(), f"a program was started with {address}")
