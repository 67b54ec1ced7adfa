#ifndef HTTPCHECK_RUNNER_RULES_INNER_H
#define HTTPCHECK_RUNNER_RULES_INNER_H

#include "runner/rules.h"

/* What the groups of rules have in common. */

extern const struct rule syntax_rules[], framing_rules[], connection_rules[], date_rules[],
	field_rules[], status_rules[], range_rules[], caching_rules[], content_rules[],
	sibling_rules[], auth_rules[], spelling_rules[], cookie_rules[], browser_rules[],
	proxy_rules[];

/* What a rule looks at, as struct rule_scope has it. */
#define HEADS              { NULL, false }
#define FIELD(name)        { (name), false }
#define EXCHANGE           { NULL, true }
#define EXCHANGE_IF(field) { (field), true }

/* Write what was seen, and return RULE_FAIL. Bytes of the target are escaped. */
enum rule_outcome rule_refuse(struct buffer *out, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
enum rule_outcome rule_refuse_field(struct buffer *out, const struct field *f);
enum rule_outcome rule_refuse_bytes(struct buffer *out, const char *before, struct slice bytes);

/* The status line was read and all field lines came. */
bool rule_head_whole(const struct response *r);

bool rule_is_final(const struct exchange_seen *seen);

/* The request was well-formed and of that method. */
bool rule_asked(const struct exchange_seen *seen, const char *method);

/* As far as can be told, also of a broken request: the answer may have no content. */
bool rule_maybe_head(const struct exchange_seen *seen);

/* The request's first line of that name; false when the request has none. */
bool rule_request_field(const struct exchange_seen *seen, const char *name, struct slice *ret);
bool rule_request_has(const struct exchange_seen *seen, const char *name);

bool rule_has(const struct response *r, const char *name);

/* The next field line of that name at or behind |from|, which moves behind it. */
const struct field *rule_next_line(const struct response *r, const char *name, size_t *from);

/* True if a line of the list field |name| has the member |token| (without case). */
bool rule_list_has(const struct response *r, const char *name, const char *token);
bool rule_request_list_has(const struct exchange_seen *seen, const char *name, const char *token);

/* Holds every line of |name| against |is_right|. */
enum rule_outcome rule_each_line(const struct exchange_seen *seen, struct buffer *out,
				 const char *name, bool (*is_right)(struct slice value));

/* |name| must be there where |applies|. */
enum rule_outcome rule_wants(const struct exchange_seen *seen, struct buffer *out, bool applies,
			     const char *name);

/* True if every non-empty member of the list is right. */
bool rule_members(struct slice list, bool (*is_right)(struct slice member));

bool rule_is_2xx(int status);

#endif
