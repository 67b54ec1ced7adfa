#ifndef HTTPCHECK_SERVER_NONCES_H
#define HTTPCHECK_SERVER_NONCES_H

#include "base/slice.h"

#include <stdint.h>
#include <time.h>

/* Nonces of Digest authentication (RFC 7616 section 3.3), good for some minutes, each
 * count of one good for one request. A nonce carries its time and its number, signed, so
 * that giving one out costs no memory: only those that were used with a right password
 * are kept, and who floods the server with requests cannot push them out. */
struct nonces;

struct nonces *nonces_new(void);              /* null: no memory or no randomness */
void nonces_free(struct nonces *ns);          /* null is fine */

#define NONCE_LEN  ((size_t)64)               /* hexadecimal digits */
#define NONCE_LIFE 300                        /* seconds */

void nonce_make(struct nonces *ns, time_t now, char out[NONCE_LEN + 1]);

/* After the digest was found right: true if this is a nonce of ours, not too old, and
 * |count| is above all that came with it before. Takes note of it. */
bool nonce_use(struct nonces *ns, struct slice nonce, uint32_t count, time_t now);

#endif
