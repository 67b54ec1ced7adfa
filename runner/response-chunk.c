#include "runner/response-parse.h"

#include "http/bytes.h"
#include "http/grammar.h"

#include <errno.h>

/* chunk-size [ chunk-ext ], RFC 9112 section 7.1:
 *   chunk-ext = *( BWS ";" BWS chunk-ext-name [ BWS "=" BWS chunk-ext-val ] )
 * BWS is what recipients must take and senders must not make (RFC 9110 section 5.6.3). */

struct cursor {
	struct slice rest;
	uint64_t offset;              /* of rest.at[0] */
};

static void move(struct cursor *c, size_t n)
{
	c->rest = slice_skip(c->rest, n);
	c->offset += n;
}

static bool at_byte(const struct cursor *c, char byte)
{
	return c->rest.len && c->rest.at[0] == byte;
}

static void take_bws(struct cursor *c, struct fault_list *faults)
{
	size_t n = http_span(c->rest, HTTP_WS);

	if (n && n < c->rest.len)
		fault_add(faults, FAULT_CHUNK_BWS, c->offset);
	move(c, n);
}

/* The length of the token or quoted-string in front; 0 where there is neither. */
static size_t ext_value_length(struct slice s)
{
	size_t token = http_span(s, HTTP_TCHAR);

	return token ? token : http_quoted_span(s);
}

/* One ";" name [ "=" value ]. False where the grammar is broken. */
static bool take_ext(struct cursor *c, struct fault_list *faults)
{
	if (!at_byte(c, ';'))
		return false;
	move(c, 1);
	take_bws(c, faults);

	size_t name = http_span(c->rest, HTTP_TCHAR);

	move(c, name);
	if (name == 0)
		return false;
	if (http_span(c->rest, HTTP_WS) < c->rest.len)
		take_bws(c, faults);
	if (!at_byte(c, '='))
		return true;
	move(c, 1);
	take_bws(c, faults);

	size_t value = ext_value_length(c->rest);

	move(c, value);
	return value > 0;
}

/* What is wrong behind the size changes no length: noted, and the chunk is read. */
static void check_exts(struct cursor *c, struct fault_list *faults)
{
	if (c->rest.len && http_span(c->rest, HTTP_WS) == c->rest.len) {
		fault_add(faults, FAULT_CHUNK_BLANK, c->offset);
		return;
	}
	while (c->rest.len) {
		take_bws(c, faults);
		if (!take_ext(c, faults)) {
			fault_add(faults, FAULT_CHUNK_EXT, c->offset);
			return;
		}
	}
}

int chunk_line_parse(struct slice line, uint64_t offset, uint64_t *ret, struct fault_list *faults)
{
	struct cursor c = { line, offset };
	size_t digits = http_span(line, HTTP_HEX);
	int r = http_hex(slice_sub(line, 0, digits), ret);

	move(&c, digits);
	if (r == 0 && c.rest.len && !http_is(c.rest.at[0], HTTP_WS) && c.rest.at[0] != ';')
		r = -EINVAL;
	if (r < 0) {
		fault_add(faults, r == -ERANGE ? FAULT_CHUNK_HUGE : FAULT_CHUNK_SIZE, offset);
		return r;
	}
	check_exts(&c, faults);
	return 0;
}
