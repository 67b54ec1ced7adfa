#ifndef HTTPCHECK_RUNNER_KEYS_H
#define HTTPCHECK_RUNNER_KEYS_H

#include "runner/yaml.h"

#include <stdbool.h>
#include <stdint.h>

/* Reads mappings by tables of keys. Every reader here reports what is wrong to
 * |problems| and goes on; what it could not read it leaves as it was. */
struct reader {
	struct arena *arena;          /* of what is read */
	struct problems *problems;
	const char *key;              /* of the mapping being read; for messages */
	struct case_scope *scope;     /* of the case reader (read-inner.h) */
};

typedef void key_reader(struct reader *r, const struct node *value, void *field);

struct key {
	const char *name;
	key_reader *read;
	size_t offset;                /* of the field handed to |read|, in |into| */
	bool required;
};

#define KEY(name, read, type, field)      { name, read, offsetof(type, field), false }
#define KEY_NEEDED(name, read, type, field) { name, read, offsetof(type, field), true }
#define KEY_OF_ALL(name, read)            { name, read, 0, false }   /* gets |into| itself */
#define KEYS_END                          { NULL, NULL, 0, false }

/* Calls the reader of each key that is there, in the order of the table. |what| is
 * the mapping in messages: "a case", "step 'request'". False where it is none. */
bool read_keys(struct reader *r, const struct node *n, const char *what, const struct key *keys,
	       void *into);

/* As above for a part of a mapping: keys not in the table are not looked at. */
void read_some_keys(struct reader *r, const struct node *n, const struct key *keys, void *into);

/* "unknown WHAT 'x' in WHERE, did you mean 'y'?" */
void report_unknown(struct reader *r, const struct node *n, const char *what, const char *where,
		    const char *const *known, size_t nknown);

/* True if |n| is of that kind; else it is reported. */
bool is_scalar(struct reader *r, const struct node *n);
bool is_sequence(struct reader *r, const struct node *n);
bool is_mapping(struct reader *r, const struct node *n, const char *what);

/* A list of scalars may be written as one scalar: "post", [get, post]. The items. */
size_t node_as_list(const struct node *n, const struct node **ret);

/* One word of a table to its number. */
struct choice {
	const char *word;             /* null ends the table */
	int value;
};

bool choose(struct reader *r, const struct node *n, const struct choice *choices, int *ret);

/* Fields: a bool, a uint64_t, a C string in UTF-8 (not empty, without NUL), a name
 * of lower case letters, digits and hyphens, microseconds ("2s"), bytes ("64KiB"). */
key_reader read_flag, read_count, read_string, read_name, read_time, read_size;

bool is_name(struct slice s);

/* The name, if it is one, else it is reported and null. */
const char *node_name(struct reader *r, const struct node *n);

#endif
