"""A server in this process that gives back what the field X-P brought, as it is: so the
bytes of a test stand in the request, in the answer, and in what a report says of both.
What is no request gets a plain 400: so the checker sees a target that can say no."""

import re
import socket
import threading


class Echo:
    def __init__(self):
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.url = "http://127.0.0.1:%d" % self.listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection):
        data = b""
        with connection:
            connection.settimeout(30)
            try:
                while chunk := connection.recv(65536):
                    data += chunk
                    while b"\r\n\r\n" in data:
                        head, _, data = data.partition(b"\r\n\r\n")
                        connection.sendall(self._answer(head))
            except OSError:
                return

    @staticmethod
    def _answer(head):
        if not re.match(rb"[A-Z]+ \S+ HTTP/1\.[01]\r\n", head):
            return b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"
        brought = re.search(rb"\r\nX-P: (.*)", head, re.DOTALL)
        payload = brought.group(1) if brought else b"none"
        return (b"HTTP/1.1 200 OK\r\nX-P: " + payload + b"\r\nContent-Type: text/html\r\n"
                b"Content-Length: %d\r\n\r\n" % len(payload) + payload)

    def close(self):
        self.listener.close()
