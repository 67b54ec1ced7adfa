#include "runner/rules-inner.h"

#include "base/text.h"
#include "http/bytes.h"
#include "http/grammar.h"

#include <stdarg.h>

const struct rule *const rule_groups[] = {
	syntax_rules,  framing_rules, connection_rules, date_rules,    field_rules,
	status_rules,  range_rules,   caching_rules,    content_rules, sibling_rules,
	auth_rules,    spelling_rules, cookie_rules,    browser_rules, proxy_rules,   NULL,
};

/* What is said there is the application's, whatever server it stands behind. */
static const struct rule *const application_groups[] = { cookie_rules, browser_rules,
							   proxy_rules, NULL };

bool rule_is_of_application(const struct rule *rule)
{
	for (const struct rule *const *group = application_groups; *group; group++)
		for (const struct rule *r = *group; r->name; r++)
			if (r == rule)
				return true;
	return false;
}

/* Bytes of the target that are shown of one field or place. */
#define SHOWN ((size_t)200)

enum rule_outcome rule_refuse(struct buffer *out, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	(void)buffer_vprintf(out, format, args);
	va_end(args);
	return RULE_FAIL;
}

enum rule_outcome rule_refuse_bytes(struct buffer *out, const char *before, struct slice bytes)
{
	(void)buffer_add_str(out, before);
	(void)text_escape_cut(out, bytes, SHOWN);
	return RULE_FAIL;
}

enum rule_outcome rule_refuse_field(struct buffer *out, const struct field *f)
{
	(void)text_escape_cut(out, f->name, SHOWN);
	return rule_refuse_bytes(out, ": ", f->value);
}

bool rule_head_whole(const struct response *r)
{
	return r->status &&
	       (slice_ends(r->head, SLICE("\n\n")) || slice_ends(r->head, SLICE("\n\r\n")));
}

bool rule_is_final(const struct exchange_seen *seen)
{
	return !seen->interim && rule_head_whole(seen->response);
}

bool rule_asked(const struct exchange_seen *seen, const char *method)
{
	return seen->request_valid && slice_is(seen->method, method);
}

bool rule_maybe_head(const struct exchange_seen *seen)
{
	struct slice word = slice_sub(seen->request, 0, http_span(seen->request, HTTP_TCHAR));

	return seen->request_valid ? slice_is(seen->method, "HEAD")
				   : word.len == 0 || slice_is_nocase(word, "HEAD");
}

bool rule_request_field(const struct exchange_seen *seen, const char *name, struct slice *ret)
{
	for (size_t i = 0; seen->request_valid && i < seen->nrequest_fields; i++)
		if (slice_is_nocase(seen->request_fields[i].name, name)) {
			*ret = seen->request_fields[i].value;
			return true;
		}
	return false;
}

bool rule_request_has(const struct exchange_seen *seen, const char *name)
{
	struct slice value;

	return rule_request_field(seen, name, &value);
}

bool rule_has(const struct response *r, const char *name)
{
	struct slice value;

	return response_field(r, name, &value);
}

const struct field *rule_next_line(const struct response *r, const char *name, size_t *from)
{
	struct slice wanted = slice_str(name);

	while (*from < r->nfields) {
		const struct field *f = &r->fields[(*from)++];

		if (slice_eq_nocase(f->name, wanted))
			return f;
	}
	return NULL;
}

bool rule_list_has(const struct response *r, const char *name, const char *token)
{
	const struct field *f;

	for (size_t at = 0; (f = rule_next_line(r, name, &at));)
		if (http_list_has(f->value, token))
			return true;
	return false;
}

bool rule_request_list_has(const struct exchange_seen *seen, const char *name, const char *token)
{
	for (size_t i = 0; seen->request_valid && i < seen->nrequest_fields; i++)
		if (slice_is_nocase(seen->request_fields[i].name, name) &&
		    http_list_has(seen->request_fields[i].value, token))
			return true;
	return false;
}

enum rule_outcome rule_each_line(const struct exchange_seen *seen, struct buffer *out,
				 const char *name, bool (*is_right)(struct slice value))
{
	const struct field *f;
	size_t at = 0;

	for (; (f = rule_next_line(seen->response, name, &at));)
		if (!is_right(f->value))
			return rule_refuse_field(out, f);
	return rule_has(seen->response, name) ? RULE_PASS : RULE_NOT_APPLICABLE;
}

enum rule_outcome rule_wants(const struct exchange_seen *seen, struct buffer *out, bool applies,
			     const char *name)
{
	if (!applies || !rule_head_whole(seen->response))
		return RULE_NOT_APPLICABLE;
	if (rule_has(seen->response, name))
		return RULE_PASS;
	return rule_refuse(out, "%d without %s", seen->response->status, name);
}

bool rule_members(struct slice list, bool (*is_right)(struct slice member))
{
	struct slice member;

	while (http_list_next(&list, &member))
		if (!is_right(member))
			return false;
	return true;
}

bool rule_is_2xx(int status)
{
	return status / 100 == 2;
}
