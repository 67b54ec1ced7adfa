#include "runner/wire.h"

#include "base/cleanup.h"
#include "net/sock.h"
#include "net/task.h"

#include <curl/curl.h>
#include <errno.h>
#include <limits.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <sys/queue.h>

/* libcurl's multi handle on our loop: curl says which sockets and which timer it
 * wants watched (curl_multi_socket_action(3)), we call it when they are due. */

struct curl_dialer {
	struct dialer base;
	struct loop *loop;
	const struct endpoint *where;
	CURLM *multi;
	struct loop_timer timer;
	LIST_HEAD(, curl_watch) unwatched; /* sockets that the loop does not know of now */
	struct performing *performing;
};

/* What a handle's CURLOPT_PRIVATE is: whoever waits for its end. */
struct finish {
	bool over;
	CURLcode result;
	struct task_event event;
};

/* A transfer under way. */
struct performing {
	struct finish finish; /* its event is raised when it is held, too */
	struct curl_pace *pace;
	bool held; /* until it is its turn to read, libcurl is not called */
};

struct curl_wire {
	struct wire base;
	struct curl_dialer *dialer;
	CURL *easy;
	int fd;
	struct finish connected;
	uint64_t window; /* asked for; 0: the system's */
	bool reset;      /* seen in sending */
	struct curl_slist *connect_to;
	char error[CURL_ERROR_SIZE];
};

struct curl_watch {
	struct loop_watch watch;
	struct curl_dialer *dialer;
	LIST_ENTRY(curl_watch) link; /* while it is not watched */
};

static void take_finished(struct curl_dialer *d)
{
	int left;

	for (CURLMsg *m; (m = curl_multi_info_read(d->multi, &left));) {
		struct finish *f = NULL;

		if (m->msg != CURLMSG_DONE)
			continue;
		(void)curl_easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, &f);
		f->over = true;
		f->result = m->data.result;
		task_wake(&f->event);
	}
}

static void act(struct curl_dialer *d, curl_socket_t fd, int flags)
{
	int still_running;

	(void)curl_multi_socket_action(d->multi, fd, flags, &still_running);
	take_finished(d);
}

static void watch_all(struct curl_dialer *d)
{
	struct curl_watch *cw;

	while ((cw = LIST_FIRST(&d->unwatched))) {
		LIST_REMOVE(cw, link);
		(void)loop_watch(d->loop, &cw->watch);
	}
}

/* A connection to this host is there as soon as it is asked for: then libcurl needs no
 * event, the loop no watch, and the target finds the request with the connection. */
static void begin(struct curl_dialer *d)
{
	act(d, CURL_SOCKET_TIMEOUT, 0);

	struct curl_watch *first = LIST_FIRST(&d->unwatched);

	if (first)
		act(d, first->watch.fd, 0);
	watch_all(d);
}

/* True where the transfer may not read now. libcurl may read whenever it is called. */
static bool hold(struct curl_dialer *d)
{
	struct performing *p = d->performing;

	if (!p || intake_open(p->pace->intake))
		return false;
	p->held = true;
	task_wake(&p->finish.event);
	return true;
}

static void timer_due(struct loop_timer *t)
{
	struct curl_dialer *d = (struct curl_dialer *)((char *)t -
						       offsetof(struct curl_dialer, timer));

	if (hold(d))
		return;
	act(d, CURL_SOCKET_TIMEOUT, 0);
	watch_all(d);
}

static void socket_ready(struct loop_watch *w, unsigned events)
{
	struct curl_dialer *d = ((struct curl_watch *)w)->dialer;
	int flags = 0;

	if (events & LOOP_READ && hold(d)) {
		loop_unwatch(d->loop, w);
		LIST_INSERT_HEAD(&d->unwatched, (struct curl_watch *)w, link);
		return;
	}
	if (events & LOOP_READ)
		flags |= CURL_CSELECT_IN;
	if (events & LOOP_WRITE)
		flags |= CURL_CSELECT_OUT;
	if (events & LOOP_HANGUP)
		flags |= CURL_CSELECT_ERR;
	act(d, w->fd, flags); /* may free |w| */
	watch_all(d);
}

static int on_timer(CURLM *multi, long timeout_ms, void *arg)
{
	struct curl_dialer *d = arg;

	(void)multi;
	if (timeout_ms < 0)
		loop_timer_stop(d->loop, &d->timer);
	else if (loop_timer_set(d->loop, &d->timer, loop_now(d->loop) + timeout_ms * USEC_PER_MS) <
		 0)
		return -1;
	return 0;
}

static void forget(struct curl_dialer *d, struct curl_watch *cw)
{
	if (!cw)
		return;
	if (cw->watch.added)
		loop_unwatch(d->loop, &cw->watch);
	else
		LIST_REMOVE(cw, link);
	free(cw);
}

static int on_socket(CURL *easy, curl_socket_t fd, int what, void *arg, void *known)
{
	struct curl_dialer *d = arg;
	struct curl_watch *cw = known;

	(void)easy;
	if (what == CURL_POLL_REMOVE) {
		forget(d, cw);
		return 0;
	}
	if (!cw) {
		cw = calloc(1, sizeof(*cw));
		if (!cw)
			return -1;
		*cw = (struct curl_watch){ .watch = { .fd = fd, .ready = socket_ready },
					   .dialer = d };
		(void)curl_multi_assign(d->multi, fd, cw);
		LIST_INSERT_HEAD(&d->unwatched, cw, link);
	}
	cw->watch.wanted = (what & CURL_POLL_IN ? LOOP_READ : 0) |
			   (what & CURL_POLL_OUT ? LOOP_WRITE : 0);
	return cw->watch.added && loop_watch(d->loop, &cw->watch) < 0 ? -1 : 0;
}

/* ---- the wire ---- */

static void set_receive_buffer(int fd, uint64_t bytes)
{
	int size = bytes > INT_MAX ? INT_MAX : (int)bytes;

	(void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
	(void)setsockopt(fd, IPPROTO_TCP, TCP_WINDOW_CLAMP, &size, sizeof(size));
}

/* The kernel tells of a reset once: after a send(2) that failed by it, recv(2) gives what
 * had come before, and then 0, as if a FIN had come. EPIPE is told of one behind a FIN. */
static bool was_reset(CURL *easy)
{
	long error = 0;

	return curl_easy_getinfo(easy, CURLINFO_OS_ERRNO, &error) == CURLE_OK &&
	       error == ECONNRESET;
}

static ssize_t wire_send(struct wire *base, const void *bytes, size_t len)
{
	struct curl_wire *w = (struct curl_wire *)base;
	size_t sent = 0;
	CURLcode c = curl_easy_send(w->easy, bytes, len, &sent);

	if (c == CURLE_AGAIN)
		return -EAGAIN;
	if (c == CURLE_OK)
		return (ssize_t)sent;
	w->reset = w->reset || was_reset(w->easy);
	return -EPIPE;
}

static ssize_t wire_recv(struct wire *base, void *bytes, size_t room)
{
	struct curl_wire *w = (struct curl_wire *)base;
	size_t got = 0;
	CURLcode c = curl_easy_recv(w->easy, bytes, room, &got);

	if (c == CURLE_AGAIN)
		return -EAGAIN;
	if (c != CURLE_OK || (!got && w->reset))
		return -ECONNRESET;
	return (ssize_t)got;
}

/* libcurl gives the SSL of a handle's connection while it is attached to one, as it is
 * behind a curl_easy_recv(). */
static bool wire_is_cut(const struct wire *base)
{
	CURL *easy = ((const struct curl_wire *)base)->easy;
	struct curl_tlssessioninfo *tls = NULL;

	if (curl_easy_getinfo(easy, CURLINFO_TLS_SSL_PTR, &tls) != CURLE_OK || !tls ||
	    tls->backend != CURLSSLBACKEND_OPENSSL || !tls->internals)
		return false;
	return !(SSL_get_shutdown(tls->internals) & SSL_RECEIVED_SHUTDOWN);
}

static int wire_wait(struct wire *base, unsigned events, usec deadline)
{
	return task_wait_fd(((struct curl_wire *)base)->fd, events, NULL, deadline);
}

static void wire_set_window(struct wire *base, uint64_t bytes)
{
	set_receive_buffer(((struct curl_wire *)base)->fd, bytes);
}

static void wire_hold_last(struct wire *base)
{
	int on = 1;

	(void)setsockopt(((struct curl_wire *)base)->fd, IPPROTO_TCP, TCP_CORK, &on, sizeof(on));
}

static void wire_half_close(struct wire *base)
{
	(void)sock_half_close(((struct curl_wire *)base)->fd);
}

/* Removing a CONNECT_ONLY handle from its multi closes the connection. */
static void wire_close(struct wire *base, bool abort)
{
	struct curl_wire *w = (struct curl_wire *)base;

	if (abort)
		(void)sock_abort_on_close(w->fd);
	(void)curl_multi_remove_handle(w->dialer->multi, w->easy);
	curl_easy_cleanup(w->easy);
	curl_slist_free_all(w->connect_to);
	free(w);
}

static const struct wire_kind curl_kind = {
	.send = wire_send,
	.recv = wire_recv,
	.is_cut = wire_is_cut,
	.wait = wire_wait,
	.set_window = wire_set_window,
	.hold_last = wire_hold_last,
	.half_close = wire_half_close,
	.close = wire_close,
};

/* Before connecting: the window that is offered first can't be taken back. */
static int on_new_socket(void *window, curl_socket_t fd, curlsocktype purpose)
{
	(void)purpose;
	set_receive_buffer(fd, *(uint64_t *)window);
	return CURL_SOCKOPT_OK;
}

static bool set(CURL *e, CURLoption option, const char *value)
{
	return curl_easy_setopt(e, option, value) == CURLE_OK;
}

static long tls_version(const char *version)
{
	if (!version)
		return CURL_SSLVERSION_DEFAULT;
	return strcmp(version, "1.2") == 0
		       ? (long)CURL_SSLVERSION_TLSv1_2 | (long)CURL_SSLVERSION_MAX_TLSv1_2
		       : (long)CURL_SSLVERSION_TLSv1_3;
}

/* Another name than the target's is asked for by a URL with that name, which is
 * connected to where the target is. */
static bool prepare_name(struct curl_wire *w, const char *name)
{
	struct slice where = slice_skip(slice_str(w->dialer->where->url), strlen("https://"));
	char url[512], to[512];

	(void)snprintf(url, sizeof(url), "https://%s/", name);
	(void)snprintf(to, sizeof(to), "::%.*s", (int)slice_find(where, '/'), where.at);
	w->connect_to = curl_slist_append(NULL, to);
	return w->connect_to && set(w->easy, CURLOPT_URL, url) &&
	       curl_easy_setopt(w->easy, CURLOPT_CONNECT_TO, w->connect_to) == CURLE_OK;
}

bool curl_tls_options(void *e, const struct tls_spec *tls)
{
	long verify = tls->unverified ? 0 : 1;

	return (!tls->ca || set(e, CURLOPT_CAINFO, tls->ca)) &&
	       set(e, CURLOPT_SSLCERT, tls->certificate) && set(e, CURLOPT_SSLKEY, tls->key) &&
	       curl_easy_setopt(e, CURLOPT_SSL_VERIFYPEER, verify) == CURLE_OK &&
	       curl_easy_setopt(e, CURLOPT_SSL_VERIFYHOST, verify * 2) == CURLE_OK &&
	       curl_easy_setopt(e, CURLOPT_SSLVERSION, tls_version(tls->version)) == CURLE_OK;
}

static bool prepare_tls(struct curl_wire *w, const struct tls_spec *tls)
{
	CURL *e = w->easy;

	return curl_tls_options(e, tls) &&
	       curl_easy_setopt(e, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1) == CURLE_OK &&
	       (!tls->name || prepare_name(w, tls->name));
}

/* A proxy gets CONNECT and then passes the bytes on as they are; those of the environment
 * are ignored. */
static bool prepare_proxy(CURL *e, const char *proxy)
{
	if (!proxy)
		return set(e, CURLOPT_PROXY, "");
	return set(e, CURLOPT_PROXY, proxy) && set(e, CURLOPT_NOPROXY, "") &&
	       curl_easy_setopt(e, CURLOPT_HTTPPROXYTUNNEL, 1L) == CURLE_OK;
}

static bool prepare(struct curl_wire *w, const struct wire_how *how)
{
	const struct endpoint *where = w->dialer->where;
	const char *unix_path = how->unix_path ? how->unix_path : where->unix_path;
	const struct tls_spec *tls = how->tls && how->tls->given ? how->tls : &where->tls;
	CURL *e = w->easy;

	w->window = how->window;
	if (w->window && (curl_easy_setopt(e, CURLOPT_SOCKOPTFUNCTION, on_new_socket) != CURLE_OK ||
			  curl_easy_setopt(e, CURLOPT_SOCKOPTDATA, &w->window) != CURLE_OK))
		return false;
	return set(e, CURLOPT_URL, where->url) &&
	       curl_easy_setopt(e, CURLOPT_CONNECT_ONLY, 1L) == CURLE_OK &&
	       curl_easy_setopt(e, CURLOPT_FRESH_CONNECT, 1L) == CURLE_OK &&
	       curl_easy_setopt(e, CURLOPT_NOSIGNAL, 1L) == CURLE_OK &&
	       curl_easy_setopt(e, CURLOPT_TCP_NODELAY, 1L) == CURLE_OK &&
	       curl_easy_setopt(e, CURLOPT_PRIVATE, &w->connected) == CURLE_OK &&
	       curl_easy_setopt(e, CURLOPT_ERRORBUFFER, w->error) == CURLE_OK &&
	       prepare_proxy(e, how->proxy ? how->proxy : where->proxy) &&
	       set(e, CURLOPT_UNIX_SOCKET_PATH, unix_path) &&
	       set(e, CURLOPT_INTERFACE, how->source) && prepare_tls(w, tls);
}

/* What people know it by: libcurl's URL of a unix socket names nobody's host. */
static const char *shown(const struct endpoint *where)
{
	return where->unix_path ? where->unix_path : where->url;
}

static int wait_connected(struct curl_wire *w, usec deadline, struct problem *reterr)
{
	const char *where = shown(w->dialer->where);
	curl_socket_t fd = CURL_SOCKET_BAD;

	while (!w->connected.over) {
		int r = task_wait(&w->connected.event, deadline);

		if (r < 0)
			return problem_set(reterr, r, "no connection to '%s' %s", where,
					   r == -ETIMEDOUT ? "in time" : "made: cancelled");
	}
	if (w->connected.result != CURLE_OK)
		return problem_set(
			reterr, -ECONNREFUSED, "no connection to '%s': %s", where,
			w->error[0] ? w->error : curl_easy_strerror(w->connected.result));
	if (curl_easy_getinfo(w->easy, CURLINFO_ACTIVESOCKET, &fd) != CURLE_OK ||
	    fd == CURL_SOCKET_BAD)
		return problem_set(reterr, -ECONNRESET, "the connection to '%s' broke at once",
				   where);
	w->fd = fd;
	return 0;
}

static int dialer_open(struct dialer *base, const struct wire_how *how, usec deadline,
		       struct wire **ret, struct problem *reterr)
{
	struct curl_dialer *d = (struct curl_dialer *)base;
	struct curl_wire *w = calloc(1, sizeof(*w));

	if (!w)
		return problem_set(reterr, -ENOMEM, "out of memory");
	*w = (struct curl_wire){ .base = { &curl_kind }, .dialer = d, .fd = -1 };
	w->easy = curl_easy_init();
	if (!w->easy || !prepare(w, how) || curl_multi_add_handle(d->multi, w->easy) != CURLM_OK) {
		curl_easy_cleanup(w->easy);
		free(w);
		return problem_set(reterr, -ENOMEM, "libcurl can't prepare a connection");
	}

	begin(d);

	int r = wait_connected(w, deadline, reterr);

	if (r < 0) {
		wire_close(&w->base, false);
		return r;
	}
	*ret = &w->base;
	return 0;
}

/* ---- the dialer ---- */

int curl_dialer_new(struct loop *loop, const struct endpoint *where, struct curl_dialer **ret)
{
	struct curl_dialer *d = calloc(1, sizeof(*d));

	if (!d)
		return -ENOMEM;
	*d = (struct curl_dialer){
		.base = { .open = dialer_open, .where = where },
		.loop = loop,
		.where = where,
		.timer = { .due = timer_due },
	};
	d->multi = curl_multi_init();
	if (!d->multi) {
		free(d);
		return -ENOMEM;
	}
	(void)curl_multi_setopt(d->multi, CURLMOPT_SOCKETFUNCTION, on_socket);
	(void)curl_multi_setopt(d->multi, CURLMOPT_SOCKETDATA, d);
	(void)curl_multi_setopt(d->multi, CURLMOPT_TIMERFUNCTION, on_timer);
	(void)curl_multi_setopt(d->multi, CURLMOPT_TIMERDATA, d);
	/* Connections that only we use stay in curl's cache; it must not evict any. */
	(void)curl_multi_setopt(d->multi, CURLMOPT_MAXCONNECTS, 100000L);
	*ret = d;
	return 0;
}

void curl_dialer_free(struct curl_dialer *d)
{
	if (!d)
		return;
	(void)curl_multi_cleanup(d->multi);
	loop_timer_stop(d->loop, &d->timer);
	free(d);
}

struct dialer *curl_dialer_base(struct curl_dialer *d)
{
	return &d->base;
}

/* ---- transfers ---- */

static int wait_finish(void *what, usec deadline)
{
	return task_wait(&((struct finish *)what)->event, deadline);
}

static int go_on(struct curl_dialer *d, struct performing *p, usec *deadline)
{
	usec before = *deadline;
	int r = intake_wait(p->pace->intake, deadline);

	p->pace->held_up += *deadline - before;
	p->held = false;
	if (r == 0)
		act(d, CURL_SOCKET_TIMEOUT, 0);
	watch_all(d);
	return r;
}

int curl_dialer_perform(struct curl_dialer *d, void *easy, struct curl_pace *pace, usec deadline,
			int *ret)
{
	struct performing p = { .pace = pace };
	int r = 0;

	if (curl_easy_setopt(easy, CURLOPT_PRIVATE, &p.finish) != CURLE_OK ||
	    curl_multi_add_handle(d->multi, easy) != CURLM_OK)
		return -ENOMEM;
	d->performing = &p;
	while (r == 0 && !p.finish.over)
		r = p.held ? go_on(d, &p, &deadline)
			   : idler_wait(pace->idler, wait_finish, &p.finish, deadline);
	d->performing = NULL;
	(void)curl_multi_remove_handle(d->multi, easy);
	if (p.finish.over)
		*ret = p.finish.result;
	return p.finish.over ? 0 : r;
}
