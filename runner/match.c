#include "runner/match.h"

#include "base/text.h"
#include "http/grammar.h"
#include "runner/match-json.h"
#include "runner/regex.h"

#include <openssl/sha.h>
#include <stdio.h>

enum { SHOWN = 80 }; /* bytes of a value shown in a clause */

static bool unlike(struct buffer *why, const char *what, struct slice seen)
{
	(void)buffer_printf(why, "%s is \"", what);
	(void)text_escape_cut(why, seen, SHOWN);
	(void)buffer_add_str(why, "\"");
	return false;
}

static bool equals(const struct judge *j, const struct matcher *m, struct slice value)
{
	struct buffer wanted = BUFFER_INIT(1 << 24);
	bool same = bytes_expand(&m->text, j->variables, &wanted, NULL) == 0 &&
		    slice_eq(buffer_slice(&wanted), value);

	buffer_release(&wanted);
	return same;
}

static bool has_part(const struct judge *j, const struct matcher *m, struct slice value,
		     bool (*has)(struct slice, struct slice))
{
	struct buffer part = BUFFER_INIT(1 << 24);
	bool found = bytes_expand(&m->text, j->variables, &part, NULL) == 0 &&
		     has(value, buffer_slice(&part));

	buffer_release(&part);
	return found;
}

static bool has_member(struct slice list, struct slice token)
{
	char name[256];

	if (token.len >= sizeof(name))
		return false;
	if (token.len)
		memcpy(name, token.at, token.len);
	name[token.len] = '\0';
	return http_list_has(list, name);
}

static bool has_bytes(struct slice whole, struct slice part)
{
	return part.len == 0 || slice_find_slice(whole, part) < whole.len;
}

static bool is_preferred_date(const struct judge *j, struct slice value)
{
	enum http_date_form form;
	time_t t;

	return http_date_parse(value, j->now, &t, &form) == 0 && form == HTTP_DATE_IMF;
}

static bool value_fits(const struct judge *j, const struct matcher *m, struct slice value)
{
	switch (m->kind) {
	case MATCH_REGEX:
		return regex_find(m->regex, value) == REGEX_FOUND;
	case MATCH_LACKS:
		return regex_find(m->regex, value) == REGEX_NOT_FOUND;
	case MATCH_HAS:
		return has_part(j, m, value, has_member);
	case MATCH_DATE:
		return is_preferred_date(j, value);
	case MATCH_EMPTY:
		return value.len == 0;
	default:
		return equals(j, m, value);
	}
}

bool match_value(const struct judge *j, const struct matcher *m, struct slice value,
		 const char *what, struct buffer *why)
{
	return value_fits(j, m, value) || unlike(why, what, value);
}

/* ---- fields ---- */

struct lines { /* the lines of one name */
	const char *name;
	struct slice first;
	struct slice combined; /* joined by ", ", RFC 9110 section 5.3 */
	size_t count;
};

static struct lines collect(const char *name, const struct field *all, size_t n,
			    struct buffer *scratch)
{
	struct lines l = { .name = name };

	for (size_t i = 0; i < n; i++) {
		if (!slice_is_nocase(all[i].name, name))
			continue;
		if (l.count++ == 0)
			l.first = all[i].value;
		else
			(void)buffer_add_str(scratch, ", ");
		(void)buffer_add_slice(scratch, all[i].value);
	}
	l.combined = l.count == 1 ? l.first : buffer_slice(scratch);
	return l;
}

static bool some_line_fits(const struct judge *j, const struct matcher *m, const char *name,
			   const struct field *all, size_t n)
{
	bool every = true, any = false;

	for (size_t i = 0; i < n; i++)
		if (slice_is_nocase(all[i].name, name)) {
			bool fits = value_fits(j, m, all[i].value);

			every &= fits;
			any |= fits;
		}
	return m->lines == LINES_ALL ? any && every : any;
}

static bool field_fits(const struct judge *j, const struct matcher *m, const struct lines *l,
		       const struct field *all, size_t n, struct buffer *why)
{
	switch (m->kind) {
	case MATCH_LACKS:
		return l->count == 0 || match_value(j, m, l->combined, l->name, why);
	case MATCH_PRESENT:
	case MATCH_ABSENT:
		if ((l->count > 0) == (m->kind == MATCH_PRESENT))
			return true;
		break;
	case MATCH_COUNT:
		if (l->count == m->number)
			return true;
		(void)buffer_printf(why, "%s stands on %zu lines", l->name, l->count);
		return false;
	default:
		if (l->count == 0)
			break;
		if (m->lines == LINES_COMBINED)
			return match_value(j, m, l->combined, l->name, why);
		if (some_line_fits(j, m, l->name, all, n))
			return true;
	}
	if (l->count == 0) {
		(void)buffer_printf(why, "there is no %s", l->name);
		return false;
	}
	return unlike(why, l->name, l->combined);
}

bool match_fields(const struct judge *j, const struct field_matcher *wanted, size_t nwanted,
		  const struct field *lines, size_t nlines, struct buffer *why)
{
	bool fit = true;

	for (size_t i = 0; fit && i < nwanted; i++) {
		struct buffer scratch = BUFFER_INIT(1 << 24);
		struct lines l = collect(wanted[i].name, lines, nlines, &scratch);

		for (size_t k = 0; fit && k < wanted[i].nmatchers; k++)
			fit = field_fits(j, &wanted[i].matchers[k], &l, lines, nlines, why);
		buffer_release(&scratch);
	}
	return fit;
}

/* ---- content ---- */

static bool sha256_fits(const struct judge *j, const struct matcher *m, struct slice content)
{
	unsigned char digest[SHA256_DIGEST_LENGTH];
	char hex[2 * SHA256_DIGEST_LENGTH + 1];

	(void)SHA256((const unsigned char *)content.at, content.len, digest);
	for (size_t i = 0; i < sizeof(digest); i++)
		(void)snprintf(hex + 2 * i, 3, "%02x", digest[i]);
	return equals(j, m, slice_str(hex));
}

static bool slice_fits(const struct judge *j, const struct matcher *m, struct slice content)
{
	struct buffer name = BUFFER_INIT(1 << 10);
	uint64_t end = m->to == UINT64_MAX ? m->to : m->to + 1; /* no `to`: to the end */
	bool fits = false;

	(void)bytes_expand(&m->text, j->variables, &name, NULL);
	for (const struct captured_content *c = j->contents; c && !fits; c = c->next)
		fits = slice_is(buffer_slice(&name), c->name) &&
		       slice_eq(slice_sub(c->content, m->from, end), content);
	buffer_release(&name);
	return fits;
}

static bool json_fits(const struct judge *j, const struct matcher *m, struct slice content,
		      struct buffer *why)
{
	struct buffer pointer = BUFFER_INIT(1 << 12), wanted = BUFFER_INIT(1 << 24);
	bool fits = bytes_expand(&m->text, j->variables, &pointer, NULL) == 0 &&
		    bytes_expand(&m->value, j->variables, &wanted, NULL) == 0 &&
		    match_json(content, buffer_str(&pointer), buffer_slice(&wanted), why);

	buffer_release(&pointer);
	buffer_release(&wanted);
	return fits;
}

bool match_content(const struct judge *j, const struct matcher *m, struct slice content,
		   struct buffer *why)
{
	switch (m->kind) {
	case MATCH_JSON:
		return json_fits(j, m, content, why);
	case MATCH_SIZE:
		if (content.len == m->number)
			return true;
		(void)buffer_printf(why, "the content has %zu bytes", content.len);
		return false;
	case MATCH_HAS:
		return has_part(j, m, content, has_bytes) || unlike(why, "the content", content);
	case MATCH_SHA256:
		return sha256_fits(j, m, content) || unlike(why, "the content", content);
	case MATCH_SLICE:
		return slice_fits(j, m, content) || unlike(why, "the content", content);
	default:
		return match_value(j, m, content, "the content", why);
	}
}
