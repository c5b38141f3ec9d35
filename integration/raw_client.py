"""A client that says whatever it is told to: for what no debugger would say."""

import re
import socket

from place import PlaceError

LIMIT = 60  # seconds

# What gdb 13 says of itself, so that a server speaks to it as to gdb.
GDB = b"qSupported:multiprocess+;swbreak+;hwbreak+;qRelocInsn+;vContSupported+;no-resumed+;xmlRegisters=i386"


class ConnectionEnded(PlaceError):
    """The server closed the connection, or does not answer."""


def frame(payload):
    return b"$" + payload + b"#%02x" % (sum(payload) & 0xFF)


def expanded(payload):
    """Without run lengths: a character, a star, and how often it comes again, plus 29."""
    return re.sub(rb"(?s)(.)\*(.)", lambda run: run[1] * (1 + run[2][0] - 29), payload)


class RawClient:
    def __init__(self, host, port):
        self._socket = socket.create_connection((host, port), timeout=LIMIT)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._buffer = b""
        self._acks = True

    def greet(self):
        """As gdb does, and without acks from then on."""
        self.ask(GDB)
        self.ask(b"QStartNoAckMode")
        self._acks = False

    def send(self, data):
        """Bytes as they are."""
        self._socket.sendall(data)

    def ask(self, payload):
        self.send(frame(payload))
        return self.reply()

    def reply(self):
        """The next packet's payload, as it was sent but for run lengths."""
        while True:
            start = self._buffer.find(b"$")
            end = self._buffer.find(b"#", start)
            if start >= 0 and end >= 0 and len(self._buffer) >= end + 3:
                payload = self._buffer[start + 1 : end]
                self._buffer = self._buffer[end + 3 :]
                if self._acks:
                    self.send(b"+")
                return expanded(payload)
            self._receive()

    def _receive(self):
        try:
            more = self._socket.recv(1 << 18)
        except TimeoutError:
            raise ConnectionEnded(f"the server says nothing for {LIMIT} s") from None
        except ConnectionResetError:
            more = b""
        if not more:
            raise ConnectionEnded("the server closed the connection")
        self._buffer += more

    def close(self):
        self._socket.close()
