#!/usr/bin/env python3
"""A proxy for tests: tunnels by CONNECT, counts the tunnels, refuses all else with 405.

Prints its URL, then a line 'tunnel HOST:PORT' for each tunnel."""
import select
import socket
import threading


def pump(a, b):
    while True:
        ready, _, _ = select.select([a, b], [], [])
        for source in ready:
            data = source.recv(65536)
            if not data:
                return
            (b if source is a else a).sendall(data)


def serve(client):
    with client:
        head = b""
        while b"\r\n\r\n" not in head:
            more = client.recv(65536)
            if not more:
                return
            head += more
        method, place = head.split(b" ", 2)[:2]
        if method != b"CONNECT":
            client.sendall(b"HTTP/1.1 405 Method Not Allowed\r\nAllow: CONNECT\r\nContent-Length: 0\r\n\r\n")
            return
        host, port = place.decode().rsplit(":", 1)
        print(f"tunnel {place.decode()}", flush=True)
        try:
            with socket.create_connection((host, int(port))) as target:
                client.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
                pump(client, target)
        except OSError:
            pass


with socket.socket() as listener:
    listener.bind(("127.0.0.1", 0))
    listener.listen(128)
    print(f"http://127.0.0.1:{listener.getsockname()[1]}", flush=True)
    while True:
        connection, _ = listener.accept()
        threading.Thread(target=serve, args=(connection,), daemon=True).start()
