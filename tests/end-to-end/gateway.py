#!/usr/bin/env python3
"""A small gateway, or with --proxy a proxy, with at most one fault: gateway.py PORT ORIGIN FAULT [--proxy]

It forwards what is asked below /origin/ (a proxy: of http://ORIGIN) to ORIGIN, one connection a
request, and answers everything else itself. FAULT is one of FAULTS, or `none`.
"""
import email.utils
import gzip
import re
import socket
import sys
import threading

FAULTS = """
both-lengths coding-of-response-ignored coding-refused-501 connect-length connect-to-any cut-answer cut-content cut-forwarded
directives-dropped chunk-lines-kept chunks-raw condition-dropped connection-kept
content-of-204 content-of-get-unread content-of-head content-until-close credentials-changed expectation-ignored
fold-kept fold-of-response host-kept host-missing host-not-asked http10-kept http10-chunked http10-chunks http10-interim
interim-dropped interim-refused
known-kept length-loose length-of-response-loose length-refused-411 length-twice length-wraps
max-forwards-made max-forwards-same
max-forwards-zero methods-changed no-date no-field-kept no-via not-modified-served octet-kept options-kept
options-of-response-kept options-path options-unframe order-changed path-changed path-empty referer-dropped repeated-length-kept retry
server-changed size-wraps space-first-ignored space-ignored space-of-response
status-of-origin stolen-answer switch-unasked target-kept trailers-merged transform tunnel-kept unknown-coding unknown-dropped
unknown-unit vary-made version-kept version-of-response-kept via-first via-of-response via-version
""".split()

LIMIT = 1 << 20
TOKEN = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+\Z")
HOP_BY_HOP = {b"connection", b"keep-alive", b"proxy-connection", b"te", b"trailer",
              b"transfer-encoding", b"upgrade", b"content-length"}
PAGE = [(b"Content-Type", b"text/plain")], b"a page\n"

PORT, ORIGIN, FAULT = int(sys.argv[1]), sys.argv[2], sys.argv[3]
PROXY = "--proxy" in sys.argv
ME = f"127.0.0.1:{PORT}"
leftover = []  # answers of the origin that nobody asked for, with `stolen-answer`


def faulty(name):
    assert name in FAULTS, name
    return name == FAULT


class Refused(Exception):
    """The status to answer with; the connection is closed behind it."""


class Reader:
    """What one side sends."""

    def __init__(self, sock):
        self.sock, self.data = sock, b""

    def more(self):
        chunk = self.sock.recv(65536)
        self.data += chunk
        return bool(chunk)

    def take(self, n):
        while len(self.data) < n:
            if not self.more():
                raise EOFError
        taken, self.data = self.data[:n], self.data[n:]
        return taken

    def line(self):
        while b"\r\n" not in self.data:
            if len(self.data) > LIMIT or not self.more():
                raise EOFError
        line, _, self.data = self.data.partition(b"\r\n")
        return line

    def rest(self):
        while self.more():
            pass
        taken, self.data = self.data, b""
        return taken

    def chunks(self):
        """The content, and the trailer section as field lines."""
        content = b""
        while size := self.chunk_size():
            content += self.take(size)
            if self.take(2) != b"\r\n":
                raise Refused(400)
        return content, list(iter(self.line, b""))

    def chunk_size(self):
        match = re.fullmatch(rb"([0-9A-Fa-f]+)(;[^\r\n]*)?", self.line())
        if not match:
            raise Refused(400)
        return int(match[1], 16) % 2**64 if faulty("size-wraps") else int(match[1], 16)

    def chunk_lines(self):
        """As they came, up to an empty line that CRLF or LF ends behind a 0."""
        while not (last := re.search(rb"\n0\r?\n\r?\n", self.data)):
            if not self.more():
                raise EOFError
        return self.take(last.end())


# ---- fields ----

def values(fields, name):
    return [v for n, v in fields if n.lower() == name]


def members(fields, name):
    return [m.strip(b" \t").lower() for v in values(fields, name) for m in v.split(b",")]


def without(fields, names):
    return [(n, v) for n, v in fields if n.lower() not in names]


def read_fields(reader, is_request):
    """Up to the empty line; raises Refused(400), of a response Refused(502)."""
    bad = Refused(400 if is_request else 502)
    fields = []
    while line := reader.line():
        if line[:1] in b" \t":
            if not fields and faulty("space-first-ignored"):
                fields.append(tuple(line.strip(b" \t").split(b": ", 1)))
                continue
            if is_request and not faulty("fold-kept") or not fields:
                raise bad
            kept = faulty("fold-kept") or faulty("fold-of-response")
            name, value = fields[-1]
            fields[-1] = name, value + (b"\r\n" + line if kept else b" " + line.strip(b" \t"))
            continue
        name, colon, value = line.partition(b":")
        value = value.strip(b" \t")
        if name[-1:] in b" \t" and name:
            if is_request and not faulty("space-ignored"):
                raise bad
            if not faulty("space-of-response"):
                name = name.rstrip(b" \t")
        if not colon or not TOKEN.match(name.rstrip(b" ")):
            if faulty("no-field-kept"):
                continue
            raise bad
        if re.search(rb"[\r\n\0]", value) and not faulty("octet-kept"):
            raise bad
        fields.append((name, value))
    return fields


def read_length(fields, loose, bad):
    """Of Content-Length: a number, or None where there is none."""
    lengths = values(fields, b"content-length")
    if loose and lengths:
        digits = re.search(rb"\d+", lengths[0])
        return int(digits[0]) if digits else 0
    if lengths and faulty("repeated-length-kept"):
        lengths = lengths[0].split(b", ")
    if any(not re.fullmatch(rb"\d+", v) for v in lengths) or len(set(lengths)) > 1:
        raise bad
    if not lengths:
        return None
    return int(lengths[0]) % 2**64 if faulty("length-wraps") else int(lengths[0])


def hop_by_hop(fields, keep_options):
    named = set() if keep_options else set(members(fields, b"connection"))
    if not faulty("host-missing"):
        named.discard(b"host")  # the next one along needs it
    drop = HOP_BY_HOP | named
    if faulty("known-kept"):
        drop -= {b"keep-alive", b"proxy-connection", b"te", b"upgrade"}
    if faulty("connection-kept"):
        drop -= {b"connection"}
    return without(fields, drop)


def with_via(fields, version):
    mine = (b"Via", (b"1.1" if faulty("via-version") else version.removeprefix(b"HTTP/")) + b" gateway")
    return [mine] + fields if faulty("via-first") else fields + [mine]


def head_bytes(first, fields):
    return first + b"\r\n" + b"".join(n + b": " + v + b"\r\n" for n, v in fields) + b"\r\n"


# ---- the side of the client ----

class Request:
    def __init__(self, reader, sock):
        line = reader.line()
        words = line.split(b" ")
        if len(words) != 3 or not TOKEN.match(words[0]) or not re.fullmatch(rb"HTTP/1\.\d", words[2]):
            raise Refused(400)
        self.method, self.target, self.version = words
        self.fields = read_fields(reader, True)
        self.content, self.raw_framing, self.trailers = None, [], []
        if self.method == b"CONNECT" and PROXY:
            return
        if self.version != b"HTTP/1.0" and len(values(self.fields, b"host")) != 1 and not PROXY \
                and not faulty("host-not-asked"):
            raise Refused(400)
        self.read_content(reader, sock)

    def closes(self):
        return self.version == b"HTTP/1.0" and not faulty("http10-chunks") \
            or b"close" in members(self.fields, b"connection")

    def read_content(self, reader, sock):
        if faulty("content-of-get-unread") and self.method != b"POST":
            return
        length = read_length(self.fields, faulty("length-loose"), Refused(411 if faulty("length-refused-411") else 400))
        codings = members(self.fields, b"transfer-encoding")
        if faulty("unknown-coding") and codings != [b"chunked"]:
            self.raw_framing = [f for f in self.fields if f[0].lower() == b"transfer-encoding"]
            codings = []
        if codings and not faulty("both-lengths") and not faulty("length-twice") \
                and (codings != [b"chunked"] or length is not None
                     or self.version == b"HTTP/1.0" and not faulty("http10-chunks")):
            raise Refused(501 if faulty("coding-refused-501") else 400)
        if b"100-continue" in members(self.fields, b"expect") and self.version != b"HTTP/1.0" \
                and not faulty("expectation-ignored"):
            sock.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
        if codings and not (faulty("both-lengths") and length is not None):
            if faulty("chunk-lines-kept"):
                self.content, self.raw_framing = reader.chunk_lines(), [(b"Transfer-Encoding", b"chunked")]
                return
            before = reader.data
            self.content, trailers = reader.chunks()
            self.trailers = [tuple(line.split(b": ", 1)) for line in trailers]
            if faulty("chunks-raw"):
                self.content = before[:len(before) - len(reader.data)]
            if faulty("length-twice") and length is not None:
                self.raw_framing = [(b"Transfer-Encoding", b"chunked")]
        elif length is not None:
            try:
                self.content = reader.take(length)
            except EOFError:
                self.content, reader.data = reader.data, b""
                if faulty("cut-forwarded"):  # and the client is refused before the origin has said a word
                    with connect_to_origin() as origin:
                        origin.sendall(self.forwarded(self.target, None))
                if not faulty("cut-content"):
                    raise Refused(400) from None
            if faulty("repeated-length-kept"):
                self.raw_framing = [f for f in self.fields if f[0].lower() == b"content-length"]

    def max_forwards(self):
        """What is left of it; None where it does not count."""
        value = values(self.fields, b"max-forwards")
        if self.method not in (b"OPTIONS", b"TRACE") or not value or not value[0].isdigit():
            return None
        return int(value[0])

    def forwarded(self, target, host):
        """The bytes for the origin."""
        fields = hop_by_hop(self.fields, faulty("options-kept"))
        fields = without(fields, {b"expect"})
        if host and not faulty("host-kept"):
            fields = without(fields, {b"host"}) + [(b"Host", host)]
        if not values(fields, b"host") and not faulty("host-missing"):
            fields.append((b"Host", ORIGIN.encode()))
        left = self.max_forwards()
        if left is not None and not faulty("max-forwards-same"):
            fields = without(fields, {b"max-forwards"}) + [(b"Max-Forwards", b"%d" % max(left - 1, 0))]
        if faulty("max-forwards-made") and not values(fields, b"max-forwards"):
            fields.append((b"Max-Forwards", b"70"))
        for fault, names in (("condition-dropped", {b"if-match", b"if-none-match"}),
                             ("referer-dropped", {b"referer"}), ("unknown-dropped", {b"x-kestrel"}),
                             ("directives-dropped", {b"cache-control"})):
            if faulty(fault):
                fields = without(fields, names)
        if faulty("order-changed"):
            fields.reverse()
        if faulty("credentials-changed"):
            fields = [(n, v.replace(b'"', b"")) for n, v in fields]
        if not faulty("no-via"):
            fields = with_via(fields, self.version)
        if not faulty("connection-kept"):
            fields.append((b"Connection", b"close"))
        unframed = faulty("options-unframe") and b"content-length" in members(self.fields, b"connection")
        if self.content is not None and not faulty("chunk-lines-kept") and not faulty("repeated-length-kept") \
                and not unframed:
            fields.append((b"Content-Length", b"%d" % len(self.content)))
        fields += self.raw_framing
        if faulty("trailers-merged"):
            fields += self.trailers
        version = self.version if faulty("version-kept") else b"HTTP/1.1"
        return head_bytes(self.method + b" " + target + b" " + version, fields) + (self.content or b"")


# ---- the side of the origin ----

def connect_to_origin():
    host, port = ORIGIN.rsplit(":", 1)
    return socket.create_connection((host, int(port)), timeout=10)


def read_answer_head(reader):
    first = reader.line()
    match = re.fullmatch(rb"(HTTP/1\.\d) ([1-5]\d\d) (.*)", first)
    if not match:
        raise Refused(502)
    return match[1], int(match[2]), match[3], read_fields(reader, False)


def read_answer_content(reader, request, status, fields):
    bare = request.method == b"HEAD" or status in (204, 304)
    loose = faulty("length-of-response-loose")
    codings = members(fields, b"transfer-encoding")
    if loose and not re.fullmatch(rb"\d+", b",".join(values(fields, b"content-length")) or b"0"):
        return reader.rest()
    if codings != [b"chunked"] and faulty("coding-of-response-ignored"):
        codings = []
    length = None if codings else read_length(fields, False, Refused(502))
    if bare:
        return reader.rest() if faulty("content-of-head") else b""
    if codings not in ([], [b"chunked"]):
        raise Refused(502)
    if faulty("cut-answer") and (codings or length):
        return reader.rest()
    if codings:
        return reader.chunks()[0]
    if length is not None:
        return reader.take(length)
    return b"" if faulty("content-until-close") else reader.rest()


def ask_origin(request, target, host, interim):
    """The answer: version, status, reason, fields, content. Raises Refused(502)."""
    bytes_out = request.forwarded(target, host)
    tries = 2 if faulty("retry") else 1
    for _ in range(tries):
        try:
            return ask_once(request, bytes_out, interim)
        except (EOFError, OSError, ValueError):
            pass
    raise Refused(502)


def ask_once(request, bytes_out, interim):
    with connect_to_origin() as sock:
        reader = Reader(sock)
        sock.sendall(bytes_out)
        if leftover:
            reader.data = leftover.pop()
        while True:
            version, status, reason, fields = read_answer_head(reader)
            if status // 100 != 1:
                break
            if status == 101 and not faulty("switch-unasked") or faulty("interim-refused"):
                raise Refused(502)
            if status != 100 and not faulty("interim-dropped"):
                interim(head_bytes(b"HTTP/1.1 %d %s" % (status, reason), hop_by_hop(fields, False)))
        content = read_answer_content(reader, request, status, fields)
        if faulty("stolen-answer") and reader.data:
            leftover.append(reader.data)
        return version, status, reason, fields, content


# ---- between the two ----

def answer_fields(request, status, fields, content):
    kept = hop_by_hop(fields, faulty("options-of-response-kept"))
    if not values(kept, b"date") and not faulty("no-date"):
        kept.append((b"Date", email.utils.formatdate(usegmt=True).encode()))
    if not faulty("via-of-response"):
        kept = with_via(kept, b"HTTP/1.1")
    if faulty("vary-made"):
        kept.append((b"Vary", b"*"))
    if faulty("server-changed"):
        kept = without(kept, {b"server"}) + [(b"Server", b"gateway")]
    if faulty("methods-changed"):
        kept = [(n, b"GET" if n.lower() == b"allow" else v) for n, v in kept]
    if faulty("unknown-dropped"):
        kept = without(kept, {b"x-kestrel"})
    lengths = [f for f in fields if f[0].lower() == b"content-length"]
    if request.method == b"HEAD" or status == 304 or (status == 204 and faulty("content-of-204")):
        return kept + lengths[:1]
    if status == 204:
        return kept
    if faulty("both-lengths") and lengths:
        return kept + lengths[:1]
    if faulty("repeated-length-kept") and lengths:
        return kept + lengths
    return kept + [(b"Content-Length", b"%d" % len(content))]


def pass_on(sock, request, answer):
    version, status, reason, fields, content = answer
    if faulty("transform") and values(fields, b"cache-control"):
        content = gzip.compress(content)
        fields = fields + [(b"Content-Encoding", b"gzip")]
    if faulty("not-modified-served") and status == 304 or faulty("unknown-unit") and status == 206:
        status, reason, content = 200, b"OK", b"ok"
    if faulty("status-of-origin") and status == 401:
        fields = without(fields, {b"www-authenticate"})
    kept = answer_fields(request, status, fields, content)
    if faulty("http10-chunked") and request.version == b"HTTP/1.0" and values(fields, b"transfer-encoding"):
        kept = without(kept, {b"content-length"}) + [(b"Transfer-Encoding", b"chunked")]
        content = b"%x\r\n%s\r\n0\r\n\r\n" % (len(content), content)
    if request.closes():
        kept.append((b"Connection", b"close"))
    if not faulty("version-of-response-kept"):
        version = b"HTTP/1.1"
    sock.sendall(head_bytes(version + b" %d %s" % (status, reason), kept) + content)


def tunnel(sock, reader, request):
    if faulty("connect-to-any"):
        sock.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        return
    if request.target != ORIGIN.encode():
        raise Refused(403)
    with connect_to_origin() as origin:
        length = b"Content-Length: 0\r\n" if faulty("connect-length") else b""
        sock.sendall(b"HTTP/1.1 200 Connection established\r\n" + length + b"\r\n" + reader.data)

        def to_origin():
            origin.sendall(reader.data)
            while chunk := sock.recv(65536):
                origin.sendall(chunk)
            origin.shutdown(socket.SHUT_WR)

        threading.Thread(target=to_origin, daemon=True).start()
        while chunk := origin.recv(65536):
            sock.sendall(chunk)
        if faulty("tunnel-kept"):
            threading.Event().wait()
        sock.shutdown(socket.SHUT_RDWR)  # the other thread waits for it


def route(request):
    """Target and Host (None: as it came) for the origin, or None where it is not asked."""
    left = request.max_forwards()
    if left == 0 and not faulty("max-forwards-zero"):
        return None
    match = re.fullmatch(rb"http://([^/?]*)(.*)", request.target)
    if not PROXY:
        host, target = (match[1], match[2]) if match else (None, request.target)
        if not target.startswith(b"/origin/"):
            return None
        return request.target if faulty("target-kept") else target, host
    if not match or match[1] != ORIGIN.encode():
        return None
    target = match[2] if match[2][:1] == b"/" or match[2] and faulty("path-empty") else b"/" + match[2]
    if not match[2] and request.method == b"OPTIONS" and not faulty("options-path"):
        target = b"*"
    if faulty("path-changed"):
        target = re.sub(rb"%([0-9A-Fa-f]{2})", lambda m: bytes.fromhex(m[1].decode()), target)
    return target, match[1]


def own_answer(request):
    if request.method == b"TRACE":
        return b"HTTP/1.1", 405, b"Method Not Allowed", [(b"Allow", b"GET, OPTIONS")], b"no\n"
    if request.method == b"OPTIONS":
        return b"HTTP/1.1", 200, b"OK", [(b"Allow", b"GET, OPTIONS")], b""
    if request.target in (b"/", b"http://gateway.example/"):
        return b"HTTP/1.1", 200, b"OK", *PAGE
    return b"HTTP/1.1", 404, b"Not Found", *PAGE


def serve_one(sock, reader):
    """Serves one request; whether the connection stays."""
    request = Request(reader, sock)
    if PROXY and request.method == b"CONNECT":
        tunnel(sock, reader, request)
        return False

    def interim(head):
        if request.version != b"HTTP/1.0" or faulty("http10-interim"):
            sock.sendall(head)

    where = route(request)
    pass_on(sock, request, ask_origin(request, *where, interim) if where else own_answer(request))
    return not request.closes() or faulty("http10-kept")


def serve(sock):
    sock.settimeout(10)
    reader = Reader(sock)
    with sock:
        try:
            while serve_one(sock, reader):
                pass
        except Refused as refused:
            sock.sendall(b"HTTP/1.1 %d Refused\r\nDate: %s\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
                         % (refused.args[0], email.utils.formatdate(usegmt=True).encode()))
            sock.shutdown(socket.SHUT_WR)
            reader.rest()
        except (EOFError, OSError, ValueError):
            pass


if FAULT != "none":
    faulty(FAULT)
listener = socket.create_server(("127.0.0.1", PORT), backlog=64)
while True:
    threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()
