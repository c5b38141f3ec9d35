"""A port that leads to another one, as a container's published port leads to the one inside."""

import socket
import threading


class Forwarder:
    def __init__(self):
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._target = None
        self.port = self._listener.getsockname()[1]
        self.connections = 0

    def lead_to(self, host, port):
        self._target = (host, port)
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return  # closed
            self.connections += 1
            server = socket.create_connection(self._target)
            for source, sink in ((client, server), (server, client)):
                threading.Thread(target=copy, args=(source, sink), daemon=True).start()

    def close(self):
        self._listener.close()


def copy(source, sink):
    try:
        while data := source.recv(65536):
            sink.sendall(data)
        sink.shutdown(socket.SHUT_WR)
    except OSError:
        pass  # one of them is gone, and the other direction ends too
