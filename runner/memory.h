#ifndef HTTPCHECK_RUNNER_MEMORY_H
#define HTTPCHECK_RUNNER_MEMORY_H

/* Where memory runs out the checker ends, with exit code 4 and a message: a verdict
 * for want of memory would be a wrong one, and a report would lack what it was for.
 *
 * So the program is linked with --wrap for every function of the C library that hands
 * out memory, or needs some and tells so in a way that is easily overlooked (see the
 * Makefile), and none of them comes back without. Unit tests are linked without: there the
 * same code gets null, as in any other program. */

/* Lets libcurl, OpenSSL, jansson and libxml2 take their memory in the same way, and
 * initialises libcurl. Called once, before any of them is used. 0 or -EIO. */
int memory_begin(void);

#endif
