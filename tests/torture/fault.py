"""Imported by the torture tests: calls of the C library that fail when they are told to,
see fault.c."""

import contextlib
import errno
import io
import mmap
import multiprocessing
import os
import re
import struct
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "end-to-end"))
from tap import *

SHIM = os.path.join(BUILD, "tests", "torture", "fault.so")
ALL = os.environ.get("TORTURE") == "all"
MEMORY = ("malloc,calloc,realloc,reallocarray,strdup,strndup,asprintf,vasprintf,open_memstream,"
          "realpath,__asprintf_chk,__vasprintf_chk")
SHORT = 0            # in place of an errno: one byte is handled
FOREVER = 2 ** 63
SITES = 2 ** 14      # as in fault.c
NUMBERS = 6          # before them


class Fault:
    """What is to fail, and the memory shared with the program that it happens to. Calls are
    chosen by their number, or by |site|: 0 chooses none of them, and they are listed."""

    def __init__(self, program, calls, error, first=0, last=None, own=False, site=None):
        path = os.path.join(scratch, f"control-{os.getpid()}")
        with open(path, "w+b") as f:
            f.truncate(8 * (NUMBERS + SITES))
            self.shared = mmap.mmap(f.fileno(), 0)
        self.env = {"LD_PRELOAD": SHIM, "FAULT_PROGRAM": program, "FAULT_CALLS": calls,
                    "FAULT_CONTROL": path,
                    "ASAN_OPTIONS": "verify_asan_link_order=0:detect_stack_use_after_return=0"}
        if own:
            self.env["FAULT_OWN"] = "1"
        if site is not None:
            self.env["FAULT_SITES"] = "1"
        struct.pack_into("=QQ", self.shared, 32, error, site or 0)
        self.arm(first, last or first)

    def arm(self, first, last):
        struct.pack_into("=QQ", self.shared, 16, first, last)

    def disarm(self):
        self.arm(0, 0)

    seen = property(lambda self: struct.unpack_from("=Q", self.shared, 0)[0])
    failed = property(lambda self: struct.unpack_from("=Q", self.shared, 8)[0])

    def sites(self):
        found = struct.unpack_from(f"={SITES}Q", self.shared, 8 * NUMBERS)
        return sorted(site for site in found if site)


def short_name(calls):
    return calls.replace(MEMORY, "memory")


def error_name(error):
    return errno.errorcode[error] if error else "short"


def chosen(count, most):
    """Points 1 to |count|: all of them and some more by `make torture`, else a spread of |most|."""
    return list(range(1, count + 4)) if ALL else spread(range(1, count + 1), most)


def spread(points, most):
    if len(points) <= most:
        return list(points)
    return [points[i * (len(points) - 1) // (most - 1)] for i in range(most)]


def until(true, seconds=1):
    """Whether it becomes true in time."""
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            return False
        time.sleep(0.005)
    return True


# ---- several at once: most of the time is spent waiting ----

WORKERS = 4
at_end = []          # of a job: what is left running must not be


def play_job(job):
    """Runs one job in a process of its own; what it has printed."""
    work, *args = job
    with contextlib.redirect_stdout(io.StringIO()) as out:
        try:
            work(*args)
        except Exception as e:
            point(False, f"{work.__name__} {args[:2]}", repr(e))
        for end in at_end:
            end()
        at_end.clear()
    return out.getvalue()


def play_jobs(jobs):
    """Each is a function and its arguments; their points, in this order."""
    jobs = list(jobs)
    with multiprocessing.get_context("fork").Pool(WORKERS) as pool:
        for text in pool.imap(play_job, jobs):
            for line, details in re.findall(r"^((?:not )?ok .*)\n((?:# .*\n)*)", text, re.M):
                state, name = re.match(r"((?:not )?ok) \d+ - (.*)", line).groups()
                point(state == "ok", name, *(d[2:] for d in details.splitlines()))
