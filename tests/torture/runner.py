"""The checker while it finds no memory, or no descriptor, or its disk is full: it ends by
itself, says so, and leaves no report that is not whole, no folder and no process.

A run of a few cases asks for memory 20,000 times, at 600 places: what is tried are the
places, told apart by who called whom (24 callers deep), each at its first call."""

import functools
import re
import subprocess

from fault import *

HTTPCHECK = os.path.join(BUILD, "httpcheck")
ENDS = 30            # seconds: none of it takes one
CALLS = MEMORY + ",mmap"
DESCRIPTORS = ("open,openat,fopen,socket,socketpair,epoll_create1,pipe2,eventfd,memfd_create,"
               "accept4")
# calls, what they fail with, exit codes where it does not go on without
SYSTEM = [("fork", errno.EAGAIN, (2, 3)), ("read", errno.EIO, (2, 3)), ("write", errno.ENOSPC, (3,)),
          ("connect", errno.ECONNREFUSED, (3,)), ("epoll_ctl", errno.ENOMEM, (4,)), ("epoll_ctl", errno.ENOSPC, (4,)),
          ("epoll_wait,poll,read,write,accept4", errno.EINTR, (2, 3)), ("read,write", SHORT, ())]
RUNS = os.path.join(scratch, "runs")
SERVE = (f"{SERVER} --unix {{unix}} --header-timeout 400ms --body-timeout 400ms "
         "--idle-timeout 400ms --linger-timeout 100ms")

# What is run in a folder of its own, where {out} is. Reports are compared with those of a
# run that nothing fails in.
COMMANDS = {
    "run with reports": ("run", "cases/trace", "--report", "junit={out}/junit.xml", "--report",
                         "json={out}/run.json", "--report", "html={out}/page.html"),
    "run --exec": ("run", "cases/fields/limits.yaml", "--exec", SERVE, "--report",
                   "tap={out}/run.tap", "--report", "markdown={out}/run.md"),
    "run -v": ("run", "cases/options", "-v", "--report", "sarif={out}/run.sarif"),
    "run client": ("run", "cases/redirect", "cases/client", "-q"),
    "lint": ("lint", "cases/target", "cases/auth"),
    "prove": ("prove", "cases/trailers", "cases/options"),
    "list": ("list", "cases/status", "--level", "must"),
    "show": ("show", "host/missing", "cases/host"),
    "coverage": ("coverage", "cases/host", "cases/status"),
    "report": ("report", f"{RUNS}/1.json", "--report", "junit={out}/junit.xml", "--report",
               "html={out}/page.html", "--report", "sarif={out}/run.sarif"),
    "merge": ("merge", f"{RUNS}/1.json", f"{RUNS}/2.json", "-o", "{out}/run.json"),
    "compare": ("compare", f"{RUNS}/1.json", f"{RUNS}/2.json"),
    "probe": ("probe", "http://{server}"),
    "discover": ("discover", "--port", "{discovery}", "--interface", "lo", "--timeout", "100ms"),
}


@functools.cache
def target():
    """For a whole job: the address of a server, and the port that it answers datagrams at."""
    server = Server("--discovery", "0")
    at_end.extend((server.kill, target.cache_clear))
    said = server.process.stdout.readline().decode()
    return {"{server}": "{}:{}".format(*server.address),
            "{discovery}": said.removeprefix("discovery on port ").strip()}


def prepare():
    """Two shards, to be reported, merged and compared."""
    os.mkdir(RUNS)
    for shard in "12":
        subprocess.run([HTTPCHECK, "run", "cases/trace", "-q", "--shard", f"{shard}/2", "--report",
                        f"json={RUNS}/{shard}.json"], capture_output=True, check=True)


def filled(arg, folder):
    for name, value in {"{out}": folder, **(target() if arg.endswith("}") else {})}.items():
        arg = arg.replace(name, value)
    return arg


class Life:
    """One command from its start to its end."""

    def __init__(self, command, fault):
        self.folder = tempfile.mkdtemp(dir=scratch)
        env = {**os.environ, **fault.env, "TMPDIR": self.folder,
               "XDG_STATE_HOME": self.folder, "NO_COLOR": "1"}
        args = [filled(a, self.folder) for a in command]
        with subprocess.Popen([HTTPCHECK, *args], stdin=subprocess.DEVNULL, env=env,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              start_new_session=True) as p:
            at_end.append(p.kill)
            try:
                self.out, self.err = p.communicate(timeout=ENDS)
                self.code = p.returncode
            except subprocess.TimeoutExpired:
                p.kill()
                self.out, self.err = p.communicate()
                self.code = "hangs"
        self.running = processes_of(p.pid)
        self.told = essence("theme", self.plain(self.out))
        self.left = self.files()
        shutil.rmtree(self.folder)

    def files(self):
        left = {}
        for name in sorted(os.listdir(self.folder)):
            path = os.path.join(self.folder, name)
            if name in ("junit.xml", "run.json", "page.html", "run.tap", "run.md", "run.sarif"):
                with open(path, "rb") as f:
                    left[name] = essence(name, self.plain(f.read()))
            else:
                left[name] = "no file"
        return left

    def plain(self, data):
        """Without what each run has of its own: numbers, names of folders, digests."""
        text = data.decode(errors="replace").replace(self.folder, "")
        for own in (r"httpcheck-\w{6}\b", r'"base64":"[^"]*"', r"\b[0-9a-f]{16}\b", r"\d+"):
            text = re.sub(own, "#", text)
        return text


# A transcript is never twice the same on a machine that has other work; what a report says
# of each case is, and how it ends.
SAID = {"xml": r'<testcase|"verdict" value="\w+"', "json": r'"verdict": ?"\w+"',
        "tap": r"^(?:not )?ok", "html": r'data-verdict="\w+"', "sarif": r'"ruleId": ?"[^"]+"',
        "md": r"^\|.*"}


def essence(name, text):
    """The words of it that must be there."""
    if name == "theme":              # the table at the end of a run; of others all there is
        return text[max(text.rfind("\ntheme "), 0):].split()
    return re.findall(SAID[name.rpartition(".")[2]], text, re.M) + [text[-20:]]


def processes_of(session):
    """Those that are still there when all had a moment to end."""
    found = []

    def have_ended():
        found[:] = subprocess.run(["pgrep", "-l", "-s", str(session), "-r", "RSDT"],
                                  capture_output=True, text=True).stdout.splitlines()
        return not found

    until(have_ended, 3)
    return found


def wrong_with(life, normal, codes, words):
    said = life.err.decode(errors="replace").splitlines()
    if life.running:
        yield f"it leaves {life.running}"
    if life.code == normal.code:         # it went on without: nothing may be missing
        if life.told != normal.told:
            yield f"it ends with {life.code}, but its output differs: {difference(normal, life)}"
        for name in normal.left:
            if life.left.get(name) != normal.left[name]:
                yield f"it ends with {life.code}, but {name} differs"
        if set(life.left) - set(normal.left):
            yield f"it leaves {set(life.left) - set(normal.left)}"
        return
    if life.code not in codes:
        yield f"it ends with {life.code}: {said[-3:]}"
    if not any(l.startswith("httpcheck: ") and words in l for l in said):
        yield f"it does not say why it ends with {life.code}: {said[:3]}"
    for name, text in life.left.items():
        if text != normal.left.get(name):
            yield f"it leaves {name}, which is not whole"


def difference(normal, life):
    a, b = normal.told, life.told
    return [w for w in b if w not in a][:9] + [f"-{w}" for w in a if w not in b][:9]


def life_with(name, calls, error, site, own):
    """Timing decides whether a few sites are met: three lives will do for them."""
    for _ in range(3):
        fault = Fault("httpcheck", calls, error, own=own, site=site)
        life = Life(COMMANDS[name], fault)
        if fault.failed:
            break
    return life, fault.failed > 0


def each(name, calls, error, codes, words, most, own=True, part=0, parts=1):
    """Each site fails in a life of its own. Not every command makes every call, and of those
    that wait not all do so each time."""
    listing = Fault("httpcheck", calls, 0, own=own, site=0)
    normal = Life(COMMANDS[name], listing)
    sites = listing.sites() if ALL else spread(listing.sites(), most)
    sites = [site for site in sites if site % parts == part]
    wrong, visited, seen = [], 0, {}
    for site in sites:
        life, met = life_with(name, calls, error, site, own)
        visited += met
        seen[life.code] = seen.get(life.code, 0) + 1
        wrong += [f"site {site:x}: {w}" for w in wrong_with(life, normal, codes, words)]
    which = f" ({part + 1} of {parts})" if parts > 1 else ""
    codes = ", ".join(f"{n} x {code}" for code, n in sorted(seen.items()))
    what = short_name(calls) + ("" if own else " for a library")
    point(visited >= (0.9 if calls == CALLS else 0.5) * len(sites) and not wrong,
          f"httpcheck {name}, {what} fails by {error_name(error)}{which}: {visited} of "
          f"{len(sites)} sites visited, exit codes {codes or 'none'}", *wrong)


# ---- one byte at a time ----

TIMES = ("--header-timeout", "400ms", "--body-timeout", "400ms", "--idle-timeout", "400ms")
WIRE = [f"cases/{theme}" for theme in ("host", "transfer-encoding", "pipelining", "range",
                                       "websocket", "upload", "response-format")]


def verdicts(paths, fault):
    """What each case comes to, with the fault in the server or in the checker."""
    env = {**os.environ, **fault.env, "XDG_STATE_HOME": scratch}
    profile, report = (os.path.join(scratch, f"{os.getpid()}.{end}") for end in ("yaml", "xml"))
    with open(profile, "w") as f:
        subprocess.run([SERVER, *TIMES, "--print-profile"], stdout=f, check=True)
    server = Server(*TIMES, env=env)
    at_end.append(server.kill)
    # 60,000 bytes one by one take longer than the server's time-outs; and on a busy machine its
    # 400 ms of idleness may pass between two requests of an application.
    subprocess.run([HTTPCHECK, "run", *paths, "--quiet", "--skip", "limits/large-content*",
                    "--skip", "client/reused", "--profile", profile, "--target",
                    "http://{}:{}".format(*server.address), "--report", f"junit={report}"],
                   env=env, capture_output=True, check=False)
    server.stop()
    return subprocess.run(["tests/end-to-end/verdicts", report], capture_output=True, text=True,
                          check=True).stdout.splitlines()


def short(program, calls, paths, own):
    """Byte by byte takes its time, on a busy machine more than a time-out: so what differs
    once may do so, but not three times."""
    normal = verdicts(paths, Fault(program, calls, 0, own=own))
    differs = None
    for _ in range(3):
        fault = Fault(program, calls, SHORT, 1, FOREVER, own=own)
        now = set(verdicts(paths, fault)) ^ set(normal)
        differs = now if differs is None else differs & now
        if not differs:
            break
    point(normal and not differs and fault.failed > 1000,
          f"{len(normal)} verdicts are the same where {calls} of {program} handle one byte: "
          f"{fault.failed} calls", *sorted(differs))


def jobs():
    # Short reads of the server are those of --segment, see jobs_of() in server.py; libcurl
    # 7.88 with "Expect" goes to sleep on a head that left in part, so `client` is not here.
    yield short, "httpcheck-server", "send,pread,write", ["cases"], True
    yield short, "httpcheck", "recv,send,read,write", WIRE, False
    prepare()
    parts = 4 if ALL else 1
    for name in COMMANDS:
        for part in range(parts):
            yield each, name, CALLS, errno.ENOMEM, (4,), "out of memory", 20, True, part, parts
        yield each, name, DESCRIPTORS, errno.EMFILE, (2, 3, 4), "Too many open files", 12
    for name in ("run with reports", "run --exec", "run client", "report"):
        for calls, error, codes in SYSTEM:
            words = "out of memory" if codes == (4,) else ""
            yield each, name, calls, error, codes, words, 8
    for name in ("prove", "show", "run client") if ALL else ():
        for part in range(parts):
            yield each, name, CALLS, errno.ENOMEM, (4,), "out of memory", 0, False, part, parts
