#!/usr/bin/env python3
"""Python's own http.server with HTTP/1.1: static files, and POST as its documentation
shows how to add methods. server.py CLASS PORT FOLDER"""
import http.server
import sys


class Handler(http.server.SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 4

    def content(self):
        """What came with the request, None where it was refused: reading it is left to the
        handler, and so are these refusals. It decodes no chunks, so asks for a length."""
        length = self.headers.get("Content-Length", "0")
        if "Transfer-Encoding" in self.headers:
            self.send_error(411 if self.headers["Transfer-Encoding"].lower() == "chunked" else 501)
        elif not length.isascii() or not length.isdigit():
            self.send_error(400)
        else:
            content = self.rfile.read(int(length))
            if len(content) == int(length):
                return content
            self.send_error(400)
        return None

    def do_POST(self):
        content = self.content()
        if content is None:
            return
        if self.path.startswith("/no-such"):
            self.send_error(404)
            return
        if self.path != "/body":
            self.answer(405, b"files are read only\n", ("Content-Type", "text/plain"), ("Allow", "GET, HEAD"))
            return
        self.answer(200, content, ("Content-Type", "application/octet-stream"))

    def answer(self, status, content, *fields):
        self.send_response(status)
        for name, value in fields:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_):
        pass


class Quiet(getattr(http.server, sys.argv[1])):
    def handle_error(self, *_):   # a traceback for each client that went away
        pass


with Quiet(("127.0.0.1", int(sys.argv[2])),
           lambda *a: Handler(*a, directory=sys.argv[3])) as server:
    server.serve_forever()
