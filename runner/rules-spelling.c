#include "runner/rules-inner.h"

#include "base/cleanup.h"
#include "http/bytes.h"
#include "http/grammar.h"

/* What the grammar lets a sender write in several ways, and the RFC wants in one:
 * whitespace, and the backslash before an octet (RFC 9110 sections 5.6.3 to 5.6.5). */

/* ---- optional whitespace around a field value ---- */

/* Takes the next field line off |*rest|: what stands behind its colon, the end of the line
 * not included. Lines that are none, folded ones too, are other rules' business. */
static bool next_value(struct slice *rest, struct slice *ret_line, struct slice *ret)
{
	while (rest->len) {
		size_t end = slice_find(*rest, '\n');
		struct slice line = slice_sub(*rest, 0, end);
		size_t colon = slice_find(line, ':');

		*rest = slice_skip(*rest, end + 1);
		if (slice_ends(line, SLICE("\r")))
			line.len--;
		if (!http_is_token(slice_sub(line, 0, colon)) || colon >= line.len)
			continue;
		*ret_line = line;
		*ret = slice_skip(line, colon + 1);
		return true;
	}
	return false;
}

static bool begins_well(struct slice value)
{
	size_t blanks = http_span(value, HTTP_WS);

	return blanks == 0 || (blanks == 1 && value.at[0] == ' ');
}

/* A blank before an empty value is the one behind the colon. */
static bool ends_well(struct slice value)
{
	return value.len < 2 || !http_is(value.at[value.len - 1], HTTP_WS);
}

static enum rule_outcome in_values(const struct exchange_seen *seen, struct buffer *out,
				   bool (*is_right)(struct slice value))
{
	const struct response *r = seen->response;
	struct slice rest = slice_skip(r->head, slice_find(r->head, '\n') + 1), line, value;
	enum rule_outcome outcome = RULE_NOT_APPLICABLE;

	while (rule_head_whole(r) && next_value(&rest, &line, &value)) {
		if (!is_right(value))
			return rule_refuse_bytes(out, "", line);
		outcome = RULE_PASS;
	}
	return outcome;
}

static enum rule_outcome space_before_value(const struct exchange_seen *seen, struct buffer *out)
{
	return in_values(seen, out, begins_well);
}

static enum rule_outcome no_space_behind_value(const struct exchange_seen *seen,
					       struct buffer *out)
{
	return in_values(seen, out, ends_well);
}

/* ---- Server: products and comments ---- */

/* Walks through |s|, and knows how deep in comments it is. */
struct walk {
	struct slice s;
	size_t at, depth;
};

/* The next octet; *|ret_quoted| if a backslash stands before it. False at the end. */
static bool walk_on(struct walk *w, char *ret, bool *ret_quoted)
{
	if (w->at >= w->s.len)
		return false;
	*ret_quoted = w->depth && w->s.at[w->at] == '\\' && w->at + 1 < w->s.len;
	w->at += *ret_quoted;
	*ret = w->s.at[w->at++];
	if (!*ret_quoted && *ret == '(')
		w->depth++;
	else if (!*ret_quoted && *ret == ')' && w->depth)
		w->depth--;
	return true;
}

static bool has_single_spaces(struct slice s)
{
	struct walk w = { .s = s };
	bool blank = false, quoted;
	char c;

	while (walk_on(&w, &c, &quoted)) {
		bool is_blank = w.depth == 0 && http_is(c, HTTP_WS);

		if (is_blank && (blank || c != ' '))
			return false;
		blank = is_blank;
	}
	return true;
}

static bool quotes_no_plain_octet(struct slice s)
{
	struct walk w = { .s = s };
	bool quoted;
	char c;

	while (walk_on(&w, &c, &quoted))
		if (quoted && !byte_is_one_of(c, "()\\"))
			return false;
	return true;
}

static enum rule_outcome of_server(const struct exchange_seen *seen, struct buffer *out,
				   const char *with, bool (*is_right)(struct slice value))
{
	struct slice server;

	if (!response_field(seen->response, "Server", &server))
		return RULE_NOT_APPLICABLE;
	for (size_t i = 0; i < server.len; i++)
		if (strchr(with, server.at[i]))
			return rule_each_line(seen, out, "Server", is_right);
	return RULE_NOT_APPLICABLE;
}

static enum rule_outcome single_space_in_server(const struct exchange_seen *seen,
						struct buffer *out)
{
	return of_server(seen, out, " \t", has_single_spaces);
}

static enum rule_outcome no_needless_quote_in_comment(const struct exchange_seen *seen,
						      struct buffer *out)
{
	return of_server(seen, out, "(", quotes_no_plain_octet);
}

/* ---- quoted strings ---- */

/* Of fields that are made of tokens and quoted strings. */
static const char *const quoting[] = {
	"Accept-Patch", "Authentication-Info", "Cache-Control", "Content-Disposition",
	"Content-Type", "Link", "Proxy-Authenticate", "WWW-Authenticate",
};

static bool is_plainly_quoted(struct slice string)
{
	for (size_t i = 1; i + 1 < string.len; i++)
		if (string.at[i] == '\\' && !byte_is_one_of(string.at[++i], "\"\\"))
			return false;
	return true;
}

static enum rule_outcome in_strings(struct slice value)
{
	enum rule_outcome outcome = RULE_NOT_APPLICABLE;

	while (value.len) {
		size_t span = value.at[0] == '"' ? http_quoted_span(value) : 0;

		if (span && !is_plainly_quoted(slice_sub(value, 0, span)))
			return RULE_FAIL;
		if (span)
			outcome = RULE_PASS;
		value = slice_skip(value, span ? span : 1);
	}
	return outcome;
}

static enum rule_outcome no_needless_quote(const struct exchange_seen *seen, struct buffer *out)
{
	enum rule_outcome outcome = RULE_NOT_APPLICABLE, one;
	const struct field *f;

	for (size_t i = 0; i < ARRAY_SIZE(quoting); i++)
		for (size_t at = 0; (f = rule_next_line(seen->response, quoting[i], &at));) {
			one = in_strings(f->value);
			if (one == RULE_FAIL)
				return rule_refuse_field(out, f);
			outcome = one == RULE_PASS ? RULE_PASS : outcome;
		}
	return outcome;
}

const struct rule spelling_rules[] = {
	{ "space-before-value", "RFC9110-5.6.3-1", LEVEL_SHOULD,
	  "one space, or none, stands between the colon and the value of a field",
	  space_before_value, HEADS },
	{ "no-space-behind-value", "RFC9110-5.6.3-2", LEVEL_SHOULD,
	  "no whitespace stands behind the value of a field", no_space_behind_value, HEADS },
	{ "single-space-in-server", "RFC9110-5.6.3-3", LEVEL_SHOULD,
	  "products and comments of Server are parted by one space", single_space_in_server, FIELD("Server") },
	{ "no-needless-quoted-pair", "RFC9110-5.6.4-2", LEVEL_SHOULD,
	  "a quoted string has no backslash but before a quote or a backslash",
	  no_needless_quote, HEADS },
	{ "no-needless-quoted-pair-in-comment", "RFC9110-5.6.4-3", LEVEL_SHOULD,
	  "a comment has no backslash but before a parenthesis or a backslash",
	  no_needless_quote_in_comment, FIELD("Server") },
	{ 0 },
};
