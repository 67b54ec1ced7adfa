#ifndef HTTPCHECK_RUNNER_READ_INNER_H
#define HTTPCHECK_RUNNER_READ_INNER_H

#include "runner/bytes.h"
#include "runner/case.h"
#include "runner/catalogue.h"
#include "runner/keys.h"

/* What the parts of the case reader share. No other room includes this. */

/* A variable that the case itself brings: of `each`, or a capture. */
struct own_variable {
	const char *name;
	struct place place;
	bool of_each, used;
};

struct names {
	const char **list;
	size_t count;
};

void names_add(struct arena *arena, struct names *names, const char *name);   /* once */
bool names_have(const struct names *names, struct slice name);

/* How many of the names are of connections. Datagrams are none, and what the target opens
 * itself is not counted: they have names for the scripts of a proof only. */
size_t scope_connections(const struct names *names);

/* What is known while a case, or the control of a file, is read. */
struct case_scope {
	struct suite *suite;
	const struct catalogue *catalogue;
	struct names needs;
	struct own_variable *own;
	size_t nown;
	struct names connections;     /* used by the steps; of a `client`, "client"; "udp" */
	size_t more_connections;      /* at once with those: of a second list of `parallel` */
	size_t budget;                /* bytes that files and values of `each` may still take */
};

#define SUITE_MAX_BYTES  ((size_t)64 * 1024 * 1024)
#define SUITE_MAX_CASES  ((size_t)10000)
#define EACH_MAX_ROWS    ((size_t)1000)
#define FILE_MAX_BYTES   ((size_t)1024 * 1024)
#define REPEAT_MAX_TIMES ((uint64_t)100000)

/* ---- read-scope.c ---- */

void scope_begin_case(struct case_scope *s, const struct names *needs);
void scope_add_variable(struct reader *r, const char *name, struct place place, bool of_each);

/* Reports each ${name} in |t| that nothing gives, or whose resource the case does
 * not say it needs. */
void scope_check_text(struct reader *r, const struct text *t);
bool scope_has(struct reader *r, struct slice name);   /* one of its own; counts as used */
void scope_report_unused(struct reader *r);

/* Reader of a requirement's or a section's id, into a const char *. */
key_reader read_citation;

/* ---- read-bytes.c ---- */

/* Fields: struct text, struct bytes, struct duration. */
key_reader read_text, read_bytes, read_duration;

/* JSON and other text that is compared as UTF-8. */
key_reader read_utf8_text;

/* The code points of a scalar as bytes; false, and reported, where one has none. */
bool node_bytes(struct reader *r, const struct node *n, struct slice *ret);

/* True for a mapping that is a part of a byte string: {hex: ...}. */
bool is_part(const struct node *n);

/* "unknown part 'x' in WHERE, did you mean ...": a part, or the word |beside|. */
void report_unknown_part(struct reader *r, const struct node *n, const char *where,
			 const char *beside);

/* A byte string of one text. */
struct bytes bytes_of_text(struct reader *r, struct text t);

/* ---- read-match.c ---- */

key_reader read_text_matcher;         /* version, reason: struct matcher * */

struct matcher_list {
	struct matcher *list;
	size_t count;
};

key_reader read_content_matchers;     /* struct matcher_list */
key_reader read_regexes;              /* struct matcher_list: one or a list, all of which match */

struct field_matcher_list {
	struct field_matcher *list;
	size_t count;
};

key_reader read_field_matchers;       /* struct field_matcher_list */

/* ---- read-outcome.c ---- */

key_reader read_outcomes;             /* of struct step: one, or a list */

/* The keys of a response that an application sees, too; |*into| is a struct outcome. */
extern const struct key shared_response_keys[];

/* Those of any message, a request too. */
extern const struct key message_keys[];

/* "400", "2xx", "not 5xx" */
bool node_status(struct reader *r, const struct node *n, struct status_range *ret);

extern const struct choice ending_choices[];

/* ---- read-steps.c ---- */

key_reader read_steps;                /* struct step_list */

/* ---- read-request.c, read-connect.c, read-client.c, read-udp.c, read-origin.c: of steps ---- */

key_reader read_field_lines;          /* struct text_list */
key_reader read_request, read_connect, read_client, read_udp, read_origin;   /* of struct step */
key_reader read_tls;                  /* struct tls_spec */

/* ---- read-proof.c ---- */

struct proof_list {
	struct proof_item *list;
	size_t count;
};

struct proof {
	struct proof_list refuses, accepts;
};

key_reader read_proof;                /* struct proof */

/* What a peer does in one exchange. */
void read_peer_answer(struct reader *r, const struct node *n, struct answer *ret);

/* ---- read-each.c ---- */

struct each_key {
	const char *name;
	struct slice *values;
	size_t count;
};

struct each {
	struct each_key *keys;
	size_t count;
	struct place place;
};

key_reader read_each;                 /* struct each */

/* The cases that |c| stands for, put at the end of the suite: one for each row of
 * |each|, its id, title and why with the values of the row. */
void each_expand(struct reader *r, const struct test_case *c, const struct each *each);

#endif
