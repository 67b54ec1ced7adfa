#include "runner/step-client.h"

#include <curl/curl.h>

/* What libcurl calls an error, in the words of the case language. */
static const struct {
	CURLcode code;
	enum client_error error;
} errors[] = {
	{ CURLE_OK, CLIENT_FINE },
	{ CURLE_COULDNT_RESOLVE_HOST, CLIENT_CONNECT },
	{ CURLE_COULDNT_CONNECT, CLIENT_CONNECT },
	{ CURLE_SSL_CONNECT_ERROR, CLIENT_TLS },
	{ CURLE_PEER_FAILED_VERIFICATION, CLIENT_TLS },
	{ CURLE_SSL_CERTPROBLEM, CLIENT_TLS },
	{ CURLE_SSL_ISSUER_ERROR, CLIENT_TLS },
	{ CURLE_SSL_INVALIDCERTSTATUS, CLIENT_TLS },
	{ CURLE_SSL_CLIENTCERT, CLIENT_TLS },
	{ CURLE_OPERATION_TIMEDOUT, CLIENT_TIMEOUT },
	{ CURLE_GOT_NOTHING, CLIENT_CLOSED },
	{ CURLE_SEND_ERROR, CLIENT_CLOSED },
	{ CURLE_PARTIAL_FILE, CLIENT_CUT },
	{ CURLE_WEIRD_SERVER_REPLY, CLIENT_PROTOCOL },
	{ CURLE_UNSUPPORTED_PROTOCOL, CLIENT_PROTOCOL }, /* what comes looks like HTTP/0.9 */
	{ CURLE_URL_MALFORMAT, CLIENT_PROTOCOL },	 /* of a Location */
	{ CURLE_HTTP2, CLIENT_PROTOCOL },
	{ CURLE_HTTP2_STREAM, CLIENT_PROTOCOL },
	{ CURLE_BAD_CONTENT_ENCODING, CLIENT_DECODING },
	{ CURLE_TOO_MANY_REDIRECTS, CLIENT_REDIRECTS },
};

bool client_error_of(int code, bool begun, enum client_error *ret)
{
	if (code == CURLE_RECV_ERROR) {
		*ret = begun ? CLIENT_CUT : CLIENT_CLOSED;
		return true;
	}
	for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++)
		if ((int)errors[i].code == code) {
			*ret = errors[i].error;
			return true;
		}
	return false;
}

const char *client_error_words(enum client_error error)
{
	static const char *const words[] = {
		[CLIENT_FINE] = "no failure",
		[CLIENT_CONNECT] = "no connection",
		[CLIENT_TLS] = "a failure of TLS",
		[CLIENT_TIMEOUT] = "no whole answer in time",
		[CLIENT_CLOSED] = "the end of the connection without an answer",
		[CLIENT_CUT] = "an answer cut off",
		[CLIENT_PROTOCOL] = "an answer that is no HTTP",
		[CLIENT_DECODING] = "content that can't be decoded",
		[CLIENT_REDIRECTS] = "a redirect that isn't followed",
		[CLIENT_ANY_ERROR] = "a failure",
	};

	return words[error];
}
