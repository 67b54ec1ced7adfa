#ifndef HTTPCHECK_SERVER_WEBSOCKET_H
#define HTTPCHECK_SERVER_WEBSOCKET_H

#include "base/buffer.h"

/* The server side of a WebSocket behind its handshake, RFC 6455: text messages come
 * back as they were sent, pings are answered, a close is answered and ends it. Octets
 * in, octets out; what is broken ends with a Close frame that says why. */
struct websocket {
	struct buffer message;        /* the text message so far */
	bool open;                    /* its last frame has not come */
};

/* A longer frame, a longer message: Close 1009 (RFC 6455 section 10.4). */
#define WEBSOCKET_FRAME   ((size_t)16 * 1024)
#define WEBSOCKET_MESSAGE ((size_t)65535)

void websocket_begin(struct websocket *w);
void websocket_release(struct websocket *w);

/* Status codes of a Close frame, section 7.4.1. */
enum websocket_close {
	WEBSOCKET_GOING_AWAY = 1001,
	WEBSOCKET_BROKEN = 1002,
	WEBSOCKET_NOT_TEXT = 1003,
	WEBSOCKET_NOT_UTF8 = 1007,
	WEBSOCKET_TOO_BIG = 1009,
};

enum websocket_outcome {
	WEBSOCKET_MORE,               /* one frame was read: there may be another */
	WEBSOCKET_WAIT,               /* it takes more octets to go on */
	WEBSOCKET_END,                /* a Close frame stands in |out|: the last there is */
};

/* Reads one frame; *ret_used octets of |in| are done with. Memory that runs out is an
 * end without a Close frame. */
enum websocket_outcome websocket_read(struct websocket *w, struct slice in, size_t *ret_used,
				      struct buffer *out);

/* Appends a Close frame. */
void websocket_add_close(enum websocket_close code, struct buffer *out);

#endif
