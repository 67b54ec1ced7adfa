#!/usr/bin/env python3
"""Python's own http.server, as people run it: peer.py serial|threading. Prints its URL."""
import ctypes
import http.server
import pathlib
import signal
import sys
import tempfile

PAGE = "<!DOCTYPE html><title>peer</title><p>" + "a page of more than one KiB " * 40


class Handler(http.server.SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 2

    def log_message(self, *_):
        pass


class Serial(http.server.HTTPServer):
    def handle_error(self, *_):   # a traceback for each client that went away
        pass


class Threading(http.server.ThreadingHTTPServer):
    handle_error = Serial.handle_error


ctypes.CDLL(None).prctl(1, signal.SIGTERM)   # PR_SET_PDEATHSIG
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
with tempfile.TemporaryDirectory() as folder:
    pathlib.Path(folder, "index.html").write_text(PAGE)
    with {"serial": Serial, "threading": Threading}[sys.argv[1]](
            ("127.0.0.1", 0), lambda *a: Handler(*a, directory=folder)) as server:
        print("http://127.0.0.1:%d" % server.server_port, flush=True)
        server.serve_forever()
