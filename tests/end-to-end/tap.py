"""Imported by the end-to-end tests that need many sockets: TAP, and reference servers
that are ended whatever happens."""

import atexit
import os
import resource
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

os.chdir(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
BUILD = os.environ.get("HTTPCHECK_BUILD", "build")
SERVER = os.path.join(BUILD, "httpcheck-server")
GET = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"
PATIENCE = 20  # seconds; a wait that takes longer has failed
scratch = tempfile.mkdtemp()
os.environ["XDG_STATE_HOME"] = os.path.join(scratch, "state")  # what failed last is nobody else's
atexit.register(shutil.rmtree, scratch, True)
points, failures = 0, 0


def point(ok, name, *details):
    global points, failures
    points += 1
    failures += not ok
    print(f"{'ok' if ok else 'not ok'} {points} - {name}", flush=True)
    for line in details if not ok else ():
        print(f"# {line}")


def note(text):
    print(f"# {text}", flush=True)


def done():
    print(f"1..{points}")
    sys.exit(failures > 0)


def models():
    text = subprocess.run([SERVER, "--help"], capture_output=True, text=True, check=True).stdout
    lines = text.split("\nModels:\n")[1].split("\n\n")[0].splitlines()
    return [line.split()[0] for line in lines]


class Server:
    """A running server; .address is where it listens first, .addresses are all."""

    def __init__(self, *options, listeners=1, limits=None, listen=("--listen", "127.0.0.1:0"),
                 env=None, program=()):
        def prepare():
            for limit, value in (limits or {}).items():
                resource.setrlimit(limit, (value, value))

        self.err = tempfile.TemporaryFile(dir=scratch)
        self.process = subprocess.Popen([*program, SERVER, *listen, *options], stdout=subprocess.PIPE,
                                        stderr=self.err, preexec_fn=prepare, env=env)
        self.pid = self.process.pid
        self.addresses = [self._address() for _ in range(listeners)]
        self.address = self.addresses[0]
        atexit.register(self.kill)

    def _address(self):
        where = self.process.stdout.readline().decode().removeprefix("listening on ").strip()
        if not where:
            return None      # it has ended
        if where.startswith("unix:"):
            return where.removeprefix("unix:")
        host, port = where.split("://")[1].rsplit(":", 1)
        return host.strip("[]"), int(port)

    def connect(self, address=None, timeout=PATIENCE):
        address = address or self.address
        family = socket.AF_UNIX if isinstance(address, str) else socket.AF_INET
        s = socket.socket(family, socket.SOCK_STREAM)
        s.settimeout(timeout)
        s.connect(address)
        return s

    def get(self, timeout=PATIENCE):
        """The status of one plain request, or the error."""
        try:
            with self.connect(timeout=timeout) as s:
                s.sendall(GET.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
                return int(read_all(s).split()[1])
        except (OSError, IndexError) as e:
            return repr(e)

    def stop(self, sig=signal.SIGTERM):
        """Sends the signal and gives the exit code."""
        self.process.send_signal(sig)
        return self.wait()

    def wait(self, timeout=PATIENCE):
        code = self.process.wait(timeout)
        self.process.stdout.close()
        return code

    def kill(self):
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(5)
            except subprocess.TimeoutExpired:
                self.process.kill()

    def pids(self):
        children = subprocess.run(["pgrep", "-P", str(self.pid)], capture_output=True, text=True)
        return [self.pid, *map(int, children.stdout.split())]

    def cpu_seconds(self):
        with open(f"/proc/{self.pid}/stat") as f:
            fields = f.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def rss(self):
        with open(f"/proc/{self.pid}/statm") as f:
            return int(f.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")

    def peak(self):
        """The most memory that it or a child of it has had."""
        peaks = []
        for pid in self.pids():
            with open(f"/proc/{pid}/status") as f:
                peaks += [int(line.split()[1]) << 10 for line in f if line.startswith("VmHWM:")]
        return max(peaks)

    def descriptors(self):
        return len(os.listdir(f"/proc/{self.pid}/fd"))

    def errors(self):
        self.err.seek(0)
        return self.err.read().decode(errors="replace").splitlines()


def read_all(s):
    data = b""
    while chunk := s.recv(65536):
        data += chunk
    return data


def read_answer(s):
    """One answer with Content-Length; what is there when the connection ends."""
    data = b""
    while b"\r\n\r\n" not in data:
        chunk = s.recv(65536)
        if not chunk:
            return data
        data += chunk
    head, _, content = data.partition(b"\r\n\r\n")
    for line in head.split(b"\r\n"):
        if line.lower().startswith(b"content-length:"):
            while len(content) < int(line.split(b":")[1]):
                content += s.recv(65536)
    return head + b"\r\n\r\n" + content


def allow_descriptors(wanted):
    """Raises the soft limit as far as the hard one; how many there may be."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    now = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (now, hard))
    return now
