#ifndef HTTPCHECK_RUNNER_STEP_CLIENT_H
#define HTTPCHECK_RUNNER_STEP_CLIENT_H

#include "runner/player.h"

/* `client`: a request as an application makes it, by libcurl's easy interface. Cookies
 * and connections live as long as the play. It never leaves the target: every connection
 * goes there whatever the URL says, nothing is looked up, proxies and .netrc are ignored,
 * and a redirect to another host ends the transfer. */

enum play_end step_client(struct play *p, const struct step *s, struct connection *c);

/* Closes the connections of |p|'s client and forgets its cookies, if it has one. */
void client_close(struct play *p);

/* ---- client-error.c ---- */

/* How |code|, a CURLcode, shows; false where it is no fault of the target. |begun|: part
 * of an answer had come. */
bool client_error_of(int code, bool begun, enum client_error *ret);
const char *client_error_words(enum client_error error);

/* ---- client-options.c: what libcurl is told ---- */

struct client {
	struct curl_dialer *dialer;   /* of its own, and so are the connections kept in it */
	void *easy;
	void *cookies;                /* CURLSH *: of the transfers that keep them */
	void *connect_to, *fields;    /* struct curl_slist * */
	struct buffer content;        /* of the request */
	char *own_url;                /* the target's, by the name it is asked for */
	size_t opened;                /* connections, in this transfer */
	const char *unix_path;        /* where all connections go; null: to the address in |connect_to| */
	struct dialer *world;
	struct transcript *transcript;
	struct loop *loop;
	char error[256];              /* CURL_ERROR_SIZE */
};

/* 0, or a negative errno with |reterr| set: a text that can't be expanded, no memory. */
int client_set(struct client *client, const struct client_spec *spec, const struct variables *v,
	       struct problem *reterr);

#endif
