#include "runner/client-transfer.h"

#include "base/cleanup.h"
#include "base/text.h"

#include <curl/curl.h>

#define SHOWN_MAX    (TRANSCRIPT_EVENT * 4)
#define SMALL_ENOUGH ((size_t)1024 * 1024)
#define MAX_ASKED    ((size_t)1024 * 1024)

void transfer_init(struct transfer *t, struct arena *arena, struct transcript *transcript)
{
	*t = (struct transfer){ .arena = arena,
				.transcript = transcript,
				.asked = BUFFER_INIT(MAX_ASKED),
				.head = BUFFER_INIT(RESPONSE_MAX_HEAD),
				.content = BUFFER_INIT(RESPONSE_MAX_CONTENT),
				.shown = BUFFER_INIT(SHOWN_MAX) };
}

void transfer_release(struct transfer *t)
{
	buffer_release(&t->content);
	buffer_release(&t->shown);
	buffer_release(&t->asked);
	buffer_release(&t->head);
	heads_free(t->heads);
}

void heads_free(struct heads *list)
{
	while (list) {
		struct heads *next = list->next;

		response_reader_free(list->reader);
		free(list);
		list = next;
	}
}

void heads_append(struct heads **list, struct heads *more)
{
	while (*list)
		list = &(*list)->next;
	*list = more;
}

/* ---- the heads for the passive rules ---- */

/* Of one request at a time; libcurl may send it again on another connection. */
static void add_asked(struct transfer *t, struct slice bytes)
{
	if (t->answered || slice_ends(buffer_slice(&t->asked), SLICE("\r\n\r\n")))
		buffer_clear(&t->asked);
	t->answered = false;
	(void)buffer_add_slice(&t->asked, bytes);
}

/* As though it answered HEAD: what follows it is not shown as it came. */
static struct heads *read_heads(struct transfer *t)
{
	struct heads *h = calloc(1, sizeof(*h));
	struct exchange_record *e = h ? &h->record : NULL;
	struct sent sent;

	if (!h || !(h->reader = response_reader_new()))
		return h;
	sent_init(&sent, t->arena);
	(void)sent_add(&sent, buffer_slice(&t->asked));
	e->has_request = sent_request(&sent, 0, &e->request);
	sent_release(&sent);
	response_reader_expect(h->reader, SLICE("HEAD"), e->request.valid && e->request.minor == 0);

	enum response_state state = response_reader_feed(h->reader, buffer_slice(&t->head),
							 loop_clock(t->loop));

	e->response = state == RESPONSE_WANTS_MORE ? NULL : response_take(h->reader);
	e->interim = state == RESPONSE_INTERIM;
	e->wall = time(NULL);
	return h;
}

static void end_head(struct transfer *t)
{
	struct heads *h = slice_starts(buffer_slice(&t->head), SLICE("HTTP/1.")) ? read_heads(t)
										 : NULL;

	if (h && h->record.response) {
		heads_append(&t->heads, h);
		t->kept += response_reader_size(h->reader);
	} else {
		heads_free(h);
	}
	t->in_head = false;
}

/* ---- the transcript ---- */

static void show(struct transfer *t)
{
	bool sent = t->shown_kind == CURLINFO_HEADER_OUT || t->shown_kind == CURLINFO_DATA_OUT;

	if (t->shown.len)
		transcript_bytes(t->transcript, sent ? EVENT_SENT : EVENT_RECEIVED, "client",
				 loop_clock(t->loop), buffer_slice(&t->shown));
	buffer_clear(&t->shown);
}

/* libcurl tells the fields one by one; a head is one event. */
static int on_debug(CURL *easy, curl_infotype kind, char *bytes, size_t len, void *arg)
{
	struct transfer *t = arg;

	(void)easy;
	if (kind != CURLINFO_HEADER_OUT && kind != CURLINFO_DATA_OUT &&
	    kind != CURLINFO_HEADER_IN && kind != CURLINFO_DATA_IN)
		return 0;
	if (kind == CURLINFO_DATA_IN)
		t->received += len;
	if (kind == CURLINFO_HEADER_OUT)
		add_asked(t, slice_of(bytes, len));
	if (kind != (curl_infotype)t->shown_kind || t->shown.len + len > SHOWN_MAX)
		show(t);
	t->shown_kind = (int)kind;
	if (buffer_add(&t->shown, bytes, len) < 0)
		transcript_bytes(t->transcript,
				 kind == CURLINFO_DATA_OUT ? EVENT_SENT : EVENT_RECEIVED, "client",
				 loop_clock(t->loop), slice_of(bytes, len));
	return 0;
}

/* ---- redirects ---- */

static void curl_urlp(CURLU **u)
{
	curl_url_cleanup(*u);
}

static void curl_stringp(char **s)
{
	curl_free(*s);
}

static bool same_part(CURLU *a, CURLU *b, CURLUPart part)
{
	CLEANUP(curl_stringp) char *x = NULL;
	CLEANUP(curl_stringp) char *y = NULL;

	return curl_url_get(a, part, &x, CURLU_DEFAULT_PORT) == CURLUE_OK &&
	       curl_url_get(b, part, &y, CURLU_DEFAULT_PORT) == CURLUE_OK &&
	       slice_is_nocase(slice_str(x), y);
}

static bool same_origin(CURLU *u, const char *url)
{
	CLEANUP(curl_urlp) CURLU *other = curl_url();

	return other && curl_url_set(other, CURLUPART_URL, url, 0) == CURLUE_OK &&
	       same_part(u, other, CURLUPART_SCHEME) && same_part(u, other, CURLUPART_HOST) &&
	       same_part(u, other, CURLUPART_PORT);
}

/* True where |location| stays with the target; one that is no URL libcurl refuses. */
static bool stays(const struct transfer *t, const char *location)
{
	CLEANUP(curl_urlp) CURLU *u = curl_url();
	const char *from = NULL;

	(void)curl_easy_getinfo(t->easy, CURLINFO_EFFECTIVE_URL, &from);
	if (!u || !from || curl_url_set(u, CURLUPART_URL, from, 0) != CURLUE_OK ||
	    curl_url_set(u, CURLUPART_URL, location, CURLU_NON_SUPPORT_SCHEME) != CURLUE_OK)
		return true;
	return same_origin(u, t->own_url) || same_origin(u, t->target_url);
}

static bool is_redirect(const struct transfer *t)
{
	const struct response *r = &t->response;
	struct slice location;

	return r->status / 100 == 3 && response_field(r, "Location", &location);
}

/* libcurl follows as soon as it has read a field Location: then it is too late. */
static bool takes_redirect(struct transfer *t, struct slice name, struct slice value)
{
	if (!t->most_redirects || t->response.status / 100 != 3 ||
	    !slice_is_nocase(name, "Location"))
		return true;

	const char *location = arena_str(t->arena, value);

	if (t->redirects == t->most_redirects || !stays(t, location))
		t->refused = location;
	return !t->refused;
}

/* ---- the head ---- */

/* "HTTP/1.1 200 OK" of a new response; the one before it was an interim one, a redirect
 * or an authentication round. */
static void begin_response(struct transfer *t, struct slice line)
{
	struct response *r = &t->response;
	struct slice rest = slice_skip(line, slice_find(line, ' ') + 1);
	uint64_t status = 0;

	t->redirects += t->begun && t->most_redirects && is_redirect(t);
	if (t->begun && r->status / 100 == 1) {
		if (t->ninterims < RESPONSE_MAX_INTERIM)
			t->interims[t->ninterims++] = r->status;
	} else {
		t->ninterims = 0;
	}
	(void)text_count(slice_sub(rest, 0, 3), &status);
	*r = (struct response){
		.status = (int)status,
		.version = arena_copy(t->arena, slice_sub(line, 0, slice_find(line, ' '))),
		.reason = arena_copy(t->arena, slice_skip(rest, 4)),
		.framing = RESPONSE_LENGTH,
		.complete = true,
		.first_byte = loop_clock(t->loop) - t->pace.held_up,
	};
	t->begun = t->in_head = t->answered = true;
	buffer_clear(&t->head);
	t->head_bytes = 0;
	t->received = 0;
	buffer_clear(&t->content);
}

static bool add_field(struct transfer *t, struct slice line)
{
	struct response *r = &t->response;
	struct field **list = t->in_head ? &r->fields : &r->trailers;
	size_t *n = t->in_head ? &r->nfields : &r->ntrailers, colon = slice_find(line, ':');
	struct slice name = slice_sub(line, 0, colon);

	if (*n == RESPONSE_MAX_FIELDS) {
		t->beyond = "more fields than httpcheck reads";
		return false;
	}

	struct field *f = arena_push(t->arena, list, n, sizeof(*f));

	f->name = arena_copy(t->arena, name);
	f->value = arena_copy(t->arena, slice_trim(slice_skip(line, colon + 1)));
	return takes_redirect(t, f->name, f->value);
}

/* A line folded in two (RFC 9112 section 5.2). Each makes another copy of the value. */
static bool continue_field(struct transfer *t, struct slice line)
{
	enum { MOST_FOLDS = 100 };
	struct response *r = &t->response;
	struct field *list = t->in_head ? r->fields : r->trailers, *last;
	size_t n = t->in_head ? r->nfields : r->ntrailers;

	if (n == 0)
		return true;
	if (t->folds++ == MOST_FOLDS) {
		t->beyond = "more folded lines than httpcheck reads";
		return false;
	}
	last = &list[n - 1];
	line = slice_trim(line);
	last->value = slice_str(arena_printf(t->arena, "%.*s %.*s", (int)last->value.len,
					     last->value.at, (int)line.len, line.at));
	return true;
}

static struct slice without_end(struct slice line)
{
	while (line.len && (line.at[line.len - 1] == '\n' || line.at[line.len - 1] == '\r'))
		line.len--;
	return line;
}

static bool take_line(struct transfer *t, struct slice raw)
{
	struct slice line = without_end(raw);
	bool begins = !t->in_head && slice_starts(line, SLICE("HTTP/"));

	t->head_bytes += raw.len;
	if (t->head_bytes > RESPONSE_MAX_HEAD) {
		t->beyond = "a head larger than httpcheck reads";
		return false;
	}
	if (begins)
		begin_response(t, line);
	if (t->in_head)
		(void)buffer_add_slice(&t->head, raw);
	if (begins)
		return true;
	if (line.len && (line.at[0] == ' ' || line.at[0] == '\t'))
		return continue_field(t, line);
	else if (line.len)
		return add_field(t, line);
	else if (t->in_head)
		end_head(t);
	return true;
}

static void count_held(struct transfer *t)
{
	intake_holds(t->pace.intake, &t->held, t->content.room + t->head.len + t->kept);
}

/* Any other number than what it got ends the transfer. */
static size_t on_header(char *bytes, size_t size, size_t n, void *arg)
{
	struct transfer *t = arg;
	bool taken = take_line(t, slice_of(bytes, size * n));

	count_held(t);
	return taken ? size * n : CURL_WRITEFUNC_ERROR;
}

/* ---- the content ---- */

static size_t on_content(char *bytes, size_t size, size_t n, void *arg)
{
	struct transfer *t = arg;

	if (buffer_add(&t->content, bytes, size * n) < 0)
		t->beyond = "more content than httpcheck takes";
	else if (t->content.len > SMALL_ENOUGH && t->content.len / CLIENT_MAX_RATIO > t->received)
		t->beyond = "content that was compressed more than a hundredfold";
	count_held(t);
	return t->beyond ? CURL_WRITEFUNC_ERROR : size * n;
}

bool transfer_attach(struct transfer *t, void *easy)
{
	t->easy = easy;
	return curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header) == CURLE_OK &&
	       curl_easy_setopt(easy, CURLOPT_HEADERDATA, t) == CURLE_OK &&
	       curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_content) == CURLE_OK &&
	       curl_easy_setopt(easy, CURLOPT_WRITEDATA, t) == CURLE_OK &&
	       curl_easy_setopt(easy, CURLOPT_DEBUGFUNCTION, on_debug) == CURLE_OK &&
	       curl_easy_setopt(easy, CURLOPT_DEBUGDATA, t) == CURLE_OK &&
	       curl_easy_setopt(easy, CURLOPT_VERBOSE, 1L) == CURLE_OK;
}

char *transfer_finish(struct transfer *t)
{
	size_t len = t->content.len;
	char *content = len ? buffer_take(&t->content) : NULL;

	show(t);
	t->response.content = slice_of(content, content ? len : 0);
	if (t->response.status == 204 || t->response.status == 304 || t->response.status / 100 == 1)
		t->response.framing = RESPONSE_NONE;
	return content;
}
