#include "runner/commands/commands.h"
#include "runner/probe.h"

#include "base/cleanup.h"
#include "net/task.h"

#include <errno.h>
#include <stdio.h>
#include <time.h>

static const char doc[] =
    "Explores a target and writes what it offers as a profile, with comments, to be completed by "
    "hand. Nothing that might change the target is sent.\v"
    "Exit codes: 0; 2 usage; 3 the target can't be used.";

#define PROBE_TIMEOUT (5 * USEC_PER_SEC)
#define PROBE_STACK   ((size_t)256 * 1024)

enum { OPT_CACERT = 0x100, OPT_INSECURE };

static const struct argp_option options[] = {
	{ "cacert", OPT_CACERT, "FILE", 0, "Whose certificates are trusted, for https:// (PEM)",
	  0 },
	{ "insecure", OPT_INSECURE, NULL, 0, "Don't check the target's certificate", 0 },
	{ 0 },
};

struct probing {
	const char *url;
	struct tls_spec tls;
	struct target target;
	struct curl_dialer *dialer;
	struct probed probed;
	struct problem problem;
	int result; /* 1: under way */
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct probing *p = state->input;

	switch (key) {
	case OPT_CACERT:
		p->tls.ca = arg;
		break;
	case OPT_INSECURE:
		p->tls.unverified = true;
		break;
	case ARGP_KEY_ARG:
		if (p->url)
			argp_error(state, "more than one URL");
		p->url = arg;
		break;
	case ARGP_KEY_NO_ARGS:
		argp_error(state, "which target? http://HOST:PORT, https://HOST:PORT or unix:PATH");
		break;
	default:
		return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

static void probe_main(void *arg)
{
	struct probing *p = arg;

	p->result = probe_all(curl_dialer_base(p->dialer), &p->target, PROBE_TIMEOUT, false,
			      &p->probed, &p->problem);
}

static int probe(struct probing *p)
{
	struct loop *loop;
	int r = loop_new(false, &loop);

	if (r < 0)
		return problem_errno(&p->problem, r, "probe", p->url);
	r = curl_dialer_new(loop, &p->target.endpoint, &p->dialer);
	p->result = 1;
	if (r == 0)
		r = task_start(loop, probe_main, p, PROBE_STACK, NULL);
	while (r == 0 && p->result > 0)
		r = loop_turn(loop, USEC_FOREVER);
	curl_dialer_free(p->dialer);
	loop_free(loop);
	return r < 0 ? problem_errno(&p->problem, r, "probe", p->url) : p->result;
}

/* ---- the profile ---- */

static void print_resource(const struct profile *profile, const struct resource_kind *kind)
{
	const char *path = profile_resource(profile, kind->name);
	const char *example = kind->argument ? "/{...}" : "/";

	(void)printf("  %s%s: %s  # %s\n", path ? "" : "# ", kind->name, path ? path : example,
		     kind->summary);
}

static void print_profile(const struct probing *p)
{
	char day[16] = "";
	time_t now = time(NULL);

	(void)strftime(day, sizeof(day), "%Y-%m-%d", gmtime(&now));
	(void)printf(
	    "# What httpcheck found out about %s on %s. Complete it by hand: cases that need\n"
	    "# what stands in a comment are skipped.\n"
	    "target: %s\n",
	    p->target.name, day, p->target.name);
	(void)printf("# host: %s  # the value of Host\n", profile_host(p->target.profile));
	(void)printf("# role: origin  # or gateway, proxy\n");
	(void)printf("# It serves %s.\n", p->probed.serial ? "one connection at a time (serial)"
							   : "several connections at once");
	(void)printf("resources:\n");
	for (const struct resource_kind *k = resource_kinds; k->name; k++)
		print_resource(p->target.profile, k);
	(void)printf(
	    "# credentials: {user: USER, password: PASSWORD}\n"
	    "# timeouts: {header: 10s, body: 10s, idle: 10s}  # what the target is set to\n"
	    "# limits: {request-line: 8000, fields: 64KiB, content: 1MiB}\n");
}

static int unusable(const struct problem *p)
{
	complain(p);
	return EXIT_UNUSABLE;
}

int command_probe(int argc, char **argv)
{
	static const struct argp argp = { options, parse, "URL", doc, NULL, NULL, NULL };
	struct probing p = { .url = NULL };
	struct problems problems = PROBLEMS_INIT(10);

	(void)argp_parse(&argp, argc, argv, 0, NULL, &p);
	target_init(&p.target);
	p.target.endpoint.tls = p.tls;

	int code = target_open(p.url, NULL, &p.target, &problems) < 0 ? EXIT_USAGE : EXIT_OK;

	complain_all(&problems);
	problems_release(&problems);
	if (code == EXIT_OK) {
		if (probe(&p) == 0)
			print_profile(&p);
		else
			code = unusable(&p.problem);
	}
	target_release(&p.target);
	return finish_output(code);
}
