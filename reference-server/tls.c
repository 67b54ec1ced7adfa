#include "reference-server/tls.h"

#include "reference-server/io.h"

#include <errno.h>
#include <limits.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

/* Both types are OpenSSL's under names of ours, so that nobody else needs its headers. */
static SSL_CTX *context(struct tls_context *c)
{
	return (SSL_CTX *)(void *)c;
}

static SSL *session(struct tls *t)
{
	return (SSL *)(void *)t;
}

/* ---- context ---- */

/* RFC 7301 section 3.2: no protocol in common is fatal, so that a client of HTTP/2 only
 * is told so. */
static int select_protocol(SSL *ssl, const unsigned char **out, unsigned char *out_len,
			   const unsigned char *in, unsigned in_len, void *arg)
{
	static const unsigned char ours[] = "\x08http/1.1";
	unsigned char *chosen;

	(void)ssl;
	(void)arg;
	if (SSL_select_next_proto(&chosen, out_len, ours, sizeof(ours) - 1, in, in_len) !=
	    OPENSSL_NPN_NEGOTIATED)
		return SSL_TLSEXT_ERR_ALERT_FATAL;
	*out = chosen;
	return SSL_TLSEXT_ERR_OK;
}

static int problem_tls(struct problem *reterr, const char *what, const char *path)
{
	const char *why = ERR_reason_error_string(ERR_peek_last_error());

	return problem_set(reterr, -EINVAL, "cannot use the %s '%s': %s", what, path,
			   why ? why : "unknown error");
}

static int use_files(SSL_CTX *ctx, const char *cert, const char *key, struct problem *reterr)
{
	ERR_clear_error();
	if (SSL_CTX_use_certificate_chain_file(ctx, cert) != 1)
		return problem_tls(reterr, "certificate", cert);
	if (SSL_CTX_use_PrivateKey_file(ctx, key, SSL_FILETYPE_PEM) != 1)
		return problem_tls(reterr, "private key", key);
	return 0;
}

int tls_context_new(const char *cert, const char *key, struct tls_context **ret,
		    struct problem *reterr)
{
	SSL_CTX *ctx = SSL_CTX_new(TLS_server_method());

	if (!ctx)
		return problem_set(reterr, -ENOMEM, "cannot set up TLS");

	int r = use_files(ctx, cert, key, reterr);

	if (r < 0) {
		SSL_CTX_free(ctx);
		return r;
	}
	(void)SSL_CTX_set_min_proto_version(ctx, TLS1_2_VERSION);
	(void)SSL_CTX_set_options(ctx, SSL_OP_NO_RENEGOTIATION);
	/* An idle connection gives its buffers back; what waits to be written may move. */
	(void)SSL_CTX_set_mode(ctx, SSL_MODE_ENABLE_PARTIAL_WRITE |
					    SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
					    SSL_MODE_RELEASE_BUFFERS);
	SSL_CTX_set_alpn_select_cb(ctx, select_protocol, NULL);
	*ret = (struct tls_context *)(void *)ctx;
	return 0;
}

void tls_context_free(struct tls_context *c)
{
	SSL_CTX_free(context(c));
}

/* ---- connections ---- */

struct tls *tls_new(struct tls_context *c, int fd)
{
	SSL *ssl = SSL_new(context(c));

	if (ssl && SSL_set_fd(ssl, fd) != 1) {
		SSL_free(ssl);
		return NULL;
	}
	if (ssl)
		SSL_set_accept_state(ssl);
	return (struct tls *)(void *)ssl;
}

void tls_free(struct tls *t)
{
	SSL_free(session(t));
}

/* What an operation that did not succeed means. */
static ssize_t outcome(SSL *ssl, int r, unsigned *ret_events)
{
	switch (SSL_get_error(ssl, r)) {
	case SSL_ERROR_WANT_READ:
		*ret_events = IO_READ;
		return -EAGAIN;
	case SSL_ERROR_WANT_WRITE:
		*ret_events = IO_WRITE;
		return -EAGAIN;
	case SSL_ERROR_ZERO_RETURN:
		return 0;
	default:
		return -EPIPE;
	}
}

static int at_most(size_t len)
{
	return len < INT_MAX ? (int)len : INT_MAX;
}

/* The queue of errors belongs to the thread and is looked at by SSL_get_error(). */
ssize_t tls_read(struct tls *t, void *buf, size_t len, unsigned *ret_events)
{
	ERR_clear_error();

	int n = SSL_read(session(t), buf, at_most(len));

	return n > 0 ? n : outcome(session(t), n, ret_events);
}

ssize_t tls_write(struct tls *t, const void *buf, size_t len, unsigned *ret_events)
{
	ERR_clear_error();

	int n = SSL_write(session(t), buf, at_most(len));

	if (n > 0)
		return n;

	ssize_t r = outcome(session(t), n, ret_events);

	return r == 0 ? -EPIPE : r;
}

int tls_close(struct tls *t, unsigned *ret_events)
{
	SSL *ssl = session(t);

	if (!SSL_is_init_finished(ssl) || SSL_get_shutdown(ssl) & SSL_SENT_SHUTDOWN)
		return 0;
	ERR_clear_error();

	int r = SSL_shutdown(ssl);

	return r < 0 && outcome(ssl, r, ret_events) == -EAGAIN ? -EAGAIN : 0;
}
