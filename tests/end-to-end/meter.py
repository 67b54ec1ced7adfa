"""What a command takes: a process counts the memory of the one it was forked from, so commands are
started by one that is smaller than they are."""

import os
import signal
import subprocess
import sys
import time

def start(words, out, err, user):
    pid = os.fork()
    if pid:
        return pid
    try:
        os.dup2(os.open("/dev/null", os.O_RDONLY), 0)
        os.dup2(os.open(out, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o666), 1)
        os.dup2(os.open(err, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o666), 2)
        if user:
            os.setgroups([])
            os.setgid(user)
            os.setuid(user)
        os.execv(words[0], words)
    finally:
        os._exit(126)


def serve():
    """Requests are lines: a Python tuple each."""
    signal.signal(signal.SIGALRM, lambda *_: os.kill(pid, signal.SIGKILL))
    for line in sys.stdin:
        words, out, err, user, seconds = eval(line)
        begin = time.monotonic()
        pid = start(words, out, err, user)
        signal.setitimer(signal.ITIMER_REAL, seconds)
        _, status, usage = os.wait4(pid, 0)
        signal.setitimer(signal.ITIMER_REAL, 0)
        print(os.waitstatus_to_exitcode(status), time.monotonic() - begin, usage.ru_maxrss, flush=True)


class Meter:
    def __init__(self, scratch):
        self.files = [os.path.join(scratch, name) for name in ("metered.out", "metered.err")]
        self.process = subprocess.Popen([sys.executable, "-I", "-S", __file__], text=True,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def run(self, words, seconds, user=0):
        """Exit code, standard output and error, seconds it took, peak memory in bytes. It is killed
        (exit code -9) after |seconds|."""
        print((list(words), *self.files, user, seconds), file=self.process.stdin, flush=True)
        code, took, kib = self.process.stdout.readline().split()
        outputs = []
        for path in self.files:
            with open(path, "rb") as f:
                outputs.append(f.read())
            os.unlink(path)
        return int(code), *outputs, float(took), int(kib) << 10


if __name__ == "__main__":
    serve()
