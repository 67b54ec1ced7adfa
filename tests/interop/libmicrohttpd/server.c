/* GNU libmicrohttpd, as its tutorial builds a server: one access handler, a thread that polls. server PORT */
#include <arpa/inet.h>
#include <microhttpd.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

struct content {
	char *bytes;
	size_t len;
};

static enum MHD_Result answer(struct MHD_Connection *c, unsigned status, const char *bytes, size_t len,
			      const char *name, const char *value)
{
	struct MHD_Response *r = MHD_create_response_from_buffer(len, (void *)bytes, MHD_RESPMEM_MUST_COPY);

	MHD_add_response_header(r, "Content-Type", "text/plain");
	if (name)
		MHD_add_response_header(r, name, value);

	enum MHD_Result result = MHD_queue_response(c, status, r);

	MHD_destroy_response(r);
	return result;
}

static enum MHD_Result say(struct MHD_Connection *c, unsigned status, const char *text)
{
	return answer(c, status, text, strlen(text), NULL, NULL);
}

static ssize_t piece(void *arg, uint64_t at, char *room, size_t max)
{
	(void)arg;
	if (at >= 3 * 8)
		return MHD_CONTENT_READER_END_OF_STREAM;
	if (max < 8)
		return 0;
	memcpy(room, "a piece\n", 8);
	return 8;
}

static enum MHD_Result in_pieces(struct MHD_Connection *c)
{
	struct MHD_Response *r = MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, 64, piece, NULL, NULL);
	enum MHD_Result result;

	MHD_add_response_header(r, "Content-Type", "text/plain");
	result = MHD_queue_response(c, MHD_HTTP_OK, r);
	MHD_destroy_response(r);
	return result;
}

static enum MHD_Result private_page(struct MHD_Connection *c)
{
	char *password = NULL, *user = MHD_basic_auth_get_username_password(c, &password);
	bool good = user && password && !strcmp(user, "alice") && !strcmp(password, "secret");

	MHD_free(user);
	MHD_free(password);
	if (good)
		return say(c, MHD_HTTP_OK, "private\n");
	return answer(c, MHD_HTTP_UNAUTHORIZED, "who are you?\n", 13, "WWW-Authenticate",
		      "Basic realm=\"private\"");
}

static enum MHD_Result status(struct MHD_Connection *c, unsigned code)
{
	char text[64];
	int len = snprintf(text, sizeof(text), "this is status %u\n", code);

	if (code < 200 || code == 206 || code == 426)
		return say(c, MHD_HTTP_NOT_FOUND, "not for this page to answer\n");
	if (code == 204 || code == 205 || code == 304)
		len = 0;
	if (code == 401)
		return answer(c, code, text, len, "WWW-Authenticate", "Basic realm=\"private\"");
	if (code == 405)
		return answer(c, code, text, len, "Allow", "PUT");
	if (code == 416)
		return answer(c, code, text, len, "Content-Range", "bytes */0");
	if (code / 100 == 3)
		return answer(c, code, text, len, "Location", "/");
	return answer(c, code, text, len, NULL, NULL);
}

static enum MHD_Result page(struct MHD_Connection *c, const char *path)
{
	static char page[1200];

	if (!page[0])
		memset(page, '.', sizeof(page));
	if (!strcmp(path, "/"))
		return answer(c, MHD_HTTP_OK, page, sizeof(page), NULL, NULL);
	if (!strcmp(path, "/chunked"))
		return in_pieces(c);
	if (!strcmp(path, "/private"))
		return private_page(c);
	if (!strcmp(path, "/redirect"))
		return answer(c, MHD_HTTP_TEMPORARY_REDIRECT, "see /\n", 6, "Location", "/");
	return answer(c, MHD_HTTP_OK, "a cookie\n", 9, "Set-Cookie", "seen=1; Path=/cookies");
}

static bool is_page(const char *path)
{
	static const char *const pages[] = { "/", "/chunked", "/private", "/redirect", "/cookies" };

	for (size_t i = 0; i < sizeof(pages) / sizeof(pages[0]); i++)
		if (!strcmp(path, pages[i]))
			return true;
	return false;
}

static bool is_known(const char *method)
{
	static const char *const methods[] = { "CONNECT", "DELETE", "OPTIONS", "PATCH", "POST", "PUT", "TRACE" };

	for (size_t i = 0; i < sizeof(methods) / sizeof(methods[0]); i++)
		if (!strcmp(method, methods[i]))
			return true;
	return false;
}

/* The library hands over the target as it came: of a whole URL this is the path, null where
 * it is none of this server. */
static const char *path_of(const char *target)
{
	static const char scheme[] = "http://";
	size_t len = sizeof(scheme) - 1;

	if (!strstr(target, "://"))
		return target;
	if (strncasecmp(target, scheme, len) || strchr("/:", target[len]))
		return NULL;

	const char *path = strchr(target + len, '/');

	return path ? path : "/";
}

static enum MHD_Result respond(struct MHD_Connection *c, const char *path, const char *method,
			       const struct content *in)
{
	bool reads = !strcmp(method, "GET") || !strcmp(method, "HEAD");

	if (!path)
		return say(c, MHD_HTTP_MISDIRECTED_REQUEST, "not for this server\n");
	if (!strcmp(path, "/body") && !strcmp(method, "POST"))
		return answer(c, MHD_HTTP_OK, in->bytes, in->len, NULL, NULL);
	if (!strncmp(path, "/status/", 8))
		return status(c, (unsigned)atoi(path + 8));
	if (!is_page(path))
		return say(c, MHD_HTTP_NOT_FOUND, "nothing here\n");
	if (!reads && !is_known(method))
		return say(c, MHD_HTTP_NOT_IMPLEMENTED, "not known\n");
	if (!reads)
		return answer(c, MHD_HTTP_METHOD_NOT_ALLOWED, "not that\n", 9, "Allow", "GET, HEAD");
	return page(c, path);
}

/* Called once for the head, once for each part of the content, and once at its end. */
static enum MHD_Result handle(void *arg, struct MHD_Connection *c, const char *path, const char *method,
			      const char *version, const char *part, size_t *len, void **state)
{
	struct content *in = *state;

	(void)arg, (void)version;
	if (!in) {
		*state = calloc(1, sizeof(*in));
		return *state ? MHD_YES : MHD_NO;
	}
	if (*len > 0) {
		char *more = realloc(in->bytes, in->len + *len);

		if (!more)
			return MHD_NO;
		in->bytes = more;
		memcpy(in->bytes + in->len, part, *len);
		in->len += *len;
		*len = 0;
		return MHD_YES;
	}
	return respond(c, path_of(path), method, in);
}

static void forget(void *arg, struct MHD_Connection *c, void **state, enum MHD_RequestTerminationCode why)
{
	struct content *in = *state;

	(void)arg, (void)c, (void)why;
	if (in)
		free(in->bytes);
	free(in);
}

int main(int argc, char **argv)
{
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(argv[argc - 1])),
				  .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	struct MHD_Daemon *d = MHD_start_daemon(MHD_USE_AUTO | MHD_USE_INTERNAL_POLLING_THREAD, 0, NULL, NULL,
						handle, NULL, MHD_OPTION_SOCK_ADDR, &at,
						MHD_OPTION_NOTIFY_COMPLETED, forget, NULL,
						MHD_OPTION_CONNECTION_TIMEOUT, 4U, MHD_OPTION_END);

	if (!d)
		return 1;
	for (;;)
		pause();
}
