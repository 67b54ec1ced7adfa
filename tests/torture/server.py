"""The reference server while calls of the C library fail: it goes on, and forgets nothing."""

import contextlib
import functools
import re
import socket
import ssl
import subprocess

from fault import *
from fault import Fault

CPU_MOST = 0.05      # of one core, while nothing is asked of it
LOOK = 0.06          # seconds over which that is measured
ROOT = os.path.join(scratch, "root")
CERT, KEY = os.path.join(scratch, "cert.pem"), os.path.join(scratch, "key.pem")
LISTEN = ("--listen", "127.0.0.1:0", "--listen-tls", "127.0.0.1:0")
OPTIONS = ("--root", ROOT, "--tls-cert", CERT, "--tls-key", KEY,
           "--linger-timeout", "300ms", "--max-content", "64KiB")

LINE = re.compile(rb'127[.]0[.]0[.]1 - - \[[^]]+\] "[^"]*" \d{3} (\d+|-) "[^"]*" "[^"]*"')

# ---- the traffic ----

UPGRADE = (b"GET /websocket HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
           b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
FRAMES = b"\x81\x83\0\0\0\0abc" + b"\x88\x82\0\0\0\0\x03\xe8"
PATCH = b'[{"op":"add","path":"/b","value":[1,2]},{"op":"test","path":"/a","value":1}]'


def request(method, path, *fields, content=b""):
    lines = [f"{method} {path} HTTP/1.1", "Host: a", *fields]
    if content:
        lines.append(f"Content-Length: {len(content)}")
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + content


# Each line is a connection: what is sent, one piece at a time, and how many answers come
# to each piece. The last piece closes.
SCRIPT = [
    ("keep-alive", [(GET, 1), (GET, 1), (request("HEAD", "/index.html"), 0)]),
    ("pipelined", [(GET * 4 + request("GET", "/data.bin", "Range: bytes=0-3,8-9"), 5)]),
    ("upload", [(request("PUT", "/upload/t", "Content-Type: application/json",
                         content=b'{"a":1,"b":"%s"}' % (b"x" * 20000)), 1),
                (request("PATCH", "/upload/t", "Content-Type: application/json-patch+json",
                         content=PATCH), 1),
                (request("GET", "/upload/t"), 1), (request("DELETE", "/upload/t"), 1)]),
    ("files", [(request("GET", "/files/small.txt"), 1),
               (request("GET", "/files/large.bin"), 1),
               (request("GET", "/files/large.bin", "Range: bytes=5-9,100000-100100"), 1),
               (request("GET", "/files/small.txt", "Accept-Encoding: gzip"), 1),
               (request("GET", "/files/none"), 1)]),
    ("echo", [(request("POST", "/echo", "Transfer-Encoding: chunked") +
               b"3;x=y\r\nabc\r\n5\r\ndefgh\r\n0\r\nA: b\r\n\r\n", 1),
              (request("GET", "/negotiate", "Accept-Language: de", "Accept: text/*;q=0.5"), 1),
              (request("GET", "/digest"), 1), (request("GET", "/gzip", "Accept-Encoding: gzip"), 1),
              (request("GET", "/cookies", "Cookie: a=b"), 1)]),
    ("not found", [(request("GET", "/no-such-resource"), 1)]),
    ("bad line", [(b"GET / HTTP/1.1\r\nHost: a\r\nbad line\r\n\r\n", 1)]),
    ("too large", [(request("POST", "/submit", "Content-Length: 100000") + b"x" * 1000, 1)]),
    ("too long", [(b"GET / HTTP/1.1\r\nHost: a\r\nA: " + b"a" * 40000 + b"\r\n\r\n", 1)]),
    ("websocket", [(UPGRADE, 0), (FRAMES, 0)]),
]


def statuses(s, wanted):
    """The statuses of the answers that come; the content must be whole."""
    got, data = [], b""
    while len(got) < wanted:
        while b"\r\n\r\n" not in data:
            chunk = s.recv(65536)
            if not chunk:
                return got + ["closed"]
            data += chunk
        head, _, data = data.partition(b"\r\n\r\n")
        length = 0
        for line in head.lower().split(b"\r\n"):
            if line.startswith(b"content-length:"):
                length = int(line.split(b":")[1])
        while len(data) < length:
            chunk = s.recv(65536)
            if not chunk:
                return got + ["cut"]
            data += chunk
        data = data[length:]
        got.append(int(head.split()[1]))
    return got


def converse(s, pieces):
    """One connection to its end, as a list of what came; a fault of ours may end it early."""
    got = []
    try:
        for piece, wanted in pieces:
            s.sendall(piece)
            got += statuses(s, wanted)
        s.sendall(request("GET", "/", "Connection: close"))
        rest = read_all(s)
        got.append(f"{rest.count(b'HTTP/1.1 ')} more")
    except TimeoutError:
        got.append("hangs")
    except OSError as e:
        got.append(type(e).__name__)
    return got


def play(server):
    """All of the script; the connections are kept until they are let go."""
    got = []
    for name, pieces in SCRIPT + [("TLS", [(GET, 1), (request("GET", "/files/large.bin"), 1)])]:
        try:
            s = server.connect(server.addresses[name == "TLS"], timeout=PATIENCE)
            with s if name != "TLS" else tls.wrap_socket(s, server_hostname="127.0.0.1") as s:
                got.append((name, converse(s, pieces)))
        except OSError as e:
            got.append((name, [type(e).__name__]))
    return got


# ---- one fault ----

def cpu_of(pids):
    """Seconds of CPU; the clock of a process is made of its id (clock_getcpuclockid(3))."""
    total = 0
    for pid in pids:
        try:
            total += time.clock_gettime(~pid << 3 | 2)
        except OSError:
            pass         # it has ended
    return total


def share_of_cpu(server):
    pids = server.pids()
    cpu, began = cpu_of(pids), time.monotonic()
    time.sleep(LOOK)     # nothing is asked of it: this is the time measured
    return (cpu_of(pids) - cpu) / (time.monotonic() - began)


class Trial:
    """One life of a server with a fault in it; .wrong tells all that should not be."""

    def __init__(self, model, fault):
        self.fault, self.wrong, self.answers = fault, [], []
        self.log_path = os.path.join(scratch, f"access-{os.getpid()}.log")
        with contextlib.suppress(FileNotFoundError):
            os.unlink(self.log_path)
        self.server = Server("--model", model, "--access-log", self.log_path, *OPTIONS,
                             listen=LISTEN, listeners=2, env={**os.environ, **fault.env})
        at_end.append(self.server.kill)
        self.started = self.server.address is not None

    def check(self, ok, text):
        if not ok:
            self.wrong.append(text)

    def ended_early(self):
        """It could not begin: it must say why, with the exit code of the manual."""
        code, said = self.server.wait(), self.server.errors()
        self.check(code in (3, 4), f"it ends with {code}")
        self.check(said and all(l.startswith("httpcheck-server: ") for l in said),
                   f"and says {said}")
        self.check(self.never_served(), "in the midst of it")

    def never_served(self):
        return not any(isinstance(a, int) for _, got in self.answers for a in got)

    def has_ended(self):
        return self.server.process.poll() is not None

    def recovers(self, descriptors):
        self.check(until(lambda: self.server.get(1) == 200), "it does not serve again")
        self.check(until(lambda: self.server.descriptors() <= descriptors, 3),
                   f"has {self.server.descriptors()} descriptors, {descriptors} at first: "
                   f"{self.open_files()}")

    def open_files(self):
        folder = f"/proc/{self.server.pid}/fd"
        return [os.readlink(f"{folder}/{fd}") for fd in os.listdir(folder)]

    def does_as(self, normal):
        other = [a for a in self.answers if a not in normal.answers]
        self.check(not other, f"answers {other}")
        lines, broken = self.log()
        self.check(not broken and lines > normal.log[0], f"broken lines in its log: {broken[:3]}")

    def ends(self):
        code, said = self.server.stop(), self.server.errors()
        self.check(code == 0, f"it ends with {code}")
        self.check(len(said) < 10 and all(l.startswith("httpcheck-server: ") for l in said),
                   f"it says {said[:10]}")

    def log(self):
        """How many whole lines it has written, and those that are none."""
        with open(self.log_path, "rb") as f:
            lines = f.read().split(b"\n")
        broken = [l for l in lines[:-1] if not LINE.fullmatch(l)] + lines[-1:]
        return len(lines) - 1, [l for l in broken if l]

    def run(self, descriptors, settles=0.3):
        if self.started:
            self.answers = play(self.server)
            self.check(until(lambda: share_of_cpu(self.server) < CPU_MOST, settles),
                       "it spins behind it")
            self.check(not any("hangs" in got for _, got in self.answers), f"hangs: {self.answers}")
        if not self.started or self.has_ended():
            self.ended_early()
            return self
        self.recovers(descriptors)
        self.ends()
        return self


# ---- all of them ----

class Normal:
    """A life without a fault: what the others are held against."""

    def __init__(self, model, calls, own):
        trial = Trial(model, Fault("httpcheck-server", calls, 0, own=own))
        self.answers = play(trial.server)
        least = []
        until(lambda: least.append(trial.server.descriptors()), 0.2)
        self.descriptors = min(least)
        trial.ends()
        self.count, self.log, self.wrong = trial.fault.seen, trial.log(), trial.wrong


@functools.cache
def normal_life(model, calls, own):
    return Normal(model, calls, own)


# What does no harm to a caller that goes on where it was: no answer may differ.
HARMLESS = (errno.EINTR, errno.ECONNABORTED, errno.EPROTO, errno.EHOSTUNREACH, errno.ENOSYS, SHORT)

# Calls of our own code only: what a library makes of a failure is the library's. OpenSSL
# 3.0, for one, locks a lock that it found no memory for (RAND_get0_public).
OWN = True

# calls, what they fail with, and whose
FAULTS = [
    (MEMORY, (errno.ENOMEM,), OWN),
    ("accept4", (errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM, errno.ECONNABORTED,
                 errno.EPROTO, errno.EHOSTUNREACH, errno.EINTR), OWN),
    ("recv", (errno.ECONNRESET, errno.ENOMEM, errno.EINTR), OWN),
    ("send", (errno.EPIPE, errno.ENOBUFS, errno.EINTR, SHORT), OWN),
    ("read", (errno.ECONNRESET, SHORT), not OWN),
    ("write", (errno.EPIPE, SHORT), not OWN),
    ("write", (errno.ENOSPC, errno.EINTR), OWN),
    ("pread", (errno.EIO, errno.EINTR, SHORT), OWN),
    ("open,openat,openat2", (errno.EMFILE, errno.ENOMEM, errno.EINTR), OWN),
    ("openat2", (errno.ENOSYS,), OWN),
    ("socket,bind,listen,epoll_create1,eventfd,signalfd,memfd_create", (errno.EMFILE,), OWN),
    ("mmap", (errno.ENOMEM,), OWN),
]
POLL_FAULTS = [("poll", (errno.ENOMEM, errno.EINTR), OWN)]
EPOLL_FAULTS = [("epoll_ctl", (errno.ENOMEM, errno.ENOSPC), OWN),
                ("epoll_wait", (errno.EINTR,), OWN)]
WAIT_FAULTS = {
    "epoll-edge": EPOLL_FAULTS,
    "epoll": EPOLL_FAULTS,
    "poll": POLL_FAULTS,
    "select": [("select", (errno.ENOMEM, errno.EINTR), OWN)],
    "coroutine": EPOLL_FAULTS,
    "thread": POLL_FAULTS + [("pthread_create", (errno.EAGAIN,), OWN)],
    "fork": POLL_FAULTS + [("fork", (errno.EAGAIN,), OWN)],
    "iterative": POLL_FAULTS,
}

# What fails for a while, all of it together.
LASTING = [("accept4", errno.EMFILE), ("accept4,epoll_ctl", errno.ENOSPC),
           ("accept4," + MEMORY, errno.ENOMEM), ("recv", errno.ENOMEM)]
LASTING_OF = {
    "poll": [("poll", errno.ENOMEM)],
    "select": [("select", errno.ENOMEM)],
    "coroutine": [("mmap", errno.ENOMEM)],
    "thread": [("poll", errno.ENOMEM), ("pthread_create", errno.EAGAIN)],
    "fork": [("poll", errno.ENOMEM), ("fork", errno.EAGAIN)],
    "iterative": [("poll", errno.ENOMEM)],
}


def each(model, calls, error, own, most):
    """The same calls fail one after the other, each in a life of its own. How many there are
    depends a little on timing: a life that has fewer than n calls has no point n."""
    normal = normal_life(model, calls, own)
    wrong, points, visited = [f"without a fault: {w}" for w in normal.wrong], 0, 0
    for n in chosen(normal.count, most):
        fault = Fault("httpcheck-server", calls, error, n, own=own)
        trial = Trial(model, fault).run(normal.descriptors)
        points += fault.seen >= n
        visited += fault.failed > 0
        if trial.started and error in HARMLESS:
            trial.does_as(normal)
        wrong += [f"call {n}: {w}" for w in trial.wrong]
    point(points and visited == points and not wrong,
          f"{model}: {short_name(calls)} fails by {error_name(error)}: "
          f"{visited} of {points} points visited", *wrong)


def always_short(model, calls, own):
    """Each call handles one byte; all answers stay what they were."""
    normal = normal_life(model, calls, own)
    fault = Fault("httpcheck-server", calls, SHORT, 1, FOREVER, own=own)
    trial = Trial(model, fault).run(normal.descriptors, settles=PATIENCE)
    trial.does_as(normal)
    point(fault.failed > normal.count and not trial.wrong,
          f"{model}: {short_name(calls)} handles one byte at a time: {fault.failed} calls",
          *trial.wrong)


def for_a_while(model, calls, error):
    """From its first answer on all calls fail, until they do not: it neither spins nor ends."""
    normal = normal_life(model, calls, OWN)
    fault = Fault("httpcheck-server", calls, error, own=OWN)
    trial = Trial(model, fault)
    held = []
    trial.check(trial.server.get() == 200, "it does not serve at first")
    fault.arm(1, FOREVER)
    for _ in range(10):
        s = trial.server.connect()
        s.sendall(GET)
        held.append(s)
    spent = sorted(share_of_cpu(trial.server) for _ in range(5))[2]   # the first ones accept
    trial.check(spent < CPU_MOST, f"uses {spent:.2f} of a CPU meanwhile")
    trial.check(not trial.has_ended(), f"it ends: {trial.server.errors()}")
    if not trial.has_ended():
        fault.disarm()
        for s in held:
            s.close()
        trial.recovers(normal.descriptors)
        trial.ends()
    point(fault.failed and not trial.wrong,
          f"{model}: {short_name(calls)} fails by {error_name(error)} for a while", *trial.wrong)


def prepare():
    """Files to serve, and a certificate of its own."""
    global tls
    os.mkdir(ROOT)
    with open(os.path.join(ROOT, "small.txt"), "wb") as f:
        f.write(b"words " * 500)
    with open(os.path.join(ROOT, "large.bin"), "wb") as f:
        f.write(b"x" * 200000)
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                    "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", "/CN=localhost",
                    "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", KEY, "-out", CERT],
                   check=True, capture_output=True)
    tls = ssl.create_default_context(cafile=CERT)


def each_error(model, calls, errors, own, most):
    for error in errors:
        each(model, calls, error, own, most)


def jobs_of(model, full):
    """All the default model's calls; of the others what they do differently."""
    for calls, errors, own in (FAULTS if full else FAULTS[:2]) + WAIT_FAULTS[model]:
        yield each_error, model, calls, errors if full else errors[:1], own, 6 if full else 4
    # What the edge-triggered model makes of a short read is what epoll(7) says: that the
    # socket is empty. Of a socket that is not, the kernel gives all that is asked for.
    for calls in ("send", "write", "pread") + (("recv",) if model != "epoll-edge" else ()):
        if full or calls == "recv":
            yield always_short, model, calls, OWN
    if full:
        yield always_short, model, "read,write", not OWN
    for calls, error in LASTING + LASTING_OF.get(model, []):
        yield for_a_while, model, calls, error


def jobs():
    prepare()
    for model in models():
        yield from jobs_of(model, full=ALL or model == models()[0])
