#!/usr/bin/env python3
"""Python's own http.server with HTTP/1.1: static files, and POST as its documentation
shows how to add methods. server.py CLASS PORT FOLDER"""
import http.server
import sys


class Handler(http.server.SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 2

    def do_POST(self):
        content = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.path != "/body":
            self.send_error(404 if self.path.startswith("/no-such") else 405)
            return
        self.send_response(200)
        self.send_header("Content-Type", "application/octet-stream")
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
