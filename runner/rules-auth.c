#include "runner/rules-inner.h"

#include "http/bytes.h"
#include "http/grammar.h"

/* Challenges: WWW-Authenticate, RFC 9110 section 11.
 *   challenge = auth-scheme [ 1*SP ( token68 / #auth-param ) ]
 * The commas between challenges and between parameters are the same, so the members
 * of the list are told apart by their form. */

struct challenges {
	struct slice rest;            /* of the line */
	bool begun;                   /* a scheme was read that parameters can belong to */
};

enum member_kind { MEMBER_SCHEME, MEMBER_TOKEN68, MEMBER_PARAMETER, MEMBER_BROKEN };

struct member {
	enum member_kind kind;
	bool begins;                  /* a scheme stands in front */
	struct slice name, value;     /* MEMBER_PARAMETER; the value with its quotes */
};

/* token BWS "=" BWS ( token / quoted-string ) */
static bool is_parameter(struct slice s, struct slice *ret_name, struct slice *ret_value)
{
	size_t equals = slice_find(s, '=');

	*ret_name = slice_trim(slice_sub(s, 0, equals));
	*ret_value = slice_trim(slice_skip(s, equals + 1));
	return equals < s.len && http_is_token(*ret_name) &&
	       (http_is_token(*ret_value) || http_is_quoted(*ret_value));
}

/* 1*( ALPHA / DIGIT / "-" / "." / "_" / "~" / "+" / "/" ) *"=" */
static bool is_token68(struct slice s)
{
	size_t n = 0;

	while (n < s.len &&
	       (http_is(s.at[n], HTTP_ALPHA | HTTP_DIGIT) || byte_is_one_of(s.at[n], "-._~+/")))
		n++;
	for (size_t i = n; i < s.len; i++)
		if (s.at[i] != '=')
			return false;
	return n > 0;
}

static struct member read_member(struct slice s)
{
	struct member m = { .kind = MEMBER_PARAMETER };

	if (is_parameter(s, &m.name, &m.value))
		return m;

	size_t scheme = http_span(s, HTTP_TCHAR);
	struct slice rest = slice_skip(s, scheme);

	m.begins = true;
	if (scheme == 0 || (rest.len && rest.at[0] != ' '))
		m.kind = MEMBER_BROKEN;
	else if (rest.len == 0)
		m.kind = MEMBER_SCHEME;
	else if (is_parameter(slice_trim(rest), &m.name, &m.value))
		m.kind = MEMBER_PARAMETER;
	else
		m.kind = is_token68(slice_trim(rest)) ? MEMBER_TOKEN68 : MEMBER_BROKEN;
	return m;
}

static bool next_member(struct challenges *c, struct member *ret)
{
	struct slice s;

	if (!http_list_next(&c->rest, &s))
		return false;
	*ret = read_member(s);
	if (!ret->begins && !c->begun)
		ret->kind = MEMBER_BROKEN;
	if (ret->begins)
		c->begun = ret->kind != MEMBER_TOKEN68;
	return true;
}

static bool are_challenges(struct slice line)
{
	struct challenges c = { .rest = line };
	struct member m;
	size_t count = 0;

	for (; next_member(&c, &m); count++)
		if (m.kind == MEMBER_BROKEN)
			return false;
	return count > 0;
}

static bool realms_are_quoted(struct slice line)
{
	struct challenges c = { .rest = line };
	struct member m;

	while (next_member(&c, &m))
		if (m.kind == MEMBER_PARAMETER && slice_is_nocase(m.name, "realm") &&
		    !http_is_quoted(m.value))
			return false;
	return true;
}

#define MAX_PARAMETERS 32

static bool no_parameter_twice(struct slice line)
{
	struct challenges c = { .rest = line };
	struct slice name[MAX_PARAMETERS];
	struct member m;
	size_t n = 0;

	while (next_member(&c, &m)) {
		if (m.begins)
			n = 0;
		if (m.kind != MEMBER_PARAMETER)
			continue;
		for (size_t i = 0; i < n; i++)
			if (slice_eq_nocase(name[i], m.name))
				return false;
		if (n < MAX_PARAMETERS)
			name[n++] = m.name;
	}
	return true;
}

static enum rule_outcome www_authenticate_grammar(const struct exchange_seen *seen,
						  struct buffer *out)
{
	return rule_each_line(seen, out, "WWW-Authenticate", are_challenges);
}

static enum rule_outcome challenge_realm_quoted(const struct exchange_seen *seen,
						struct buffer *out)
{
	return rule_each_line(seen, out, "WWW-Authenticate", realms_are_quoted);
}

static enum rule_outcome challenge_parameter_once(const struct exchange_seen *seen,
						  struct buffer *out)
{
	return rule_each_line(seen, out, "WWW-Authenticate", no_parameter_twice);
}

const struct rule auth_rules[] = {
	{ "www-authenticate-grammar", "RFC9110-2.2-1", LEVEL_MUST,
	  "WWW-Authenticate is a list of challenges", www_authenticate_grammar,
	  FIELD("WWW-Authenticate") },
	{ "challenge-realm-quoted", "RFC9110-11.5-2", LEVEL_MUST,
	  "the realm of a challenge is quoted", challenge_realm_quoted, FIELD("WWW-Authenticate") },
	{ "challenge-parameter-once", "RFC9110-11.2-1", LEVEL_MUST,
	  "no parameter twice in one challenge", challenge_parameter_once,
	  FIELD("WWW-Authenticate") },
	{ 0 },
};
