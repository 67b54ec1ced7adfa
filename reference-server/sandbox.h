#ifndef HTTPCHECK_SERVER_SANDBOX_H
#define HTTPCHECK_SERVER_SANDBOX_H

#include "reference-server/listener.h"

/* Least privilege: once all is open that the server needs, it gives up what it does not
 * need any more, so that whoever takes it over by a fault finds little to do.
 *
 * Both are for good and hold for all children and threads made from then on. */

/* No new privileges, and (Landlock, Linux 5.13) of the file tree only reading below |root| (a
 * descriptor; -1: nothing) and removing the files of unix sockets in their folders. No file can
 * be run. Linux 6.7: no new TCP connections and listeners; 6.12: no signals to processes outside,
 * no abstract unix sockets of others. A kernel that knows less restricts less, in silence.
 *
 * Under a sanitizer all files stay readable: its report at the end needs them. 0 or a
 * negative errno. */
int sandbox_enter(int root, const struct listeners *ls);

/* A seccomp filter for all threads: what no server model calls fails with EPERM, such as
 * execve(2), socket(2), connect(2) and ptrace(2). 0, or a negative errno; -ENOTSUP under a
 * sanitizer, which calls what it likes, and on other machines than x86-64 and aarch64. */
int sandbox_filter(void);

#endif
