#ifndef HTTPCHECK_RUNNER_CASE_H
#define HTTPCHECK_RUNNER_CASE_H

#include "base/arena.h"
#include "base/clock.h"
#include "base/problem.h"
#include "reports/result.h"

#include <stdbool.h>
#include <stdint.h>

/* A suite (a case file) after reading: plain data, all in one arena. Byte strings
 * still hold ${variables}; they are put in when a step is played. */

/* ---- texts and byte strings (case-language.md, section 2) ---- */

/* One string of the file: escapes are already bytes, ${name} and $${ are not yet
 * replaced. */
struct text {
	struct slice raw;
	struct place place;
	bool utf8;                    /* raw is UTF-8 as written, not one byte a code point */
};

enum part_kind {
	PART_TEXT,                    /* texts[0] */
	PART_HEX,                     /* bytes in texts[0].raw, decoded; no variables */
	PART_REPEAT,                  /* texts[0], |times| times */
	PART_LINES,                   /* each text with CRLF behind it */
	PART_CHUNK,                   /* texts: data, size, ext; the latter two may have a null raw.at */
	PART_LAST_CHUNK,              /* each text is a trailer line */
	PART_BASE64,                  /* texts[0], encoded */
	PART_DIGEST,                  /* texts: enum digest_text; the last two may have a null raw.at */
	PART_FILE,                    /* the content of a file, read at load time, in texts[0].raw; no variables */
};

enum digest_text {
	DIGEST_CHALLENGE, DIGEST_METHOD, DIGEST_URI, DIGEST_USER, DIGEST_PASSWORD, DIGEST_NC,
	DIGEST_ALGORITHM,
	DIGEST_TEXTS
};

struct part {
	enum part_kind kind;
	struct place place;
	struct text *texts;
	size_t ntexts;
	struct text times;            /* PART_REPEAT: a count or size, may hold ${limits.X} */
};

struct bytes {                        /* a byte string: parts joined */
	struct part *parts;
	size_t nparts;
	struct place place;
};

/* A duration: terms added and subtracted: "2s", "${timeouts.idle} + 500ms". */
struct duration {
	struct text text;             /* raw.at null: not given */
};

/* ---- outcomes (section 3) ---- */

struct status_range {
	int low, high;                /* inclusive: 2xx is 200 to 299 */
	bool negate;                  /* "not 5xx" */
};

enum match_kind {
	MATCH_EQUAL,                  /* text; the whole value */
	MATCH_REGEX,                  /* regex */
	MATCH_LACKS,                  /* regex: found nowhere; so too where there is no such field */
	MATCH_PRESENT, MATCH_ABSENT,
	MATCH_HAS,                    /* text: a list member (fields), a part (content) */
	MATCH_COUNT,                  /* number: field lines of that name */
	MATCH_DATE,                   /* an HTTP-date in its preferred form */
	MATCH_EMPTY, MATCH_SIZE,      /* content; number */
	MATCH_SHA256,                 /* text: 64 hex digits */
	MATCH_SLICE,                  /* content: text names a capture, from, to (inclusive) */
	MATCH_JSON,                   /* content: text is a JSON Pointer, value the expected value */
};

struct matcher {
	enum match_kind kind;
	enum { LINES_COMBINED, LINES_ANY, LINES_ALL } lines;
	struct bytes text;            /* JSON: the pointer */
	struct bytes value;           /* JSON: what stands there, compared as text (numbers, true, null as written) */
	const char *pattern;          /* REGEX, LACKS: as written */
	void *regex;                  /* see runner/regex.h; freed by suite_free() */
	uint64_t number, from, to;
	struct place place;
};

struct field_matcher {
	const char *name;
	struct matcher *matchers;     /* all must hold */
	size_t nmatchers;
};

enum capture_kind { CAPTURE_FIELD, CAPTURE_STATUS, CAPTURE_CONTENT };

struct capture {
	const char *name;             /* of the variable */
	enum capture_kind kind;
	const char *field;            /* CAPTURE_FIELD: its name */
	struct place place;
};

enum framing { FRAMING_ANY, FRAMING_LENGTH, FRAMING_CHUNKED, FRAMING_CLOSE, FRAMING_NONE };
enum then { THEN_ANY, THEN_CLOSED, THEN_OPEN };
enum faults { FAULTS_NONE, FAULTS_ALLOWED, FAULTS_CUT };   /* CUT: its end is missing */
enum ending {
	ENDING_FIN, ENDING_RESET, ENDING_ANY,
	ENDING_NOTIFY,                /* FIN, over TLS behind close_notify; of expect-close */
};

enum outcome_kind { OUTCOME_RESPONSE, OUTCOME_CLOSED, OUTCOME_SILENCE };

struct outcome {
	enum outcome_kind kind;
	struct place place;
	const char *by;               /* requirement or section that allows it; null */
	const char *choice;           /* what a target that does this has chosen; null */

	/* OUTCOME_RESPONSE; an empty list or null: not asked for */
	struct status_range *statuses;
	size_t nstatuses;
	struct matcher *version, *reason;
	struct field_matcher *fields, *trailers;
	size_t nfields, ntrailers;
	struct matcher *content;
	size_t ncontent;
	int *interim;                 /* the 1xx statuses that came before, in order */
	size_t ninterim;
	bool has_interim;             /* interim was given, perhaps as [] */
	enum framing framing;
	enum then then;
	enum faults faults;
	struct duration within, after;   /* CLOSED, too */
	struct capture *captures;
	size_t ncaptures;

	enum ending closed;           /* OUTCOME_CLOSED */
	struct duration silence;      /* OUTCOME_SILENCE */
};

/* ---- steps (section 3) ---- */

enum step_verb {
	STEP_SEND, STEP_REQUEST, STEP_EXPECT, STEP_EXPECT_INTERIM, STEP_EXPECT_SILENCE,
	STEP_EXPECT_CLOSE, STEP_EXPECT_OPEN, STEP_HALF_CLOSE, STEP_CLOSE, STEP_ABORT,
	STEP_WAIT, STEP_CONNECT, STEP_REPEAT, STEP_ALIVE, STEP_READ, STEP_PARALLEL,
	STEP_CLIENT, STEP_UDP, STEP_SIGNAL, STEP_ORIGIN,
	STEP_VERBS                    /* how many there are */
};

const char *step_verb_name(enum step_verb v);

struct text_list {
	struct text *list;
	size_t count;
};

struct request_spec {
	struct text method, target, version;     /* raw.at null: GET, ${get}, HTTP/1.1 */
	struct text *fields;                     /* whole lines, "Name: value" */
	size_t nfields;
	struct bytes content;
	bool has_content;
	struct bytes *chunks;                    /* chunked: one chunk each */
	size_t nchunks;
	bool chunked;
	bool add_nothing;                        /* add: none */
};

/* connect: {tls: {...}}: null: not given. Paths lead on from the case file's folder. */
struct tls_spec {
	bool given;
	const char *ca, *certificate, *key;      /* PEM files; null: not given */
	const char *name;                        /* server name to ask for and to check */
	const char *version;                     /* "1.2" or "1.3": no other is offered */
	bool unverified;                         /* verify: false */
};

/* How a transfer of an application failed. */
enum client_error {
	CLIENT_FINE,
	CLIENT_CONNECT,               /* no connection */
	CLIENT_TLS,                   /* no handshake, or a certificate that must not be trusted */
	CLIENT_TIMEOUT,
	CLIENT_CLOSED,                /* the connection ended before an answer */
	CLIENT_CUT,                   /* ... in the midst of one */
	CLIENT_PROTOCOL,              /* what came is no HTTP */
	CLIENT_DECODING,              /* a content coding that can't be undone */
	CLIENT_REDIRECTS,             /* too many, or one that leads away from the target */
	CLIENT_ANY_ERROR,             /* of an outcome: one of those above */
};

/* What may rightly come of a transfer. */
struct client_outcome {
	struct outcome response;      /* neither .framing nor .then: an application sees none */
	uint64_t redirects;           /* followed; UINT64_MAX: not asked */
	int http;                     /* 10, 11, 20; 0: not asked */
	enum { REUSE_ANY, REUSE_NO, REUSE_YES } reused;   /* no connection was opened for it */
	enum client_error error;      /* not FINE: it fails so, and nothing else is asked */
};

/* client: the request as an application makes it. */
struct client_spec {
	struct text method, url;      /* raw.at null: GET, or POST with content; ${get}. url: a path
	                                 of the target, or a whole URL */
	struct text_list fields;      /* whole lines */
	struct bytes content;
	bool has_content;
	int http;                     /* 10, 11, 20; 0: libcurl's choice */
	uint64_t follow;              /* redirects at most; 0: none */
	bool compressed, cookies;
	struct text user;             /* "name:password" */
	struct tls_spec tls;
	struct client_outcome *outcomes;
	size_t noutcomes;
};

/* udp: a datagram and the answers to it. */
struct udp_spec {
	struct text to;               /* "broadcast", or an IPv4 address; raw.at null: the target's */
	struct text port;             /* a number, may hold ${discovery.port} */
	struct bytes send;
	struct duration within;       /* how long answers are taken; raw.at null: a second */
	struct duration again;        /* sent so often until one comes; raw.at null: once */
	uint64_t from, at_most;       /* how many answers; at_most UINT64_MAX: any */
	struct matcher *answers;      /* each answer must fit all, as a content does */
	size_t nanswers;
};

/* origin: what a gateway may forward to us, and what it gets for an answer. */
struct forwarded {                    /* a request, as it must be */
	struct outcome message;       /* version, fields, trailers, content, framing, faults */
	struct matcher *method, *target;
};

struct origin_spec {
	uint64_t from, at_most;       /* how many requests */
	struct forwarded *requests;   /* in turn; the last one is for all that follow */
	size_t nrequests;
	struct answer *answers;       /* likewise; none: a plain 200 */
	size_t nanswers;
};

/* A list of steps of `parallel`. */
struct step_list {
	struct step *list;
	size_t count;
};

struct step {
	enum step_verb verb;
	struct place place;
	const char *on;               /* connection; "main" by default */

	struct bytes send;            /* SEND */
	uint64_t *pieces;             /* SEND, REQUEST: sizes in turn, the last one repeated when there is only one */
	size_t npieces;
	struct duration every;        /* SEND, REQUEST, READ */

	struct request_spec request;  /* REQUEST */
	size_t pipeline;              /* REQUEST: so many in turn leave with it in one piece;
	                                 0: it left with one before */
	bool ends;                    /* SEND, REQUEST: what leaves with it is all, half-close is next */

	struct outcome *outcomes;     /* EXPECT */
	size_t noutcomes;

	struct status_range interim;  /* EXPECT_INTERIM */
	struct duration within, after;   /* EXPECT_INTERIM, EXPECT_CLOSE */
	enum ending how;              /* EXPECT_CLOSE */

	struct duration time;         /* WAIT, EXPECT_SILENCE, EXPECT_OPEN */

	const char *connect_unix;     /* CONNECT: null or a path */
	struct text source;           /* CONNECT: raw.at null or an address */
	struct text proxy;            /* CONNECT: raw.at null or the URL of a proxy to tunnel through */
	struct tls_spec tls;          /* CONNECT */

	uint64_t rate, window;        /* READ: bytes at once, 0: as they come; receive buffer, 0: as it is */
	struct client_spec *client;   /* CLIENT */
	struct udp_spec *udp;         /* UDP */
	struct origin_spec *origin;   /* ORIGIN */
	int signal;                   /* SIGNAL: its number */
	struct step_list *lists;      /* PARALLEL */
	size_t nlists;

	uint64_t times;               /* REPEAT */
	struct step *steps;
	size_t nsteps;
};

/* ---- proofs (section 3) ---- */

enum answer_kind {
	ANSWER_BYTES, ANSWER_SILENCE, ANSWER_CLOSE, ANSWER_RESET, ANSWER_HALF_CLOSE, ANSWER_WAIT,
	ANSWER_CUT,                   /* closes without the close_notify that TLS wants */
};

struct answer_part {
	enum answer_kind kind;
	struct bytes bytes;
	struct duration wait;
	struct place place;
};

struct answer {                       /* played in order */
	struct answer_part *parts;
	size_t nparts;
};

struct answers {                      /* of one connection */
	const char *connection;       /* "main" or a name out of on: */
	struct answer *list;          /* one for each exchange in turn */
	size_t count;
	bool each_exchange;           /* a single answer: given to every exchange */
};

struct proof_item {
	struct place place;
	struct answers *on;           /* first main's (also used for connections not named) */
	size_t non;
};

/* ---- cases and suites (section 1) ---- */

/* What a target is in the chain of those who pass a message on (RFC 9110 section 3.7). */
enum role { ROLE_ORIGIN = 1, ROLE_GATEWAY = 2, ROLE_PROXY = 4 };

/* What names no role asks in origin-form and means the host it speaks to: a proxy is asked
 * otherwise (RFC 9112 section 3.2.2). */
#define ROLES_UNSAID ((unsigned)(ROLE_ORIGIN | ROLE_GATEWAY))

const char *role_name(enum role r);   /* "origin" */

struct binding {                      /* of `each` */
	const char *name;
	struct slice value;
};

struct test_case {
	const char *id;               /* "host/missing", "framing/bad-length[+5]" */
	const char *theme;            /* the folder: "host" */
	const char *title, *why;      /* variables of `each` already put in, escaped; why may be null */
	struct place place;
	struct clause *clauses;       /* resolved against the catalogue */
	size_t nclauses;
	enum level level;
	const char **tags;
	size_t ntags;
	const char **needs;           /* of file and case: "post", "timeouts.idle" */
	size_t nneeds;
	unsigned roles;               /* of targets it is for: bits of enum role; 0: any but a proxy */
	bool exclusive, hostile;
	const char *lane;             /* alone among those of that name; null: among all */
	bool apart;                   /* it holds no place: it only sends datagrams, in its lane */
	usec timeout;                 /* of one wait; 0: the run's */
	struct binding *bindings;
	size_t nbindings;
	struct step *steps, *control;
	size_t nsteps, ncontrol;
	struct proof_item *refuses, *accepts;
	size_t nrefuses, naccepts;
	size_t connections;           /* how many different `on:` names the steps use */
};

struct suite {
	struct arena arena;
	const char *path;
	const char *title, *spec;
	struct test_case *cases;      /* `each` expanded */
	size_t ncases;
	void **regexes;               /* to free */
	size_t nregexes;
};

#endif
