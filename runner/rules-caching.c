#include "runner/rules-inner.h"

#include "http/bytes.h"
#include "http/grammar.h"

/* Cache-Control and Age, RFC 9111. */

static bool is_delta_seconds(struct slice s)
{
	return http_all(s, HTTP_DIGIT);
}

static struct slice name_of(struct slice directive)
{
	return slice_sub(directive, 0, slice_find(directive, '='));
}

/* token [ "=" ( token / quoted-string ) ] */
static bool is_directive(struct slice s)
{
	struct slice name = name_of(s), argument = slice_skip(s, name.len + 1);

	if (!http_is_token(name))
		return false;
	return name.len == s.len || http_is_token(argument) || http_is_quoted(argument);
}

static bool are_directives(struct slice list)
{
	return rule_members(list, is_directive);
}

static enum rule_outcome age_grammar(const struct exchange_seen *seen, struct buffer *out)
{
	return rule_each_line(seen, out, "Age", is_delta_seconds);
}

static enum rule_outcome cache_control_grammar(const struct exchange_seen *seen,
					       struct buffer *out)
{
	return rule_each_line(seen, out, "Cache-Control", are_directives);
}

/* Holds the argument of each |name| directive that has one. */
static enum rule_outcome argument_is(const struct exchange_seen *seen, struct buffer *out,
				     const char *name, bool quoted)
{
	enum rule_outcome outcome = RULE_NOT_APPLICABLE;
	const struct field *f;

	for (size_t at = 0; (f = rule_next_line(seen->response, "Cache-Control", &at));) {
		struct slice list = f->value, d;

		while (http_list_next(&list, &d)) {
			size_t equals = slice_find(d, '=');

			if (!slice_is_nocase(name_of(d), name) || equals == d.len)
				continue;
			if (slice_starts(slice_skip(d, equals + 1), SLICE("\"")) != quoted)
				return rule_refuse_field(out, f);
			outcome = RULE_PASS;
		}
	}
	return outcome;
}

static enum rule_outcome directive_no_cache(const struct exchange_seen *seen, struct buffer *out)
{
	return argument_is(seen, out, "no-cache", true);
}

static enum rule_outcome directive_private(const struct exchange_seen *seen, struct buffer *out)
{
	return argument_is(seen, out, "private", true);
}

static enum rule_outcome directive_max_age(const struct exchange_seen *seen, struct buffer *out)
{
	return argument_is(seen, out, "max-age", false);
}

static enum rule_outcome directive_s_maxage(const struct exchange_seen *seen, struct buffer *out)
{
	return argument_is(seen, out, "s-maxage", false);
}

static enum rule_outcome directive_must_understand(const struct exchange_seen *seen,
						   struct buffer *out)
{
	if (!rule_list_has(seen->response, "Cache-Control", "must-understand"))
		return RULE_NOT_APPLICABLE;
	if (rule_list_has(seen->response, "Cache-Control", "no-store"))
		return RULE_PASS;
	return rule_refuse(out, "must-understand without no-store");
}

const struct rule caching_rules[] = {
	{ "age-grammar", "RFC9110-2.2-1", LEVEL_MUST, "Age is a number of seconds", age_grammar,
	  FIELD("Age") },
	{ "cache-control-grammar", "RFC9110-2.2-1", LEVEL_MUST,
	  "Cache-Control is a list of directives", cache_control_grammar, FIELD("Cache-Control") },
	{ "response-directive-no-cache", "RFC9111-5.2.2.4-3", LEVEL_SHOULD,
	  "the argument of no-cache is quoted", directive_no_cache, FIELD("Cache-Control") },
	{ "response-directive-private", "RFC9111-5.2.2.7-5", LEVEL_SHOULD,
	  "the argument of private is quoted", directive_private, FIELD("Cache-Control") },
	{ "response-directive-max-age", "RFC9111-5.2.2.1-1", LEVEL_MUST,
	  "the argument of max-age is not quoted", directive_max_age, FIELD("Cache-Control") },
	{ "response-directive-s-maxage", "RFC9111-5.2.2.10-2", LEVEL_MUST,
	  "the argument of s-maxage is not quoted", directive_s_maxage, FIELD("Cache-Control") },
	{ "response-directive-must-understand", "RFC9111-5.2.2.3-1", LEVEL_SHOULD,
	  "must-understand comes with no-store", directive_must_understand,
	  FIELD("Cache-Control") },
	{ 0 },
};
