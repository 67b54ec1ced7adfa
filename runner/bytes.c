#include "runner/bytes.h"

#include "base/cleanup.h"
#include "base/text.h"
#include "runner/digest.h"

#include <errno.h>
#include <openssl/evp.h>

/* ---- texts: literal bytes and ${names} in turn ---- */

/* "$${" is a literal "${": the first '$' is dropped, the rest is a literal. */
int text_next(struct slice *rest, struct text_piece *ret)
{
	static const struct slice open = SLICE("${"), escaped = SLICE("$${");
	size_t at = slice_find_slice(*rest, open);

	if (rest->len == 0)
		return 0;
	if (at > 0) {
		bool literal = at < rest->len && rest->at[at - 1] == '$';

		if (literal && at == 1 && slice_starts(*rest, escaped)) {
			*ret = (struct text_piece){ open, false };
			*rest = slice_skip(*rest, escaped.len);
			return 1;
		}
		at -= literal;
		*ret = (struct text_piece){ slice_sub(*rest, 0, at), false };
		*rest = slice_skip(*rest, at);
		return 1;
	}

	size_t end = slice_find(*rest, '}');

	if (end == rest->len)
		return -EINVAL;
	*ret = (struct text_piece){ slice_sub(*rest, open.len, end), true };
	*rest = slice_skip(*rest, end + 1);
	return 1;
}

int text_each_variable(const struct text *t, int (*seen)(void *arg, struct slice name), void *arg)
{
	struct slice rest = t->raw;
	struct text_piece piece;
	int r;

	while ((r = text_next(&rest, &piece)) > 0) {
		if (!piece.variable)
			continue;
		r = seen(arg, piece.bytes);
		if (r < 0)
			return r;
	}
	return r;
}

/* ---- variables ---- */

static const struct slice *look_up(const struct variables *v, struct slice name)
{
	for (; v; v = v->below)
		for (size_t i = 0; i < v->count; i++)
			if (slice_is(name, v->list[i].name))
				return &v->list[i].value;
	return NULL;
}

static bool fill_template(struct slice path, struct slice argument, struct buffer *scratch,
			  struct slice *ret)
{
	size_t open = slice_find(path, '{'), close = slice_find(path, '}');

	if (open >= close || close == path.len)
		return false;
	buffer_clear(scratch);
	if (buffer_add_slice(scratch, slice_sub(path, 0, open)) < 0 ||
	    buffer_add_slice(scratch, argument) < 0 ||
	    buffer_add_slice(scratch, slice_skip(path, close + 1)) < 0)
		return false;
	*ret = buffer_slice(scratch);
	return true;
}

bool variables_find(const struct variables *v, struct slice name, struct buffer *scratch,
		    struct slice *ret)
{
	size_t colon = slice_find(name, ':');
	const struct slice *value = look_up(v, slice_sub(name, 0, colon));

	if (!value)
		return false;
	if (colon < name.len)
		return fill_template(*value, slice_skip(name, colon + 1), scratch, ret);
	*ret = *value;
	return true;
}

/* ---- expansion ---- */

static int add_failed(int error, const struct buffer *out, struct place place,
		      struct problem *reterr)
{
	if (error == -ENOSPC)
		return problem_at(reterr, place, error, "more than %zu bytes", out->max);
	return problem_at(reterr, place, error, "out of memory");
}

static int add(struct buffer *out, struct slice bytes, struct place place, struct problem *reterr)
{
	int r = buffer_add_slice(out, bytes);

	return r < 0 ? add_failed(r, out, place, reterr) : 0;
}

static int unknown_variable(struct slice name, struct place place, struct problem *reterr)
{
	CLEANUP(buffer_release) struct buffer shown = BUFFER_INIT(512);

	(void)text_escape_cut(&shown, name, 60);
	return problem_at(reterr, place, -EINVAL, "unknown variable '%s'", buffer_str(&shown));
}

int text_expand(const struct text *t, const struct variables *v, struct buffer *out,
		struct problem *reterr)
{
	CLEANUP(buffer_release) struct buffer scratch = BUFFER_INIT(out->max);
	struct slice rest = t->raw;
	struct text_piece piece;
	int r;

	while ((r = text_next(&rest, &piece)) > 0) {
		struct slice bytes = piece.bytes;

		if (piece.variable && !variables_find(v, piece.bytes, &scratch, &bytes))
			return unknown_variable(piece.bytes, t->place, reterr);
		r = add(out, bytes, t->place, reterr);
		if (r < 0)
			return r;
	}
	return r < 0 ? problem_at(reterr, t->place, r, "'${' without '}'") : 0;
}

static int expand_repeat(const struct part *p, const struct variables *v, struct buffer *out,
			 struct problem *reterr)
{
	CLEANUP(buffer_release) struct buffer one = BUFFER_INIT(out->max);
	CLEANUP(buffer_release) struct buffer times = BUFFER_INIT(64);
	uint64_t n = 0;
	int r = text_expand(&p->texts[0], v, &one, reterr);

	if (r == 0)
		r = text_expand(&p->times, v, &times, reterr);
	if (r < 0)
		return r;
	if (text_size(buffer_slice(&times), &n) < 0)
		return problem_at(reterr, p->times.place, -EINVAL, "'%s' is not a count or a size",
				  buffer_str(&times));
	r = buffer_add_repeated(out, buffer_slice(&one), n);
	return r < 0 ? add_failed(r, out, p->place, reterr) : 0;
}

static int expand_lines(const struct part *p, const struct variables *v, struct buffer *out,
			struct problem *reterr)
{
	for (size_t i = 0; i < p->ntexts; i++) {
		int r = text_expand(&p->texts[i], v, out, reterr);

		if (r == 0)
			r = add(out, SLICE("\r\n"), p->place, reterr);
		if (r < 0)
			return r;
	}
	return 0;
}

/* chunk = chunk-size [ chunk-ext ] CRLF chunk-data CRLF (RFC 9112 section 7.1) */
static int expand_chunk(const struct part *p, const struct variables *v, struct buffer *out,
			struct problem *reterr)
{
	CLEANUP(buffer_release) struct buffer data = BUFFER_INIT(out->max);
	const struct text *size = &p->texts[1], *ext = &p->texts[2];
	int r = text_expand(&p->texts[0], v, &data, reterr);

	if (r < 0)
		return r;
	if (!size->raw.at) {
		r = buffer_printf(out, "%zx", data.len);
		if (r < 0)
			return add_failed(r, out, p->place, reterr);
	} else if ((r = text_expand(size, v, out, reterr)) < 0) {
		return r;
	}
	if (ext->raw.at && (r = text_expand(ext, v, out, reterr)) < 0)
		return r;
	r = add(out, SLICE("\r\n"), p->place, reterr);
	if (r == 0)
		r = add(out, buffer_slice(&data), p->place, reterr);
	return r < 0 ? r : add(out, SLICE("\r\n"), p->place, reterr);
}

/* last-chunk, trailer section and the empty line that ends the chunked coding. */
static int expand_last_chunk(const struct part *p, const struct variables *v, struct buffer *out,
			     struct problem *reterr)
{
	int r = add(out, SLICE("0\r\n"), p->place, reterr);

	if (r == 0)
		r = expand_lines(p, v, out, reterr);
	return r < 0 ? r : add(out, SLICE("\r\n"), p->place, reterr);
}

static int expand_text(const struct part *p, const struct variables *v, struct buffer *out,
		       struct problem *reterr)
{
	return text_expand(&p->texts[0], v, out, reterr);
}

static int expand_as_is(const struct part *p, const struct variables *v, struct buffer *out,
			struct problem *reterr)
{
	(void)v;
	return add(out, p->texts[0].raw, p->place, reterr);
}

static int expand_base64(const struct part *p, const struct variables *v, struct buffer *out,
			 struct problem *reterr)
{
	CLEANUP(buffer_release) struct buffer plain = BUFFER_INIT(out->max);
	int r = text_expand(&p->texts[0], v, &plain, reterr);
	char *to;

	if (r < 0)
		return r;
	to = buffer_reserve(out, plain.len / 3 * 4 + 5);
	if (!to)
		return add_failed(-errno, out, p->place, reterr);
	buffer_grew(out, (size_t)EVP_EncodeBlock((unsigned char *)to,
						 (const unsigned char *)buffer_str(&plain),
						 (int)plain.len));
	return 0;
}

static int expand_digest(const struct part *p, const struct variables *v, struct buffer *out,
			 struct problem *reterr)
{
	struct buffer text[DIGEST_TEXTS];
	struct slice s[DIGEST_TEXTS];
	int r = 0;

	for (size_t i = 0; i < DIGEST_TEXTS; i++) {
		buffer_init(&text[i], out->max);
		if (r == 0 && p->texts[i].raw.at)
			r = text_expand(&p->texts[i], v, &text[i], reterr);
		s[i] = buffer_slice(&text[i]);
	}
	if (r == 0) {
		r = digest_answer(&(struct digest_answer){
				.challenge = s[DIGEST_CHALLENGE], .algorithm = s[DIGEST_ALGORITHM],
				.method = s[DIGEST_METHOD], .uri = s[DIGEST_URI],
				.user = s[DIGEST_USER], .password = s[DIGEST_PASSWORD],
				.nc = s[DIGEST_NC] }, out);
		r = r < 0 ? add_failed(r, out, p->place, reterr) : 0;
	}
	for (size_t i = 0; i < DIGEST_TEXTS; i++)
		buffer_release(&text[i]);
	return r;
}

int bytes_expand(const struct bytes *b, const struct variables *v, struct buffer *out,
		 struct problem *reterr)
{
	static int (*const expand[])(const struct part *, const struct variables *,
				     struct buffer *, struct problem *) = {
		[PART_TEXT] = expand_text,
		[PART_HEX] = expand_as_is,
		[PART_REPEAT] = expand_repeat,
		[PART_LINES] = expand_lines,
		[PART_CHUNK] = expand_chunk,
		[PART_LAST_CHUNK] = expand_last_chunk,
		[PART_BASE64] = expand_base64,
		[PART_DIGEST] = expand_digest,
		[PART_FILE] = expand_as_is,
	};

	for (size_t i = 0; i < b->nparts; i++) {
		int r = expand[b->parts[i].kind](&b->parts[i], v, out, reterr);

		if (r < 0)
			return r;
	}
	return 0;
}

/* ---- durations: TERM { ("+" | "-") TERM } with SP around the sign ---- */

struct sum {
	usec total;
	const struct variables *variables;
	bool check_only;              /* each ${name} counts as any duration */
	bool unknown;                 /* one was there */
};

static int add_term(struct sum *s, struct slice term, bool minus)
{
	CLEANUP(buffer_release) struct buffer scratch = BUFFER_INIT(64);
	struct slice name = slice_sub(term, 2, term.len ? term.len - 1 : 0);
	usec t = 0;

	if (slice_starts(term, SLICE("${")) && slice_ends(term, SLICE("}"))) {
		s->unknown |= s->check_only;
		if (s->check_only)
			return 0;
		if (!variables_find(s->variables, name, &scratch, &term))
			return -ENOENT;
	}

	int r = text_duration(term, &t);

	s->total += minus ? -t : t;
	return r;
}

static int add_terms(struct sum *s, struct slice rest)
{
	bool minus = false;

	for (;;) {
		size_t plus = slice_find_slice(rest, SLICE(" + "));
		size_t dash = slice_find_slice(rest, SLICE(" - "));
		size_t end = plus < dash ? plus : dash;
		int r = add_term(s, slice_trim(slice_sub(rest, 0, end)), minus);

		if (r < 0)
			return r;
		if (end == rest.len)
			return s->total < 0 && !s->unknown ? -ERANGE : 0;
		minus = end == dash;
		rest = slice_skip(rest, end + 3);
	}
}

static int sum_up(const struct duration *d, struct sum *s, struct problem *reterr)
{
	CLEANUP(buffer_release) struct buffer shown = BUFFER_INIT(512);
	int r = add_terms(s, d->text.raw);

	if (r == 0)
		return 0;
	(void)text_escape_cut(&shown, d->text.raw, 60);
	if (r == -ENOENT)
		return problem_at(reterr, d->text.place, -EINVAL,
				  "'%s' has a variable that nothing sets", buffer_str(&shown));
	if (r == -ERANGE)
		return problem_at(reterr, d->text.place, -EINVAL,
				  "'%s' is negative or longer than a day", buffer_str(&shown));
	return problem_at(reterr, d->text.place, -EINVAL,
			  "'%s' is not a duration such as 300ms, 2s or ${timeouts.idle} + 500ms",
			  buffer_str(&shown));
}

int duration_check(const struct duration *d, struct problem *reterr)
{
	struct sum s = { .check_only = true };

	return sum_up(d, &s, reterr);
}

int duration_expand(const struct duration *d, const struct variables *v, usec *ret,
		    struct problem *reterr)
{
	struct sum s = { .variables = v };
	int r = sum_up(d, &s, reterr);

	if (r == 0)
		*ret = s.total;
	return r;
}
