/* The checker's response reader: in one piece and in many it says the same, and what it
 * finds no fault with libcurl takes as well, with the same status and content. */

#include "fuzz.h"

#include "base/cleanup.h"
#include "http/bytes.h"
#include "tests/unit/runner/read-response.h"

#include <curl/curl.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static char *read_pieces(struct slice in, unsigned seed, bool whole, const struct feeding *how)
{
	struct response_reader *r = response_reader_new();
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);

	MUST(r && out);
	response_reader_expect(r, slice_str(how->method), how->http10);
	while (in.len) {
		seed = seed * 1103515245u + 12345u;

		struct slice piece = exact_copy(take(&in, whole ? in.len : 1 + (seed >> 16) % 9));

		take_all(r, response_reader_feed(r, piece, 0), out);
		free((void *)(uintptr_t)piece.at);
	}
	if (how->ending != OPEN)
		take_all(r, response_reader_end(r, how->ending == RST, 0), out);
	(void)fprintf(out, "rest %zu\n", response_reader_rest(r).len);
	(void)fclose(out);
	response_reader_free(r);
	return text;
}

/* ---- libcurl ---- */

struct transfer {
	int fd; /* our end of its connection */
	struct buffer content;
	struct slice unsent;
};

/* Where libcurl connects to: a socket without a file, of this process alone. */
static int listening(char name[32])
{
	static int fd = -1;
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int len = snprintf(name, 32, "httpcheck-fuzz-%d", (int)getpid());

	if (fd >= 0)
		return fd;
	memcpy(address.sun_path + 1, name, (size_t)len);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	MUST(bind(fd, (void *)&address,
		  (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + (size_t)len)) == 0);
	MUST(listen(fd, 8) == 0);
	return fd;
}

/* Called by libcurl when it is connected, and before it sends: the answer is there first. */
static int answer_early(void *arg, char *to, char *from, int to_port, int from_port)
{
	struct transfer *t = arg;
	char name[32];

	(void)to;
	(void)from;
	(void)to_port;
	(void)from_port;
	t->fd = accept4(listening(name), NULL, NULL, SOCK_CLOEXEC);
	MUST(t->fd >= 0);
	MUST(send(t->fd, t->unsent.at, t->unsent.len, MSG_NOSIGNAL) == (ssize_t)t->unsent.len);
	(void)shutdown(t->fd, SHUT_WR);
	return CURL_PREREQFUNC_OK;
}

static size_t take_content(char *at, size_t size, size_t n, void *arg)
{
	struct transfer *t = arg;

	return buffer_add(&t->content, at, size * n) == 0 ? size * n : 0;
}

static CURLcode transfer(struct slice in, const char *method, struct transfer *t, long *ret_status)
{
	CURL *h = curl_easy_init();
	char name[32];

	MUST(h && listening(name) >= 0);
	*t = (struct transfer){ .fd = -1, .content = BUFFER_INIT(1 << 22), .unsent = in };
	curl_easy_setopt(h, CURLOPT_URL, "http://a/");
	curl_easy_setopt(h, CURLOPT_ABSTRACT_UNIX_SOCKET, name);
	curl_easy_setopt(h, CURLOPT_PREREQFUNCTION, answer_early);
	curl_easy_setopt(h, CURLOPT_PREREQDATA, t);
	curl_easy_setopt(h, CURLOPT_WRITEFUNCTION, take_content);
	curl_easy_setopt(h, CURLOPT_WRITEDATA, t);
	curl_easy_setopt(h, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1);
	curl_easy_setopt(h, CURLOPT_NOPROXY, "*");
	curl_easy_setopt(h, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(h, CURLOPT_NOBODY, (long)(strcmp(method, "HEAD") == 0));

	CURLcode code = curl_easy_perform(h);

	curl_easy_getinfo(h, CURLINFO_RESPONSE_CODE, ret_status);
	curl_easy_cleanup(h);
	if (t->fd >= 0)
		(void)close(t->fd);
	return code;
}

/* libcurl has a mind of its own on other versions, on 1xx and on other transfer codings,
 * which it decodes. */
static bool is_comparable(const struct response *r)
{
	struct slice coding;

	if (r->major != 1 || r->minor > 1 || r->status < 200 || r->status > 599)
		return false;
	if (response_field(r, "Transfer-Encoding", &coding) &&
	    (!slice_is_nocase(coding, "chunked") ||
	     response_field_count(r, "Transfer-Encoding") > 1))
		return false;
	return r->nfaults == 0 && r->complete;
}

static void curl_agrees(struct slice in, const struct feeding *how)
{
	struct response_reader *r = response_reader_new();
	struct transfer t;
	long status = 0;

	MUST(r);
	response_reader_expect(r, slice_str(how->method), false);

	enum response_state s = response_reader_feed(r, in, 0);

	if (s == RESPONSE_WANTS_MORE)
		s = response_reader_end(r, false, 0);

	const struct response *got = s == RESPONSE_FINAL ? response_take(r) : NULL;

	if (got && is_comparable(got)) {
		CURLcode code = transfer(slice_sub(in, 0, (size_t)got->ends), how->method, &t,
					 &status);

		if (code != CURLE_OK)
			(void)fprintf(stderr, "libcurl: %s\n", curl_easy_strerror(code));
		MUST(code == CURLE_OK);
		MUST(status == got->status);
		MUST(slice_eq(buffer_slice(&t.content), got->content));
		buffer_release(&t.content);
	}
	response_reader_free(r);
}

void fuzz_input(struct slice in)
{
	static const char *const methods[] = { "GET", "HEAD", "CONNECT", "POST" };
	unsigned seed = take_byte(&in);
	struct feeding how = { .method = methods[seed % 4],
			       .http10 = seed & 4,
			       .ending = seed / 8 % 3 };
	char *whole = read_pieces(in, seed, true, &how),
	     *pieces = read_pieces(in, seed, false, &how);

	if (strcmp(whole, pieces) != 0)
		(void)fprintf(stderr, "whole:\n%spieces:\n%s", whole, pieces);
	MUST(strcmp(whole, pieces) == 0);
	if (seed % 4 < 2 && in.len < 64 * 1024)
		curl_agrees(in, &how);
	free(whole);
	free(pieces);
}
