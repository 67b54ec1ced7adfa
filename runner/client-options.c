#include "runner/step-client.h"

#include "base/cleanup.h"
#include "net/sock.h"

#include <curl/curl.h>
#include <errno.h>

#define MAX_TEXT ((size_t)64 * 1024)

/* ---- callbacks ---- */

/* libcurl 7.88 uses no connection again that it opened by CURLOPT_UNIX_SOCKET_PATH. So the
 * address is exchanged here, which it lends in a room for any. */
static curl_socket_t open_unix(void *arg, curlsocktype purpose, struct curl_sockaddr *address)
{
	const struct client *c = arg;
	struct sock_address to;
	int fd;

	(void)purpose;
	if (sock_address_unix(c->unix_path, &to, NULL) < 0)
		return CURL_SOCKET_BAD;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	address->family = AF_UNIX;
	address->protocol = 0;
	address->addrlen = to.len;
	memcpy(&address->addr, &to.storage, to.len);
	return fd < 0 ? CURL_SOCKET_BAD : fd;
}

static int on_new_socket(void *arg, curl_socket_t fd, curlsocktype purpose)
{
	struct client *c = arg;

	(void)fd;
	(void)purpose;
	c->opened++;
	transcript_note(c->transcript, EVENT_CONNECTED, "client", loop_clock(c->loop), "");
	return CURL_SOCKOPT_OK;
}

/* ---- options; each is false where libcurl refuses it or has no memory ---- */

static bool number(struct client *c, CURLoption option, long value)
{
	return curl_easy_setopt(c->easy, option, value) == CURLE_OK;
}

static bool string(struct client *c, CURLoption option, const char *value)
{
	return curl_easy_setopt(c->easy, option, value) == CURLE_OK;
}

static bool pointer(struct client *c, CURLoption option, void *value)
{
	return curl_easy_setopt(c->easy, option, value) == CURLE_OK;
}

static bool set_way(struct client *c)
{
	return curl_easy_setopt(c->easy, CURLOPT_SOCKOPTFUNCTION, on_new_socket) == CURLE_OK &&
	       pointer(c, CURLOPT_SOCKOPTDATA, c) &&
	       (!c->unix_path ||
		(curl_easy_setopt(c->easy, CURLOPT_OPENSOCKETFUNCTION, open_unix) == CURLE_OK &&
		 pointer(c, CURLOPT_OPENSOCKETDATA, c))) &&
	       string(c, CURLOPT_PROXY, "") && pointer(c, CURLOPT_CONNECT_TO, c->connect_to) &&
	       string(c, CURLOPT_PROTOCOLS_STR, "http,https") &&
	       string(c, CURLOPT_REDIR_PROTOCOLS_STR, "http,https") &&
	       number(c, CURLOPT_NOSIGNAL, 1) && pointer(c, CURLOPT_ERRORBUFFER, c->error);
}

static long http_version(int http)
{
	switch (http) {
	case 10:
		return CURL_HTTP_VERSION_1_0;
	case 11:
		return CURL_HTTP_VERSION_1_1;
	default:
		/* As browsers do: HTTP/2 where TLS agrees on it, never in the clear. */
		return CURL_HTTP_VERSION_2TLS;
	}
}

static bool set_habits(struct client *c, const struct client_spec *spec)
{
	const struct tls_spec *tls = spec->tls.given ? &spec->tls : &c->world->where->tls;

	return number(c, CURLOPT_HTTP_VERSION, http_version(spec->http)) &&
	       string(c, CURLOPT_USERAGENT, "httpcheck/" HTTPCHECK_VERSION) &&
	       number(c, CURLOPT_FOLLOWLOCATION, spec->follow > 0) &&
	       number(c, CURLOPT_MAXREDIRS, -1) &&
	       (!spec->compressed || string(c, CURLOPT_ACCEPT_ENCODING, "")) &&
	       (!spec->cookies ||
		(pointer(c, CURLOPT_SHARE, c->cookies) && string(c, CURLOPT_COOKIEFILE, ""))) &&
	       curl_tls_options(c->easy, tls);
}

static int done(bool well)
{
	return well ? 0 : -ENOMEM;
}

static int expand(const struct text *t, const struct variables *v, struct buffer *out,
		  struct problem *reterr)
{
	*out = BUFFER_INIT(MAX_TEXT);

	int r = text_expand(t, v, out, reterr);

	return r == 0 ? buffer_add(out, "", 0) : r;
}

/* ---- the request ---- */

static int set_url(struct client *c, const struct client_spec *spec, const struct variables *v,
		   struct problem *reterr)
{
	static const struct text get = { .raw = SLICE("${get}") };
	CLEANUP(buffer_release) struct buffer url;
	CLEANUP(freep) char *whole = NULL;
	int r = expand(spec->url.raw.at ? &spec->url : &get, v, &url, reterr);

	if (r < 0)
		return r;

	struct slice s = buffer_slice(&url);

	if (slice_starts(s, SLICE("http://")) || slice_starts(s, SLICE("https://")))
		return done(string(c, CURLOPT_URL, buffer_str(&url)));
	if (!slice_starts(s, SLICE("/")))
		return problem_set(reterr, -EINVAL, "'%s' is neither a path nor an http URL",
				   buffer_str(&url));
	if (asprintf(&whole, "%s%s", c->own_url, buffer_str(&url)) < 0)
		return -ENOMEM;
	return done(string(c, CURLOPT_URL, whole));
}

static int set_content(struct client *c, const struct client_spec *spec, const struct variables *v,
		       struct problem *reterr)
{
	buffer_clear(&c->content);

	int r = bytes_expand(&spec->content, v, &c->content, reterr);

	if (r < 0)
		return r;
	return done(number(c, CURLOPT_POST, 1) &&
		    curl_easy_setopt(c->easy, CURLOPT_POSTFIELDSIZE_LARGE,
				     (curl_off_t)c->content.len) == CURLE_OK &&
		    string(c, CURLOPT_POSTFIELDS, c->content.at ? c->content.at : ""));
}

/* libcurl knows HEAD, GET and POST, and with them what a redirect makes of the method;
 * any other stays what it is. */
static int set_method(struct client *c, const struct client_spec *spec, const struct variables *v,
		      struct problem *reterr)
{
	CLEANUP(buffer_release) struct buffer method = BUFFER_INIT(MAX_TEXT);
	bool given = spec->method.raw.at;
	int r = given ? expand(&spec->method, v, &method, reterr) : 0;
	struct slice m = buffer_slice(&method);
	bool post = given && slice_is(m, "POST");

	if (r == 0 && (spec->has_content || post))
		r = set_content(c, spec, v, reterr);
	if (r < 0 || !given || post)
		return r;
	if (slice_is(m, "HEAD") && !spec->has_content)
		return done(number(c, CURLOPT_NOBODY, 1));
	if (slice_is(m, "GET") && !spec->has_content)
		return 0;
	return done(string(c, CURLOPT_CUSTOMREQUEST, buffer_str(&method)));
}

static int set_fields(struct client *c, const struct client_spec *spec, const struct variables *v,
		      struct problem *reterr)
{
	curl_slist_free_all(c->fields);
	c->fields = NULL;
	for (size_t i = 0; i < spec->fields.count; i++) {
		CLEANUP(buffer_release) struct buffer line;
		int r = expand(&spec->fields.list[i], v, &line, reterr);
		struct curl_slist *longer = r == 0 ? curl_slist_append(c->fields, buffer_str(&line))
						   : NULL;

		if (!longer)
			return r < 0 ? r : -ENOMEM;
		c->fields = longer;
	}
	return done(pointer(c, CURLOPT_HTTPHEADER, c->fields));
}

static int set_user(struct client *c, const struct client_spec *spec, const struct variables *v,
		    struct problem *reterr)
{
	CLEANUP(buffer_release) struct buffer user = BUFFER_INIT(MAX_TEXT);
	int r;

	if (!spec->user.raw.at)
		return 0;
	r = expand(&spec->user, v, &user, reterr);
	return r < 0 ? r
		     : done(number(c, CURLOPT_HTTPAUTH, (long)(CURLAUTH_BASIC | CURLAUTH_DIGEST)) &&
			    string(c, CURLOPT_USERPWD, buffer_str(&user)));
}

/* What the last transfer was told, but not its connection. libcurl 7.88 loses the list of
 * cookie files where it isn't taken away before. */
static void forget(struct client *c)
{
	(void)string(c, CURLOPT_COOKIEFILE, NULL);
	curl_easy_reset(c->easy);
	(void)pointer(c, CURLOPT_SHARE, NULL);
}

int client_set(struct client *c, const struct client_spec *spec, const struct variables *v,
	       struct problem *reterr)
{
	int r;

	forget(c);
	c->error[0] = '\0';
	c->opened = 0;
	*reterr = (struct problem){ 0 };
	r = done(set_way(c) && set_habits(c, spec));
	if (r == 0)
		r = set_url(c, spec, v, reterr);
	if (r == 0)
		r = set_method(c, spec, v, reterr);
	if (r == 0)
		r = set_fields(c, spec, v, reterr);
	if (r == 0)
		r = set_user(c, spec, v, reterr);
	if (r < 0 && !reterr->text[0])
		(void)problem_set(reterr, r, "libcurl can't prepare the request");
	return r;
}
