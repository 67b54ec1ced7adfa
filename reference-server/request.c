#include "reference-server/request.h"

#include "http/bytes.h"

void request_init(struct request *r, struct field *fields)
{
	r->line = r->host = (struct slice){ 0 };
	r->method = HTTP_OTHER;
	r->minor = 0;
	r->fields = fields;
	r->nfields = 0;
	r->scan = (struct line_scan){ 0 };
	r->seen = 0;
}

bool request_begun(const struct request *r)
{
	return r->scan.seen > r->scan.begin || r->line.len > 0;
}

/* ---- request-line ---- */

/* What is there of a line that is too long: whatever word fills it is at fault, the
 * method (501), the target (414) or what should be a version (400). */
static enum parse line_too_long(struct slice line, struct refusal *reterr)
{
	static const struct slice version = SLICE("HTTP/1.1");
	size_t first = slice_find(line, ' ');
	struct slice rest = slice_skip(line, first + 1);
	size_t second = slice_find(rest, ' ');

	if (first == line.len)
		return refuse(reterr, 501, "RFC9112-3-2", "a method longer than any known");
	if (rest.len > second + 1 + version.len)
		return refuse(reterr, 400, "RFC9112-2.2-10",
			      "a request-line of more than three words");
	return refuse(reterr, 414, "RFC9112-3-3", "a request-target longer than this server reads");
}

static enum parse set_version(struct request *r, struct refusal *reterr)
{
	int major;

	if (slice_eq(r->version, SLICE("HTTP/1.1"))) {   /* as mostly */
		r->minor = 1;
		return PARSE_DONE;
	}
	if (http_version_parse(r->version, &major, &r->minor) < 0)
		return refuse(reterr, 400, "RFC9112-2.2-10",
			      "a request-line that does not end in an HTTP version");
	if (major != 1)
		return refuse(reterr, 505, "RFC9110-15.6.6-1",
			      "a version that is neither HTTP/1.1 nor HTTP/1.0, which are served");
	return PARSE_DONE;
}

/* Where the last word begins: mostly the length of a version before the end. */
static size_t last_word(struct slice line, size_t first)
{
	enum { VERSION = sizeof("HTTP/1.1") - 1 };
	size_t at = line.len;

	if (at > first + VERSION + 1 && line.at[at - VERSION - 1] == ' ')
		return at - VERSION;
	while (at > first && line.at[at - 1] != ' ')
		at--;
	return at;
}

/* method SP request-target SP HTTP-version; a target with a space in it is refused
 * later, as none of its forms allows one. */
static enum parse request_line(struct request *r, struct refusal *reterr)
{
	struct slice line = r->line;
	size_t first = http_span(line, HTTP_TCHAR), last = last_word(line, first);

	if (first == 0 || (first < line.len && line.at[first] != ' '))
		return refuse(reterr, 400, "RFC9112-2.2-10", "a method that is not a token");
	r->method_name = slice_sub(line, 0, first);
	r->method = http_method(r->method_name);
	if (last <= first + 1)
		return refuse(reterr, 400, "RFC9112-3.2-1", "a request-line without three words");
	r->target = slice_sub(line, first + 1, last - 1);
	r->version = slice_skip(line, last);
	if (set_version(r, reterr) == PARSE_BAD)
		return PARSE_BAD;
	return target_parse(r->target, r->method, &r->where, reterr);
}

/* ---- header section ---- */

/* RFC 6585 section 5: says which field was too large. */
static enum parse field_too_long(struct slice line, struct refusal *reterr)
{
	struct slice name = slice_sub(line, 0, slice_find(line, ':'));

	(void)refuse(reterr, 431, "RFC9110-5.4-1", "a field line longer than this server reads");
	if (name.len <= 64 && http_is_token(name))
		reterr->subject = name;
	return PARSE_BAD;
}

static enum parse add_field(struct request *r, struct slice line, const struct limits *limits,
			    struct refusal *reterr)
{
	if (http_is(line.at[0], HTTP_WS)) {
		if (r->nfields == 0)
			return refuse(reterr, 400, "RFC9112-2.2-9",
				      "whitespace between the request-line and the first field");
		return refuse(reterr, 400, "RFC9112-5.2-2",
			      "a folded field line (obsolete line folding)");
	}
	if (r->nfields == limits->field_count)
		return refuse(reterr, 431, "RFC9110-5.4-1", "too many field lines");

	struct field *f = &r->fields[r->nfields];

	if (field_parse(line, f, reterr) == PARSE_BAD)
		return PARSE_BAD;
	r->nfields++;
	r->seen |= request_mark(f->name);
	return PARSE_DONE;
}

/* RFC 9112 section 3.2. An empty Host is grammatical (section 3.3). */
static enum parse check_host(struct request *r, struct refusal *reterr)
{
	size_t lines = 0;

	for (const struct field *f = r->fields; f < r->fields + r->nfields; f++) {
		if (!slice_is_nocase(f->name, "Host"))
			continue;
		lines++;
		r->host = f->value;
	}
	if (lines == 0 && r->minor >= 1)
		return refuse(reterr, 400, "RFC9112-3.2-6", "no Host field");
	if (lines > 1)
		return refuse(reterr, 400, "RFC9112-3.2-6", "more than one Host field line");
	if (!http_is_host(r->host))
		return refuse(reterr, 400, "RFC9112-3.2-6", "a Host field with an invalid value");
	return PARSE_DONE;
}

/* ---- the head, line by line ---- */

/* One empty line before a request-line is forgiven: some clients send one behind
 * the content of a POST (RFC 9112 section 2.2). */
static inline enum line request_line_next(struct line_scan *scan, struct slice in,
					  const struct limits *limits, struct slice *ret,
					  struct refusal *reterr)
{
	enum line found = line_next(scan, in, limits->request_line, ret, reterr);

	if (found == LINE_WHOLE && ret->len == 0 && scan->begin == 2)
		found = line_next(scan, in, limits->request_line, ret, reterr);
	return found;
}

/* The method of a line that is not whole or cannot be read on: whatever is answered, an
 * answer to HEAD has no content. */
__attribute__((cold)) static enum http_method method_of(struct slice line)
{
	size_t first = slice_find(line, ' ');

	return first < line.len ? http_method(slice_sub(line, 0, first)) : HTTP_OTHER;
}

static inline enum parse first_line(struct request *r, struct line_scan *scan, struct slice in,
				    const struct limits *limits, struct refusal *reterr)
{
	struct slice line;

	switch (request_line_next(scan, in, limits, &line, reterr)) {
	case LINE_PARTIAL:
		r->method = method_of(line);
		return PARSE_PARTIAL;
	case LINE_TOO_LONG:
		r->method = method_of(line);
		return line_too_long(line, reterr);
	case LINE_BAD:
		r->method = method_of(line);
		return PARSE_BAD;
	case LINE_WHOLE:
		break;
	}
	if (line.len == 0)
		return refuse(reterr, 400, "RFC9112-2.2-7",
			      "more than one empty line before a request-line");
	r->line = line;
	r->fields_begin = scan->begin;
	return request_line(r, reterr);
}

static inline enum parse next_field(const struct request *r, struct line_scan *scan,
				    struct slice in, const struct limits *limits,
				    struct slice *ret_line, struct refusal *reterr)
{
	enum line found = line_next(scan, in, MAX_FIELD_LINE, ret_line, reterr);

	if (found == LINE_BAD)
		return PARSE_BAD;
	if (found == LINE_TOO_LONG)
		return field_too_long(*ret_line, reterr);
	if (found == LINE_WHOLE && ret_line->len == 0)
		return PARSE_DONE;    /* the empty line is no part of the section */
	if (scan->seen - r->fields_begin > limits->fields)
		return refuse(reterr, 431, "RFC9110-5.4-1", "a header section that is too large");
	return found == LINE_PARTIAL ? PARSE_PARTIAL : PARSE_DONE;
}

static inline enum parse read_lines(struct request *r, struct line_scan *scan, struct slice in,
				    const struct limits *limits, struct refusal *reterr)
{
	enum parse p = r->line.len ? PARSE_DONE : first_line(r, scan, in, limits, reterr);
	struct slice line;

	while (p == PARSE_DONE) {
		p = next_field(r, scan, in, limits, &line, reterr);
		if (p != PARSE_DONE)
			break;
		if (line.len == 0) {
			r->head_len = scan->begin;
			return check_host(r, reterr);
		}
		p = add_field(r, line, limits, reterr);
	}
	return p;
}

/* The scan is a copy, so that the compiler keeps it in registers. */
enum parse request_read(struct request *r, struct slice in, const struct limits *limits,
			struct refusal *reterr)
{
	struct line_scan scan = r->scan;
	enum parse p = read_lines(r, &scan, in, limits, reterr);

	r->scan = scan;
	return p;
}

/* ---- look-ups ---- */

bool request_field_search(const struct request *r, struct slice name, size_t *at,
			  struct slice *ret)
{
	while (*at < r->nfields) {
		const struct field *f = &r->fields[(*at)++];

		if (slice_eq_nocase(f->name, name)) {
			*ret = f->value;
			return true;
		}
	}
	return false;
}
