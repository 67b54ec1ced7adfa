#ifndef HTTPCHECK_RUNNER_PROGRAM_H
#define HTTPCHECK_RUNNER_PROGRAM_H

#include "base/arena.h"

/* The folder in which this program lies, links followed, such as "/usr/bin"; what belongs to
 * it is found from there, so that it works wherever it is unpacked. "." where /proc does not
 * tell. The text is |a|'s. */
const char *program_folder(struct arena *a);

/* PREFIX/share/httpcheck of a program that is installed as PREFIX/bin. */
const char *program_share(struct arena *a);

#endif
