#include "runner/commands/commands.h"

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/text.h"
#include "runner/discover.h"

#include <errno.h>
#include <stdio.h>

static const char doc[] =
    "Finds servers that answer discovery queries by UDP broadcast, and prints their URLs.\v"
    "Exit codes: 0 a server answered; 2 usage; 3 none answered, or nobody could be asked.";

enum { OPT_INTERFACE = 0x100, OPT_TIMEOUT };

static const struct argp_option options[] = {
	{ "port", 'p', "N", 0, "UDP port that the servers listen on (default 1900)", 1 },
	{ "interface", OPT_INTERFACE, "NAME", 0,
	  "Ask on this network interface only (default all, the loopback too)", 1 },
	{ "timeout", OPT_TIMEOUT, "TIME", 0, "How long answers are taken (default 1s)", 1 },
	{ 0 },
};

struct asking {
	const char *interface;        /* null: all */
	uint64_t port;
	usec timeout;
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct asking *a = state->input;

	switch (key) {
	case 'p':
		if (text_count(slice_str(arg), &a->port) < 0 || a->port < 1 || a->port > 65535)
			argp_error(state, "--port '%s' is not a number from 1 to 65535", arg);
		break;
	case OPT_INTERFACE:
		a->interface = strcmp(arg, "all") == 0 ? NULL : arg;
		break;
	case OPT_TIMEOUT:
		if (text_duration(slice_str(arg), &a->timeout) < 0 || a->timeout < USEC_PER_MS)
			argp_error(state, "--timeout '%s' is no time such as 1s or 300ms", arg);
		break;
	default:
		return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

static void print_url(void *arg, const char *url)
{
	(void)arg;
	(void)printf("%s\n", url);
	(void)fflush(stdout);
}

int command_discover(int argc, char **argv)
{
	static const struct argp argp = { options, parse, "", doc, NULL, NULL, NULL };
	struct asking a = { .port = 1900, .timeout = USEC_PER_SEC };
	struct problem p = { 0 };

	(void)argp_parse(&argp, argc, argv, 0, NULL, &a);

	int n = discover(a.interface, (uint16_t)a.port, a.timeout, print_url, NULL, &p);

	if (n < 0)
		complain(&p);
	else if (n == 0)
		(void)fputs("httpcheck: no server answered\n", stderr);
	return finish_output(n > 0 ? EXIT_OK : EXIT_UNUSABLE);
}
