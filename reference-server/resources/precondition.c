#include "reference-server/resources/precondition.h"

#include "http/grammar.h"

typedef bool etag_eq(struct http_etag a, struct http_etag b);

/* "*" or a list with the current tag, over all lines of that name. A member that is
 * no entity-tag matches nothing. */
static bool matches(const struct request *r, const char *name, const char *etag, etag_eq *eq)
{
	struct http_etag current, tag;
	struct slice list, member;
	size_t at = 0;

	if (http_etag_parse(slice_str(etag), &current) < 0)
		return false;
	while (request_field_next(r, name, &at, &list)) {
		if (slice_is(list, "*"))
			return true;
		while (http_list_next(&list, &member))
			if (http_etag_parse(member, &tag) == 0 && eq(tag, current))
				return true;
	}
	return false;
}

/* A date that counts: one line, and an HTTP-date in any of the three forms. */
static bool date(const struct request *r, const char *name, time_t now, time_t *ret)
{
	enum http_date_form form;
	struct slice value;

	return request_field_count(r, name) == 1 && request_field(r, name, &value) &&
	       http_date_parse(value, now, ret, &form) == 0;
}

static time_t modified(struct validators v, time_t now)
{
	enum http_date_form form;
	time_t t = 0;

	(void)http_date_parse(slice_str(v.modified), now, &t, &form);
	return t;
}

static bool has(const struct request *r, const char *name)
{
	struct slice value;

	return request_field(r, name, &value);
}

enum precondition precondition_evaluate(const struct request *r, struct validators v, time_t now)
{
	bool safe = r->method == HTTP_GET || r->method == HTTP_HEAD;
	time_t t;

	if (has(r, "If-Match")) {
		if (!matches(r, "If-Match", v.etag, http_etag_strong_eq))
			return PRECONDITION_FAILED;
	} else if (request_may_have(r, "If-Unmodified-Since") &&
		   date(r, "If-Unmodified-Since", now, &t) && modified(v, now) > t) {
		return PRECONDITION_FAILED;
	}
	if (has(r, "If-None-Match")) {
		if (matches(r, "If-None-Match", v.etag, http_etag_weak_eq))
			return safe ? PRECONDITION_NOT_MODIFIED : PRECONDITION_FAILED;
	} else if (safe && request_may_have(r, "If-Modified-Since") &&
		   date(r, "If-Modified-Since", now, &t) && modified(v, now) <= t) {
		return PRECONDITION_NOT_MODIFIED;
	}
	return PRECONDITION_TRUE;
}

/* A date in If-Range is a strong validator only if it is exact, and at least a
 * minute older than now (RFC 9110 section 8.8.2.2). */
bool precondition_if_range(const struct request *r, struct validators v, time_t now)
{
	struct http_etag tag, current;
	struct slice value;
	time_t t;

	if (!request_field(r, "If-Range", &value))
		return true;
	if (request_field_count(r, "If-Range") > 1)
		return false;
	if (http_etag_parse(value, &tag) == 0)
		return http_etag_parse(slice_str(v.etag), &current) == 0 &&
		       http_etag_strong_eq(tag, current);
	return date(r, "If-Range", now, &t) && t == modified(v, now) && now - t >= 60;
}
