#ifndef HTTPCHECK_REPORTS_JSON_MODEL_H
#define HTTPCHECK_REPORTS_JSON_MODEL_H

#include "reports/result.h"

/* How the structs of result.h look as JSON objects: one table a struct, walked by the
 * writer and by the reader, so that nothing is written that can't be read again. */

enum field_kind {
	FIELD_TEXT,                   /* const char *; null is written as "" */
	FIELD_TEXT_OR_NULL,
	FIELD_FLAG,                   /* bool */
	FIELD_NUMBER,                 /* an integer of .size bytes, 0 to .most */
	FIELD_TIME,                   /* time_t: "2026-01-31T09:30:00Z" */
	FIELD_CHOICE,                 /* an enum; .name() of 0 to .most */
	FIELD_BYTES,                  /* struct slice */
	FIELD_TEXTS,                  /* const char *const * */
	FIELD_PLACE,                  /* struct place; null where it has no file */
	FIELD_OBJECT,                 /* pointer to a struct of .of */
	FIELD_OBJECTS,                /* pointer to an array of them */
};

struct json_field {
	const char *key;
	enum field_kind kind;
	bool optional;                /* left out where it is empty */
	size_t at, size;              /* in the struct */
	size_t count_at;              /* of a list: where its length is, a size_t */
	int64_t most;
	const char *(*name)(int choice);
	const struct json_table *of;
};

struct json_table {
	const struct json_field *fields;      /* ends with a null key */
	size_t size;                  /* of the struct */
};

extern const struct json_table json_run, json_place;

/* Version of all this. */
enum { JSON_SCHEMA = 1 };

/* Bytes are an object of two members: the "text" for the eye, text_escape()d, and the
 * exact "base64". So are strings that are no UTF-8, which JSON can't hold. */

#endif
