#ifndef HTTPCHECK_RUNNER_YAML_H
#define HTTPCHECK_RUNNER_YAML_H

#include "base/arena.h"
#include "base/problem.h"

/* A YAML document as a tree of nodes, built from libyaml's events. Everything is
 * in one arena and holds no pointer into the text it was read from. */
enum node_kind {
	NODE_SCALAR,
	NODE_SEQUENCE,
	NODE_MAPPING,
	NODE_REFUSED,                 /* already reported: a reader passes it over in silence */
};

struct node {
	enum node_kind kind;
	struct place place;
	struct slice scalar;          /* SCALAR: UTF-8 without any type; a NUL follows it */
	struct node *items;           /* SEQUENCE; MAPPING: key, value, key, value, ... */
	size_t count;                 /* of items, of pairs in a MAPPING */
};

static inline struct node *node_key(const struct node *mapping, size_t i)
{
	return &mapping->items[2 * i];
}

static inline struct node *node_value(const struct node *mapping, size_t i)
{
	return &mapping->items[2 * i + 1];
}

/* The value of a key; null where a mapping does not have it or |n| is none. */
const struct node *node_find(const struct node *n, const char *key);

#define YAML_MAX_FILE   ((size_t)1024 * 1024)
#define YAML_MAX_SCALAR ((size_t)64 * 1024)
#define YAML_MAX_DEPTH  64
#define YAML_MAX_NODES  ((size_t)100000)

/* Reads one document. |path| stands in the places and outlives them. 0 with
 * |*ret| filled, although there may be problems after which reading went on
 * (anchors, aliases, tags, merge keys, duplicate keys); -EINVAL where it could not
 * go on: syntax, a second document, directives, a limit above. */
int yaml_read_memory(const char *path, struct slice text, struct arena *arena, struct node *ret,
		     struct problems *problems);

/* As above from a regular file; -errno where it can't be read, which is a problem, too. */
int yaml_read(const char *path, struct arena *arena, struct node *ret, struct problems *problems);

/* Reports each scalar of |list| that is equal to one before it ("WHAT 'x' is
 * already there in line 3") and turns it into NODE_REFUSED. Orders |list| anew. */
void nodes_refuse_duplicates(struct node **list, size_t n, const char *what,
			     struct problems *problems);

/* Bytes for a message, escaped and cut; in |arena|. */
const char *node_shown(struct arena *arena, struct slice bytes);

#endif
