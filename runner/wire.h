#ifndef HTTPCHECK_RUNNER_WIRE_H
#define HTTPCHECK_RUNNER_WIRE_H

#include "base/problem.h"
#include "net/loop.h"
#include "runner/case.h"
#include "runner/idle.h"
#include "runner/intake.h"

#include <sys/types.h>

/* A connection as bytes. Over TLS they are the bytes inside. There are two kinds: one that
 * libcurl opened to a real target (wire-curl.c) and one to a scripted peer in the same
 * process, which `httpcheck prove` uses (wire-script.c). All calls are made by a task. */
struct wire {
	const struct wire_kind *kind;
};

struct wire_kind {
	/* As many bytes as go at once; -EAGAIN when none, -EPIPE or -ECONNRESET when
	 * the peer takes no more. */
	ssize_t (*send)(struct wire *w, const void *bytes, size_t len);

	/* As many bytes as are there; 0 after the peer's FIN, -EAGAIN when none,
	 * -ECONNRESET after its RST, also after one that send() met first. */
	ssize_t (*recv)(struct wire *w, void *bytes, size_t room);

	/* Behind the peer's FIN: true if TLS had not been ended by close_notify before it
	 * (RFC 9112 section 9.8). Null: there is no TLS. */
	bool (*is_cut)(const struct wire *w);

	/* Waits until one of |events| (LOOP_READ, LOOP_WRITE) is likely to succeed:
	 * 0, -ETIMEDOUT, -ECANCELED. */
	int (*wait)(struct wire *w, unsigned events, usec deadline);

	/* Lets the peer send no more than |bytes| ahead of what was read, as far as the
	 * kernel does. */
	void (*set_window)(struct wire *w, uint64_t bytes);

	/* What does not fill a segment waits for half_close(), as long as the kernel lets
	 * it (200 ms). Null: there are no segments. */
	void (*hold_last)(struct wire *w);

	/* Sends FIN and keeps reading. */
	void (*half_close)(struct wire *w);

	/* Ends the connection, by RST where |abort|, and frees |w|. */
	void (*close)(struct wire *w, bool abort);
};

/* How a connection is opened where it differs from the target's own way. */
struct wire_how {
	const char *name;             /* the connection's name in the case */
	const char *unix_path;        /* null: as the target says */
	const char *source;           /* null: any; else a local address */
	const char *proxy;            /* null: as the target says; else tunnel through this one */
	uint64_t window;              /* receive buffer in bytes; 0: the system's */
	const struct tls_spec *tls;   /* null: as the target says */
};

/* Where a target is. */
struct endpoint {
	const char *url;              /* "http://127.0.0.1:8080/" as libcurl takes it */
	const char *unix_path;        /* null: TCP */
	struct tls_spec tls;          /* for https:// */
	const char *proxy;            /* "http://HOST:PORT" to tunnel through; null: none */
};

/* Opens connections; one per run. */
struct dialer {
	/* 0 and |*ret|, which wire_close() frees; -ETIMEDOUT, -ECANCELED or another
	 * negative errno, with |reterr| set. */
	int (*open)(struct dialer *d, const struct wire_how *how, usec deadline, struct wire **ret,
		    struct problem *reterr);

	/* Null where the target is real; else where the script of the connections |name| is
	 * played, for those who need a socket. |*ret| is a unix path to be
	 * connected to; datagrams() returns a connected socket, the caller's. 0 (a
	 * descriptor) or a negative errno. */
	int (*streams)(struct dialer *d, const char *name, const char **ret);
	int (*datagrams)(struct dialer *d, const char *name);

	/* Null where the target is real; else the bytes of the requests that come to the
	 * origin behind it for the next step `origin`; null: none. */
	const struct answer *(*forwards)(struct dialer *d);

	const struct endpoint *where;
};

struct curl_dialer;

/* A dialer on libcurl (CURLOPT_CONNECT_ONLY, one multi handle on |loop|): libcurl
 * does names, TCP, unix sockets and interface binding, the bytes stay ours. Proxies
 * of the environment are ignored. |where| must outlive it. */
int curl_dialer_new(struct loop *loop, const struct endpoint *where, struct curl_dialer **ret);
void curl_dialer_free(struct curl_dialer *d);
struct dialer *curl_dialer_base(struct curl_dialer *d);

/* What a transfer keeps to besides its deadline. */
struct curl_pace {
	struct intake_share *intake;  /* nothing is read out of turn; may be null */
	struct idler *idler;          /* told of a long wait; may be null */
	usec held_up;                 /* waited for its turn so far; counts against no deadline */
};

/* Performs a transfer, a CURL * with all options but CURLOPT_PRIVATE set, in the current
 * task; one at a time. 0 with the CURLcode in |*ret|; -ETIMEDOUT, -ECANCELED, -ENOMEM, or
 * -EMSGSIZE where the scenario holds all it may (intake.h). */
int curl_dialer_perform(struct curl_dialer *d, void *easy, struct curl_pace *pace, usec deadline,
			int *ret);

/* Sets all of |tls| but the name on a CURL *; false where libcurl refuses it. */
bool curl_tls_options(void *easy, const struct tls_spec *tls);

#endif
