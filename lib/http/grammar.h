#ifndef HTTPCHECK_HTTP_GRAMMAR_H
#define HTTPCHECK_HTTP_GRAMMAR_H

#include "base/slice.h"

#include <stdint.h>
#include <time.h>

/* Grammar of single elements. Nothing here reads a whole message: requests are
 * read in reference-server/, responses in runner/, by code that shares only this. */

/* Lists (#element, RFC 9110 section 5.6.1). Takes the next member off |*list|,
 * without the OWS around it; commas inside a quoted-string do not split. False
 * when nothing is left. Empty members are skipped, as recipients must. */
bool http_list_next(struct slice *list, struct slice *ret_member);

/* As above, but empty members come out too (what a sender must not make): one for
 * each comma that has no member before it or nothing behind it. */
bool http_list_next_raw(struct slice *list, struct slice *ret_member);

/* True if the list has a member equal to |token| without case; parameters behind
 * a ";" are not looked at. */
bool http_list_has(struct slice list, const char *token);

/* Parameters (RFC 9110 section 5.6.6): takes |;name=value| off the front of |*s|;
 * a quoted value is given with its quotes. 1 one was taken, 0 nothing is left,
 * -EINVAL broken. OWS around ";" is taken, around "=" it is broken. */
int http_parameter_next(struct slice *s, struct slice *ret_name, struct slice *ret_value);

/* quoted-string, RFC 9110 section 5.6.4: true if |s| is one as a whole; how many
 * bytes at the front of |s| are one, 0 where there is none. */
bool http_is_quoted(struct slice s);
size_t http_quoted_span(struct slice s);

/* media-type, RFC 9110 section 8.3.1. |ret_type| (may be null) is "text/html". */
bool http_is_media_type(struct slice s, struct slice *ret_type);

/* HTTP-date, RFC 9110 section 5.6.7. The three forms; |now| decides the century
 * of an rfc850 year: the latest one that is not more than 50 years ahead. 0, or
 * -EINVAL (also for a day of the week that is wrong). Second 60 is the first of
 * the next minute. |ret_form| may be null. */
enum http_date_form { HTTP_DATE_IMF, HTTP_DATE_RFC850, HTTP_DATE_ASCTIME };

int http_date_parse(struct slice s, time_t now, time_t *ret, enum http_date_form *ret_form);

/* IMF-fixdate, 29 bytes and a NUL. Times outside the years 0 to 9999 become the
 * nearest that is inside. */
#define HTTP_DATE_ROOM 30
void http_date_format(time_t t, char out[HTTP_DATE_ROOM]);

/* entity-tag, RFC 9110 section 8.8.3: W/ or nothing, then a quoted opaque-tag. */
struct http_etag {
	struct slice opaque;          /* with its quotes */
	bool weak;
};

int http_etag_parse(struct slice s, struct http_etag *ret);         /* 0 or -EINVAL */

/* Takes the next entity-tag off a list of them (If-Match, If-None-Match), where a
 * backslash is an ordinary byte: http_list_next() would take it for an escape. 1
 * one was taken, 0 nothing is left, -EINVAL broken. Empty members are skipped. */
int http_etag_next(struct slice *list, struct http_etag *ret);

bool http_etag_strong_eq(struct http_etag a, struct http_etag b);   /* section 8.8.3.2 */
bool http_etag_weak_eq(struct http_etag a, struct http_etag b);

/* One range-spec of a bytes Range, RFC 9110 section 14.1.2: "0-4", "5-", "-5". */
struct http_range {
	uint64_t first, last;         /* last is UINT64_MAX for "5-"; a suffix has its length in last */
	bool suffix;
};

/* 0; -EINVAL, also where last is below first; -ERANGE where first is above
 * UINT64_MAX, behind the end of anything. A last position or suffix length above
 * it reaches to the end all the same: UINT64_MAX. */
int http_range_parse(struct slice s, struct http_range *ret);

/* Content-Range, RFC 9110 section 14.4, unit bytes. A length or range given as
 * "*" leaves the flag false. The form only: that first <= last < length is for
 * the caller to see. 0, -EINVAL, -ERANGE for a number above UINT64_MAX. */
struct http_content_range {
	uint64_t first, last, length;
	bool has_range, has_length;
};

int http_content_range_parse(struct slice s, struct http_content_range *ret);

/* Host: uri-host [ ":" port ], RFC 9110 section 7.2; an empty one is grammatical. */
bool http_is_host(struct slice s);

/* URI-reference by its characters and its shape, RFC 3986 section 4.1. */
bool http_is_uri_reference(struct slice s);

/* Dictionary of structured fields, RFC 8941 section 3.2; an empty one has no members. */
bool http_is_dictionary(struct slice s);

/* HTTP-version, RFC 9112 section 2.3: "HTTP/1.1", case-sensitive. 0 or -EINVAL. */
int http_version_parse(struct slice s, int *ret_major, int *ret_minor);

#endif
