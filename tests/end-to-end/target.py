#!/usr/bin/env python3
"""A small HTTP server with one fault: target.py PORT FAULT

dies-of-userinfo   a Host with "u@a" kills it by SIGSEGV
dies-later         the same, 50 ms after it has answered
dies-after-N       the Nth request kills it by SIGKILL
flaky              the first request without Host is served, later ones get 400
stops-slowly       SIGTERM ends it after 300 ms, in which it closes what it accepts
"""
import os
import signal
import socket
import sys
import threading

PORT, FAULT = int(sys.argv[1]), sys.argv[2]
served_without_host = threading.Event()
stopping = threading.Event()
requests_left = int(FAULT.rsplit("-", 1)[1]) if FAULT.startswith("dies-after-") else -1


def die():
    print("assertion failed: no user in host", flush=True)
    os.kill(os.getpid(), signal.SIGSEGV)


def status_of(lines):
    global requests_left
    requests_left -= 1
    if requests_left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    words = lines[0].split(b" ")
    hosts = [l for l in lines[1:] if l.lower().startswith(b"host:")]
    if len(words) != 3 or words[2] != b"HTTP/1.1":
        return b"400 Bad Request"
    if any(b"u@a" in h for h in hosts):
        if FAULT == "dies-of-userinfo":
            die()
        if FAULT == "dies-later":
            threading.Timer(0.05, die).start()
        return b"400 Bad Request"
    if not hosts:
        if FAULT == "flaky" and not served_without_host.is_set():
            served_without_host.set()
            return b"200 OK"
        return b"400 Bad Request"
    return b"200 OK" if words[1] == b"/" else b"404 Not Found"


def serve(connection):
    data = b""
    with connection:
        while True:
            try:
                more = connection.recv(65536)
            except OSError:
                return
            if not more:
                return
            data += more
            while b"\r\n\r\n" in data:
                head, data = data.split(b"\r\n\r\n", 1)
                status = status_of(head.split(b"\r\n"))
                body = b"" if head.startswith(b"HEAD ") else b"ok"
                connection.sendall(
                    b"HTTP/1.1 " + status + b"\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
                    b"Content-Type: text/plain\r\nContent-Length: 2\r\n\r\n" + body)


def stop_slowly(*_):
    stopping.set()
    threading.Timer(0.3, os._exit, (0,)).start()


if FAULT == "stops-slowly":
    signal.signal(signal.SIGTERM, stop_slowly)
with socket.socket() as listener:
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", PORT))
    listener.listen(128)
    print(f"listening on http://127.0.0.1:{listener.getsockname()[1]}", flush=True)
    while True:
        client, _ = listener.accept()
        if stopping.is_set():
            client.close()
            continue
        threading.Thread(target=serve, args=(client,), daemon=True).start()
