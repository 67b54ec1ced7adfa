#include "runner/rules-inner.h"

#include "base/cleanup.h"
#include "http/bytes.h"
#include "http/grammar.h"

/* Rules about dates. */

static bool date_of(const struct exchange_seen *seen, struct slice value, time_t *ret)
{
	return http_date_parse(value, seen->wall, ret, NULL) == 0;
}

static enum rule_outcome is_date(const struct exchange_seen *seen, struct buffer *out,
				 const char *name)
{
	const struct field *f;
	time_t date;
	size_t at = 0;

	for (; (f = rule_next_line(seen->response, name, &at));)
		if (!date_of(seen, f->value, &date))
			return rule_refuse_field(out, f);
	return rule_has(seen->response, name) ? RULE_PASS : RULE_NOT_APPLICABLE;
}

static enum rule_outcome date_grammar(const struct exchange_seen *seen, struct buffer *out)
{
	return is_date(seen, out, "Date");
}

static enum rule_outcome last_modified_grammar(const struct exchange_seen *seen,
					       struct buffer *out)
{
	return is_date(seen, out, "Last-Modified");
}

static enum rule_outcome expires_grammar(const struct exchange_seen *seen, struct buffer *out)
{
	return is_date(seen, out, "Expires");
}

static enum rule_outcome retry_after_grammar(const struct exchange_seen *seen, struct buffer *out)
{
	struct slice value;

	if (response_field(seen->response, "Retry-After", &value) && http_all(value, HTTP_DIGIT))
		return RULE_PASS;
	return is_date(seen, out, "Retry-After");
}

static const char *const date_fields[] = { "Date", "Last-Modified", "Expires", "Retry-After" };

/* A date that is none is the business of the rules above. */
static enum rule_outcome date_imf_fixdate(const struct exchange_seen *seen, struct buffer *out)
{
	enum rule_outcome outcome = RULE_NOT_APPLICABLE;

	for (size_t i = 0; i < ARRAY_SIZE(date_fields); i++) {
		enum http_date_form form;
		const struct field *f;
		size_t at = 0;
		time_t date;

		f = rule_next_line(seen->response, date_fields[i], &at);
		if (!f || http_date_parse(f->value, seen->wall, &date, &form) < 0)
			continue;
		if (form != HTTP_DATE_IMF)
			return rule_refuse_field(out, f);
		outcome = RULE_PASS;
	}
	return outcome;
}

/* |value| with each run of whitespace as one space. */
static struct slice squeeze(struct slice value, struct buffer *scratch)
{
	buffer_clear(scratch);
	for (size_t i = 0; i < value.len; i++)
		if (!http_is(value.at[i], HTTP_WS))
			(void)buffer_add_byte(scratch, value.at[i]);
		else if (i == 0 || !http_is(value.at[i - 1], HTTP_WS))
			(void)buffer_add_byte(scratch, ' ');
	return buffer_slice(scratch);
}

static enum rule_outcome date_single_space(const struct exchange_seen *seen, struct buffer *out)
{
	CLEANUP(buffer_release) struct buffer scratch = BUFFER_INIT(1024);
	enum rule_outcome outcome = RULE_NOT_APPLICABLE;
	const struct field *f;
	time_t date;

	for (size_t i = 0; i < ARRAY_SIZE(date_fields); i++)
		for (size_t at = 0; (f = rule_next_line(seen->response, date_fields[i], &at));) {
			if (date_of(seen, f->value, &date))
				outcome = RULE_PASS;
			else if (date_of(seen, squeeze(f->value, &scratch), &date))
				return rule_refuse_field(out, f);
		}
	return outcome;
}

/* That a tunnel was opened is said by a proxy, not by an origin server. */
static enum rule_outcome date_header_required(const struct exchange_seen *seen, struct buffer *out)
{
	int class = seen->response->status / 100;
	bool tunnel = class == 2 && rule_asked(seen, "CONNECT");

	return rule_wants(seen, out, class >= 2 && class <= 4 && !tunnel, "Date");
}

/* A day: test machines with a wrong time zone or a clock that nobody sets are no fault
 * of the server; a date that is made up or never moves is. An aged response has the
 * date of when it was made. */
#define NEAR ((time_t)24 * 3600)

static enum rule_outcome date_near_clock(const struct exchange_seen *seen, struct buffer *out)
{
	size_t at = 0;
	const struct field *f = rule_next_line(seen->response, "Date", &at);
	time_t date;

	if (!f || seen->wall == 0 || rule_has(seen->response, "Age") ||
	    !date_of(seen, f->value, &date))
		return RULE_NOT_APPLICABLE;
	if (date >= seen->wall - NEAR && date <= seen->wall + NEAR)
		return RULE_PASS;

	char clock[HTTP_DATE_ROOM];

	http_date_format(seen->wall, clock);
	(void)rule_refuse_field(out, f);
	return rule_refuse(out, ", while the checker's clock says %s", clock);
}

static enum rule_outcome last_modified_not_later_than_date(const struct exchange_seen *seen,
							   struct buffer *out)
{
	struct slice modified, made;
	time_t m, d;

	if (!response_field(seen->response, "Last-Modified", &modified) ||
	    !response_field(seen->response, "Date", &made) || !date_of(seen, modified, &m) ||
	    !date_of(seen, made, &d))
		return RULE_NOT_APPLICABLE;
	if (m <= d)
		return RULE_PASS;
	(void)rule_refuse_bytes(out, "Last-Modified: ", modified);
	return rule_refuse_bytes(out, ", Date: ", made);
}

const struct rule date_rules[] = {
	{ "date-grammar", "RFC9110-2.2-1", LEVEL_MUST, "Date is an HTTP-date", date_grammar,
	  FIELD("Date") },
	{ "last-modified-grammar", "RFC9110-2.2-1", LEVEL_MUST, "Last-Modified is an HTTP-date",
	  last_modified_grammar, FIELD("Last-Modified") },
	{ "expires-grammar", "RFC9110-2.2-1", LEVEL_MUST, "Expires is an HTTP-date",
	  expires_grammar, FIELD("Expires") },
	{ "retry-after-grammar", "RFC9110-2.2-1", LEVEL_MUST,
	  "Retry-After is an HTTP-date or digits", retry_after_grammar, FIELD("Retry-After") },
	{ "date-imf-fixdate", "RFC9110-5.6.7-2", LEVEL_MUST, "dates are sent as IMF-fixdate",
	  date_imf_fixdate, HEADS },
	{ "date-single-space", "RFC9110-5.6.7-4", LEVEL_MUST,
	  "dates have no more whitespace than their grammar", date_single_space, HEADS },
	{ "date-header-required", "RFC9110-6.6.1-3", LEVEL_MUST, "2xx, 3xx and 4xx carry Date",
	  date_header_required, HEADS },
	{ "date-near-clock", "RFC9110-6.6.1-1", LEVEL_SHOULD,
	  "Date lies within a day of the checker's clock", date_near_clock, FIELD("Date") },
	{ "last-modified-not-later-than-date", "RFC9110-8.8.2.1-3", LEVEL_MUST,
	  "Last-Modified is not later than Date", last_modified_not_later_than_date,
	  FIELD("Last-Modified") },
	{ 0 },
};
