/* Single elements of the grammar that server and checker share, each held against the ABNF
 * of the RFCs as regular expressions (naive.c) or the C library; and what is made of them:
 * answers to challenges, the datagrams of discovery. */

#include "fuzz.h"
#include "naive.h"

#include "base/buffer.h"
#include "base/cleanup.h"
#include "http/bytes.h"
#include "http/grammar.h"
#include "reference-server/discovery.h"
#include "runner/digest.h"
#include "runner/discover.h"

#include <errno.h>
#include <time.h>

enum { MOST = 1024 }; /* of a regular expression; longer ones repeat themselves */

/* ---- yes or no ---- */

static bool is_media_type(struct slice s)
{
	return http_is_media_type(s, NULL);
}

static bool is_version(struct slice s)
{
	int major, minor;

	return http_version_parse(s, &major, &minor) == 0;
}

static bool is_etag(struct slice s)
{
	struct http_etag e;

	return http_etag_parse(s, &e) == 0;
}

static bool are_etags(struct slice s)
{
	struct http_etag e;
	int r;

	while ((r = http_etag_next(&s, &e)) > 0)
		MUST(naive_is("entity-tag", e.opaque));
	return r == 0;
}

static bool are_parameters(struct slice s)
{
	struct slice name, value;
	int r;

	while ((r = http_parameter_next(&s, &name, &value)) > 0) {
		MUST(naive_is("token", name));
		MUST(naive_is("token", value) || naive_is("quoted-string", value));
	}
	return r == 0;
}

static bool is_content_range(struct slice s)
{
	struct http_content_range c;
	int r = http_content_range_parse(s, &c);

	MUST(r != 0 || c.has_range || c.has_length);
	return r == 0 || r == -ERANGE;
}

static const struct {
	const char *rule;
	bool (*reads)(struct slice s);
} elements[] = {
	{ "token", http_is_token },
	{ "quoted-string", http_is_quoted },
	{ "field-value", http_is_field_value },
	{ "HTTP-version", is_version },
	{ "entity-tag", is_etag },
	{ "entity-tags", are_etags },
	{ "parameters", are_parameters },
	{ "media-type", is_media_type },
	{ "Content-Range", is_content_range },
	{ "URI-reference", http_is_uri_reference },
	{ "Host", http_is_host },
	{ "Dictionary", http_is_dictionary },
};

static void read_elements(struct slice s)
{
	for (size_t i = 0; i < ARRAY_SIZE(elements); i++) {
		bool got = elements[i].reads(s), want = naive_is(elements[i].rule, s);

		if (got != want)
			(void)fprintf(stderr, "%s: %d, and %d as the RFC has it\n",
				      elements[i].rule, got, want);
		MUST(got == want);
	}
}

/* ---- numbers ---- */

static int number(struct slice s, int base, unsigned digits, uint64_t *ret)
{
	char *copy = string_copy(s);
	int r = -EINVAL;

	if (http_all(s, digits)) {
		errno = 0;
		*ret = strtoull(copy, NULL, base);
		r = -errno;
	}
	free(copy);
	return r;
}

static void read_numbers(struct slice s)
{
	uint64_t got, want;
	int r = http_decimal(s, &got), naive = number(s, 10, HTTP_DIGIT, &want);

	MUST(r == naive && (r || got == want));
	r = http_hex(s, &got);
	naive = number(s, 16, HTTP_HEX, &want);
	MUST(r == naive && (r || got == want));
}

/* A number that is too large is the end of everything, but not as the first position. */
static void read_range(struct slice s)
{
	struct slice from = slice_sub(s, 0, slice_find(s, '-')), to = slice_skip(s, from.len + 1);
	uint64_t first = 0, last = UINT64_MAX;
	struct http_range g;
	int r = http_range_parse(s, &g), want = naive_is("range-spec", s) ? 0 : -EINVAL;

	if (want == 0 && to.len)
		(void)number(to, 10, HTTP_DIGIT, &last);
	if (want == 0 && from.len)
		want = number(from, 10, HTTP_DIGIT, &first);
	if (want == 0 && from.len && last < first)
		want = -EINVAL;
	MUST(r == want);
	MUST(r != 0 || (g.suffix == (from.len == 0) && g.last == last));
	MUST(r != 0 || g.suffix || g.first == first);
}

/* ---- lists ---- */

static void read_list(struct slice s)
{
	struct slice naive = s, got, want;

	while (http_list_next(&s, &got)) {
		MUST(naive_member(&naive, &want));
		MUST(slice_eq(got, want));
	}
	MUST(!naive_member(&naive, &want));
}

/* ---- dates ---- */

static size_t write_in_form(enum http_date_form form, const struct tm *tm, char *out, size_t room)
{
	size_t n = 0;

	switch (form) {
	case HTTP_DATE_IMF:
		return strftime(out, room, "%a, %d %b %Y %H:%M:%S GMT", tm);
	case HTTP_DATE_RFC850: /* gcc warns of %y */
		n = strftime(out, room, "%A, %d-%b-", tm);
		n += (size_t)snprintf(out + n, room - n, "%02d", tm->tm_year % 100);
		return n + strftime(out + n, room - n, " %H:%M:%S GMT", tm);
	case HTTP_DATE_ASCTIME:
		return strftime(out, room, "%a %b %e %H:%M:%S %Y", tm);
	}
	return n;
}

/* What was read, written by the C library in the same form, is what there was. */
static void is_as_written(struct slice s, time_t t, enum http_date_form form)
{
	struct tm tm;
	char text[64];

	MUST(gmtime_r(&t, &tm));
	MUST(write_in_form(form, &tm, text, sizeof(text)));
	if (form != HTTP_DATE_RFC850 && tm.tm_year < 1000 - 1900)
		return; /* %Y has no zeros in front */
	if (form == HTTP_DATE_ASCTIME && slice_find_slice(s, SLICE(" 0")) < 10)
		return; /* nor has %e */
	MUST(slice_is(s, text));
}

static void read_date(struct slice s)
{
	const time_t now = 1700000000;
	char text[HTTP_DATE_ROOM];
	enum http_date_form form;
	time_t t, again;
	bool is_leap_second = s.len > 26 && slice_find_slice(s, SLICE(":60")) < s.len;

	if (http_date_parse(s, now, &t, &form) < 0)
		return;
	MUST(naive_is("HTTP-date", s));
	if (s.len > 18 && !is_leap_second && slice_find_slice(s, SLICE(":60")) == s.len)
		is_as_written(s, t, form);
	http_date_format(t, text);
	MUST(http_date_parse(slice_str(text), now, &again, &form) == 0);
	MUST(again == t && form == HTTP_DATE_IMF);
}

/* Any time is written as a date, and read again. */
static void write_date(struct slice s)
{
	char text[HTTP_DATE_ROOM];
	enum http_date_form form;
	int64_t t = 0, again;

	memcpy(&t, s.len ? s.at : "", s.len < sizeof(t) ? s.len : sizeof(t));
	http_date_format(t, text);
	MUST(http_date_parse(slice_str(text), 0, &again, &form) == 0 && form == HTTP_DATE_IMF);
	MUST(again == t || t > 253402300799 || t < -62167219200);
}

/* ---- what is made of them ---- */

/* An Authorization field is one line, whatever the challenge. */
static void answer_challenge(struct slice s)
{
	struct buffer out = BUFFER_INIT(1 << 16);
	struct digest_answer a = { .challenge = s,
				   .method = SLICE("GET"),
				   .uri = SLICE("/"),
				   .user = SLICE("a"),
				   .password = SLICE("b") };
	struct slice got;

	MUST(digest_answer(&a, &out) == 0);
	got = buffer_slice(&out);
	MUST(slice_starts(got, SLICE("Digest")));
	MUST(naive_is("field-value", got) || !naive_is("field-value", s));
	buffer_release(&out);
}

static void read_datagram(struct slice s)
{
	static const char server[] = "http://127.0.0.1:8080/";
	char url[DISCOVER_MAX_URL], out[256];
	size_t len = discovery_answer(server, s.len, out, sizeof(out));

	MUST(len <= s.len);
	if (len)
		MUST(discover_url(slice_of(out, len), url) && strcmp(url, server) == 0);
	if (discovery_is_query(s))
		MUST(slice_starts(s, SLICE("M-SEARCH * HTTP/1.1\r\n")) &&
		     slice_ends(s, SLICE("\r\n\r\n")));
	if (discover_url(s, url))
		MUST(http_all(slice_str(url), HTTP_VCHAR) &&
		     (strncmp(url, "http://", 7) == 0 || strncmp(url, "https://", 8) == 0));
}

void fuzz_input(struct slice in)
{
	struct slice s = exact_copy(take(&in, MOST));

	read_elements(s);
	read_numbers(s);
	read_range(s);
	read_list(s);
	read_date(s);
	write_date(s);
	answer_challenge(s);
	read_datagram(s);
	free((void *)(uintptr_t)s.at);
}
