"""Counts what a debugger asks of its server: a proxy on this machine between the two."""

import collections
import re
import socket
import threading


class Requests:
    """Counts the packets in what a client sends, by name. Acknowledgements and the interrupt byte are none.

    A client can divide what it asks into steps by qEcho, which is not counted: `process plugin packet send qEcho:…`.
    """

    # A packet's name ends where its parameters begin, which each packet marks as it likes.
    NAME = re.compile(rb"qXfer:[\w-]+|vFile:\w+|qRegisterInfo|vCont;[a-zA-Z]|[qQvj]\w[A-Za-z-]*\??|.", re.DOTALL)
    UNANSWERED = ("k",)
    MARK = "qEcho"

    def __init__(self):
        self.steps = [collections.Counter()]
        self._inside = None  # the packet that is being received, if one is

    @property
    def names(self):
        """Of the present step."""
        return self.steps[-1]

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

    def _count(self, packet):
        name = match[0].decode(errors="replace") if (match := self.NAME.match(packet)) else "(empty)"
        if name == self.MARK:
            self.steps.append(collections.Counter())
        elif name not in self.UNANSWERED:
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
