#include "read-back.h"

#include "runner/response.h"

#include <stdio.h>
#include <stdlib.h>

struct read_back {
	struct response_reader *reader;
	enum response_state state;
	struct slice unfed;
	const char *fault;
};

struct read_back *read_back_new(void)
{
	struct read_back *r = calloc(1, sizeof(*r));

	if (!r)
		abort();
	r->reader = response_reader_new();
	if (!r->reader)
		abort();
	return r;
}

void read_back_free(struct read_back *r)
{
	response_reader_free(r->reader);
	free(r);
}

void read_back_feed(struct read_back *r, struct slice bytes)
{
	r->unfed = bytes;
}

/* More than the checker reads is no fault of who sent it; what follows is lost. */
static bool is_beyond(const struct response *got)
{
	for (size_t i = 0; i < got->nfaults; i++)
		if (strcmp(got->faults[i].rule, RESPONSE_LIMIT_RULE) == 0)
			return true;
	return false;
}

static enum read_back_state taken(struct read_back *r, int *ret_status, struct slice *ret_content)
{
	const struct response *got = response_take(r->reader);
	bool interim = r->state == RESPONSE_INTERIM;

	if (!got || is_beyond(got))
		return READ_BACK_MORE;
	*ret_status = got->status;
	*ret_content = got->content;
	r->fault = got->nfaults ? got->faults[0].text : NULL;
	if (got->nfaults || r->state == RESPONSE_BROKEN || !got->complete)
		return READ_BACK_FAULTY;
	if (got->framing == RESPONSE_TUNNEL)
		return READ_BACK_TUNNEL;
	return interim ? READ_BACK_INTERIM : READ_BACK_FINAL;
}

enum read_back_state read_back_next(struct read_back *r, struct slice method, bool http10,
				    int *ret_status, struct slice *ret_content)
{
	response_reader_expect(r->reader, method, http10);
	r->state = response_reader_feed(r->reader, r->unfed, 0);
	r->unfed = (struct slice){ 0 };
	return taken(r, ret_status, ret_content);
}

const char *read_back_fault(const struct read_back *r)
{
	return r->fault;
}

bool read_back_begun(const struct read_back *r)
{
	return response_reader_begun(r->reader);
}
