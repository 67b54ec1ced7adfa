#!/usr/bin/env python3
"""A server that wants to hurt its client: hostile-server.py MODE, or --list.

Prints its URL. Sends at most 64 MiB and 20 s on one connection, and ends with its parent.
What is no request at all gets a plain 400: so the checker sees a target that can say no,
and plays its cases.
"""
import ctypes
import gzip
import itertools
import random
import signal
import socket
import struct
import sys
import threading
import time

MOST_BYTES, MOST_TIME = 64 * 1024 * 1024, 20
RESET, HALF_CLOSE, SILENCE, NEVER_READ = object(), object(), object(), object()

OK = b"HTTP/1.1 200 OK\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\nContent-Type: text/plain\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"
# NUL, bell, ESC sequences that colour, move, retitle a window; C1 as bytes and as UTF-8; DEL;
# what ends XML, and what turns the direction of text.
ODD = (b"\x00\x07\x08\x1b[31m\x1b[2J\x1b]0;owned\x07\x1bP1$r\x1b\\\x9b31m\x9d0;x\x9c\xc2\x9b31m"
       b"\x7f\xff\xfe]]><script>&amp;\xe2\x80\xae\xef\xbf\xbe\xed\xa0\x80")


def pause(seconds):
    return seconds


def repeated(piece):
    return itertools.repeat(piece * (16384 // len(piece) + 1))


def after(head, piece):
    return itertools.chain([head], repeated(piece))


def slowly(pieces, seconds=0.02):
    for piece in pieces:
        yield piece
        yield pause(seconds)


def whole(content, fields=b""):
    return OK + fields + b"Content-Length: %d\r\n\r\n" % len(content) + content


def bytes_of(text):
    return (bytes([b]) for b in text)


def wrong_framing(rng):
    return [rng.choice([
        OK + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        OK + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
        OK + b"Content-Length: 99999999999999999999999\r\n\r\nhello",
        OK + b"Content-Length: -1\r\n\r\n",
        OK + b"Transfer-Encoding: chunked, gzip\r\n\r\nhello",
        CHUNKED + b"5\r\nhelloworld\r\n0\r\n\r\n",
        CHUNKED + b"10000000000000005\r\nhello\r\n0\r\n\r\n",
        CHUNKED + b"5\nhello\n0\n\n",
        CHUNKED + b"-5\r\nhello\r\n0\r\n\r\n",
        b"HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\nhello",
        b"HTTP/9.9 999 \r\n\r\n",
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n" + ODD,
        b"HTTP/1.1 200\r\n X: y\r\nA\r\n: b\r\n\r\n",
        b"HTTP/1.1 200 OK\rContent-Length: 0\r\r",
    ])]


MODES = {
    "endless-fields": lambda r: after(OK, b"X-A: b\r\n"),
    "endless-field-line": lambda r: after(OK + b"X-A: ", b"a"),
    "endless-status-line": lambda r: after(b"HTTP/1.1 200 ", b"a"),
    "endless-empty-lines": lambda r: repeated(b"\r\n"),
    "endless-interim": lambda r: repeated(b"HTTP/1.1 100 Continue\r\n\r\n"),
    "endless-interim-slowly": lambda r: slowly(itertools.repeat(b"HTTP/1.1 103 \r\n\r\n"), 0.05),
    "endless-trailers": lambda r: after(CHUNKED + b"0\r\n", b"X-A: b\r\n"),
    "endless-chunk-extension": lambda r: after(CHUNKED + b"5;a=", b"b"),
    "endless-chunk-size": lambda r: after(CHUNKED, b"0"),
    "endless-small-chunks": lambda r: after(CHUNKED, b"1\r\nx\r\n"),
    "endless-body": lambda r: after(OK + b"Connection: close\r\n\r\n", b"x"),
    "endless-tunnel": lambda r: after(b"HTTP/1.1 101 Go\r\nUpgrade: x\r\n\r\n", ODD),
    "huge-content-length": lambda r: after(
        OK + b"Content-Length: 9223372036854775807\r\n\r\n", b"x"),
    "large-content": lambda r: [whole(b"x" * 10_000_000)],
    "large-json": lambda r: [whole(b"[" + b"1," * 4_000_000 + b"1]")],
    "deep-json": lambda r: [whole(b"[" * 4_000_000)],
    "large-interim": lambda r: [
        b"HTTP/1.1 103 \r\nA: " + b"a" * 250_000 + b"\r\n\r\n"] * 15 + [whole(b"ok")],
    "many-fields": lambda r: [b"HTTP/1.1 200 OK\r\n" + b"a:\r\n" * 990 + b"\r\n"],
    "many-responses": lambda r: [whole(b"ok") * 100_000],
    "many-parts": lambda r: [
        b"HTTP/1.1 206 Partial Content\r\nContent-Length: 8000003\r\n"
        b"Content-Type: multipart/byteranges; boundary=a\r\n\r\n" + b"\r\n--a\r\n\r\n" * 800_000],
    "drip-head": lambda r: slowly(bytes_of(OK * 100)),
    "drip-body": lambda r: itertools.chain([OK + b"\r\n"], slowly(itertools.repeat(b"x"))),
    "drip-chunks": lambda r: itertools.chain([CHUNKED], slowly(itertools.repeat(b"1\r\nx\r\n"))),
    "odd-bytes": lambda r: [b"HTTP/1.1 200 " + ODD + b"\r\nX" + ODD + b": y\r\nX-A: " + ODD +
                            b"\r\nSet-Cookie: " + ODD + b"\r\nAllow: " + ODD +
                            b"\r\nContent-Type: " + ODD + b"\r\nContent-Length: %d\r\n\r\n" %
                            len(ODD) + ODD],
    "odd-bytes-alone": lambda r: [ODD * 100],
    "random-bytes": lambda r: [r.randbytes(20_000)],
    "wrong-framing": wrong_framing,
    "reset-in-head": lambda r: [OK, RESET],
    "reset-in-body": lambda r: [OK + b"Content-Length: 10\r\n\r\nhello", RESET],
    "half-close-in-head": lambda r: [OK, HALF_CLOSE, SILENCE],
    "half-close-in-body": lambda r: [CHUNKED + b"5\r\nhel", HALF_CLOSE, SILENCE],
    "half-close-at-once": lambda r: [HALF_CLOSE, SILENCE],
    "gzip-bomb": lambda r: [whole(BOMB, b"Content-Encoding: gzip\r\n")],
    "gzip-bomb-coded-twice": lambda r: [whole(BOMB, b"Content-Encoding: gzip, gzip\r\n")],
    "coded-ten-times": lambda r: [whole(gzip.compress(b"ok"), b"Content-Encoding: gzip%s\r\n" % (b", gzip" * 9))],
    "redirect-loop": lambda r: [b"HTTP/1.1 302 Found\r\nLocation: /\r\nContent-Length: 0\r\n\r\n"],
    "redirect-to-file": lambda r: [
        b"HTTP/1.1 307 \r\nLocation: file:///etc/passwd\r\nContent-Length: 0\r\n\r\n"],
    "many-cookies": lambda r: [whole(b"ok", b"".join(
        b"Set-Cookie: c%d=%s\r\n" % (i, b"x" * 200) for i in range(900)))],
    "many-challenges": lambda r: [OK.replace(b"200 OK", b"401 Who") + b"".join(
        b'WWW-Authenticate: Digest realm="%d", nonce="%s", qop="auth"\r\n' % (i, b"x" * 100)
        for i in range(900)) + b"Content-Length: 0\r\n\r\n"],
    "reads-nothing": None,
    "reads-slowly": None,
}
BOMB = b""


def play(connection, pieces, room, until):
    """Sends |pieces| up to |room| bytes; returns what is left, or None when it is over."""
    for piece in pieces:
        if room <= 0 or time.monotonic() > until:
            return None
        if piece is RESET:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            return None
        if piece is HALF_CLOSE:
            connection.shutdown(socket.SHUT_WR)
        elif piece is SILENCE:
            while connection.recv(65536):
                pass
            return None
        elif isinstance(piece, float):
            time.sleep(piece)
        else:
            connection.sendall(piece)
            room -= len(piece)
    return room


def read_nothing(connection, slowly_every):
    until = time.monotonic() + MOST_TIME
    while time.monotonic() < until:
        if slowly_every and not connection.recv(1):
            return
        time.sleep(slowly_every or 0.5)


def serve(connection, mode, rng):
    room, until = MOST_BYTES, time.monotonic() + MOST_TIME
    connection.settimeout(MOST_TIME)
    if mode == "reads-nothing" or mode == "reads-slowly":
        return read_nothing(connection, 0.02 if mode == "reads-slowly" else 0)
    while room:
        got = connection.recv(65536)
        if not got:
            return
        if got.startswith(b"\x01"):
            connection.sendall(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
            return
        room = play(connection, MODES[mode](rng), room, until)


def serve_and_close(connection, mode, rng):
    with connection:
        try:
            serve(connection, mode, rng)
        except OSError:
            pass


def main():
    global BOMB
    if sys.argv[1:] == ["--list"]:
        print("\n".join(MODES))
        return
    mode = sys.argv[1]
    if "bomb" in mode:
        BOMB = gzip.compress(gzip.compress(bytes(1 << 28)) if "twice" in mode else bytes(1 << 29))
    PR_SET_PDEATHSIG = 1
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(1024)
        print("http://127.0.0.1:%d" % listener.getsockname()[1], flush=True)
        for number in itertools.count():
            connection, _ = listener.accept()
            threading.Thread(target=serve_and_close, daemon=True,
                             args=(connection, mode, random.Random(number))).start()


main()
