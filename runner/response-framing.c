#include "runner/response-parse.h"

#include "http/bytes.h"
#include "http/grammar.h"

#include <errno.h>

/* How the end of a response is found: RFC 9112 section 6.3, in its order. */

struct framing_fields {
	bool te, chunked_last;        /* Transfer-Encoding is there; its last coding is chunked */
	uint64_t te_at;
	bool cl, cl_readable;
	uint64_t cl_at;
};

/* The offset of a field in the connection; a name is never moved by unfolding. */
static uint64_t offset_of(const struct response *res, const struct field *f)
{
	return res->begins + (uint64_t)(f->name.at - res->head.at);
}

static void read_coding(struct slice coding, uint64_t at, struct framing_fields *f,
			unsigned *chunked, struct fault_list *faults)
{
	size_t semicolon = slice_find(coding, ';');

	f->chunked_last = slice_is_nocase(slice_trim(slice_sub(coding, 0, semicolon)), "chunked");
	if (!f->chunked_last)
		return;
	if (semicolon < coding.len)
		fault_add(faults, FAULT_CHUNKED_PARAMETER, at);
	if (++*chunked == 2)
		fault_add(faults, FAULT_CHUNKED_TWICE, at);
}

static void read_transfer_encoding(const struct response *res, struct framing_fields *f,
				   struct fault_list *faults)
{
	unsigned chunked = 0;

	for (size_t i = 0; i < res->nfields; i++) {
		if (!slice_is_nocase(res->fields[i].name, "Transfer-Encoding"))
			continue;
		if (!f->te)
			f->te_at = offset_of(res, &res->fields[i]);
		f->te = true;

		struct slice list = res->fields[i].value, coding;

		while (http_list_next(&list, &coding))
			read_coding(coding, offset_of(res, &res->fields[i]), f, &chunked, faults);
	}
}

/* One number of a Content-Length; several are read on while they are equal. */
static bool read_number(struct slice member, uint64_t at, struct response *res,
			struct fault_list *faults)
{
	uint64_t number;
	int r = http_decimal(member, &number);

	if (r < 0) {
		fault_add(faults, r == -ERANGE ? FAULT_CL_HUGE : FAULT_CL_SYNTAX, at);
		return false;
	}
	if (res->has_content_length && number != res->content_length) {
		fault_add(faults, FAULT_CL_DIFFERS, at);
		return false;
	}
	res->content_length = number;
	res->has_content_length = true;
	return true;
}

static bool read_length_line(struct slice value, uint64_t at, struct response *res,
			     struct fault_list *faults)
{
	struct slice member;

	if (slice_find(value, ',') == value.len)
		return read_number(value, at, res, faults);
	fault_add(faults, FAULT_CL_LIST, at);
	while (http_list_next_raw(&value, &member))
		if (!read_number(member, at, res, faults))
			return false;
	return true;
}

static void read_content_length(struct response *res, struct framing_fields *f,
				struct fault_list *faults)
{
	f->cl_readable = true;
	for (size_t i = 0; i < res->nfields; i++) {
		if (!slice_is_nocase(res->fields[i].name, "Content-Length"))
			continue;

		uint64_t at = offset_of(res, &res->fields[i]);

		if (f->cl)
			fault_add(faults, FAULT_CL_LINES, at);
		else
			f->cl_at = at;
		f->cl = true;
		if (!read_length_line(res->fields[i].value, at, res, faults))
			f->cl_readable = false;
	}
	res->has_content_length = f->cl && f->cl_readable;
}

static bool has_no_content(int status, bool head)
{
	return head || status / 100 == 1 || status == 204 || status == 304;
}

bool framing_decide(struct response *res, struct framing_context ask, struct fault_list *faults)
{
	struct framing_fields f = { 0 };

	read_transfer_encoding(res, &f, faults);
	read_content_length(res, &f, faults);
	if (f.te && f.cl)
		fault_add(faults, FAULT_TE_AND_CL, f.te_at > f.cl_at ? f.te_at : f.cl_at);
	if (f.te && ask.http10)
		fault_add(faults, FAULT_TE_HTTP10, f.te_at);

	if (res->status == 101 || (ask.connect && res->status / 100 == 2))
		res->framing = RESPONSE_TUNNEL;
	else if (has_no_content(res->status, ask.head))
		res->framing = RESPONSE_NONE;
	else if (f.te)
		res->framing = f.chunked_last ? RESPONSE_CHUNKED : RESPONSE_UNTIL_CLOSE;
	else if (f.cl)
		res->framing = RESPONSE_LENGTH;
	else
		res->framing = RESPONSE_UNTIL_CLOSE;
	return res->framing != RESPONSE_LENGTH || f.cl_readable;
}
