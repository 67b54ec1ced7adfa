/* CivetWeb embedded, as its user manual and examples do it: files, and one handler. server ADDRESS FOLDER */
#include <civetweb.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MOST ((size_t)1 << 20)

static int body(struct mg_connection *c, void *arg)
{
	const struct mg_request_info *request = mg_get_request_info(c);

	(void)arg;
	if (strcmp(request->request_method, "POST")) {
		mg_printf(c, "HTTP/1.1 405 Method Not Allowed\r\nAllow: POST\r\nContent-Length: 0\r\n\r\n");
		return 405;
	}

	char *content = malloc(MOST);
	size_t len = 0;
	int n = 0;

	while (content && len < MOST && (n = mg_read(c, content + len, MOST - len)) > 0)
		len += (size_t)n;
	if (n < 0 || (request->content_length > 0 && (long long)len < request->content_length)) {
		free(content);
		mg_send_http_error(c, 400, "%s", "cut off");
		return 400;
	}
	mg_send_http_ok(c, "application/octet-stream", (long long)len);
	mg_write(c, content, len);
	free(content);
	return 200;
}

static int redirect(struct mg_connection *c, void *arg)
{
	(void)arg;
	mg_send_http_redirect(c, "/", 307);
	return 307;
}

int main(int argc, char **argv)
{
	const char *options[] = { "listening_ports", argv[1], "document_root", argv[argc - 1],
				  "authentication_domain", "127.0.0.1",   /* its own name, or no absolute-form */
				  "enable_keep_alive", "yes", "keep_alive_timeout_ms", "4000",
				  "request_timeout_ms", "2000", "num_threads", "80", NULL };
	struct mg_callbacks callbacks = { 0 };
	struct mg_context *server;

	(void)signal(SIGPIPE, SIG_IGN);
	mg_init_library(0);
	server = mg_start(&callbacks, NULL, options);
	if (!server)
		return 1;
	mg_set_request_handler(server, "/body", body, NULL);
	mg_set_request_handler(server, "/redirect", redirect, NULL);
	for (;;)
		pause();
}
