#include "runner/commands/run-options.h"

#include "base/text.h"

#include <stdlib.h>

static const char doc[] = "Runs cases against a target: without --target against the bundled "
			  "server, on a free port.\v"
			  "A PATH is a case file, a folder of them, or FILE:LINE for one case. "
			  "Without any, 'cases' is "
			  "read.\n\n"
			  "Exit codes: 0 nothing required failed; 1 a requirement failed; 2 usage, "
			  "a bad case file, or "
			  "nothing to run; 3 the target can't be used, or a report can't be "
			  "written; 4 internal error; "
			  "130 or 143 interrupted by SIGINT or SIGTERM.";

enum {
	OPT_STRICT = 0x100,
	OPT_FAIL_ON,
	OPT_BASELINE,
	OPT_STRICT_BASELINE,
	OPT_UPDATE_BASELINE,
	OPT_SHOW_SECRETS,
	OPT_LAST_FAILED,
	OPT_TIMEOUT,
	OPT_TIMEOUT_SCALE,
	OPT_MODEL,
	OPT_ANYWAY,
	OPT_SEGMENT,
	OPT_SHUFFLE,
	OPT_REPEAT,
	OPT_RETRIES,
	OPT_FAIL_FAST,
	OPT_SHARD,
	OPT_DRY_RUN,
	OPT_CACERT,
	OPT_INSECURE,
	OPT_PROXY,
};

static const struct argp_option options[] = {
	{ "target", 'T', "URL", 0,
	  "The server under test: http://HOST:PORT, https://HOST:PORT or unix:PATH", 2 },
	{ "exec", 'e', "COMMAND", 0,
	  "Start the target by a shell command; {port} or {unix} in it becomes where to listen, "
	  "{origin} where a gateway finds httpcheck as its origin server",
	  2 },
	{ "cacert", OPT_CACERT, "FILE", 0, "Whose certificates are trusted, for https:// (PEM)",
	  2 },
	{ "insecure", OPT_INSECURE, NULL, 0, "Don't check the target's certificate", 2 },
	{ "proxy", OPT_PROXY, "URL", 0,
	  "Tunnel to the target through this proxy; those of the environment are ignored", 2 },
	{ "profile", 'p', "FILE", 0, "What the target offers; without, it is asked once", 2 },
	{ "model", OPT_MODEL, "NAME", 0,
	  "Server model of the bundled server: epoll-edge (the default), epoll, poll, select, "
	  "coroutine, thread, fork, iterative",
	  2 },
	{ "anyway", OPT_ANYWAY, NULL, 0, "Run though the target does not answer a plain request",
	  2 },
	{ "jobs", 'j', "N", 0, "Scenarios at once (default 64)", 3 },
	{ "timeout", OPT_TIMEOUT, "TIME", 0,
	  "Longest wait for the target, such as 5s (default) or 300ms", 3 },
	{ "timeout-scale", OPT_TIMEOUT_SCALE, "FACTOR", 0,
	  "Multiply every time within which something must come, for a slow target: 2, 0.5", 3 },
	{ "segment", OPT_SEGMENT, "HOW", 0,
	  "Cut every request: 1 (byte by byte), or random:SEED; no verdict may change", 3 },
	{ "shuffle", OPT_SHUFFLE, "SEED", 0, "Start the cases in an order that SEED decides", 3 },
	{ "repeat", OPT_REPEAT, "N", 0, "Run each case N times; the worst verdict counts", 3 },
	{ "retries", OPT_RETRIES, "N", 0,
	  "Try a case that does not pass N times more; if it passes then, it is flaky", 3 },
	{ "fail-fast", OPT_FAIL_FAST, NULL, 0, "Start no more cases after the first that fails",
	  3 },
	{ "shard", OPT_SHARD, "I/N", 0, "The I-th of N parts of the cases; stable by id", 1 },
	{ "dry-run", OPT_DRY_RUN, NULL, 0, "Only tell which cases would run, and why others not",
	  3 },
	{ "last-failed", OPT_LAST_FAILED, NULL, 0,
	  "Only cases that failed when they last ran from this folder", 1 },
	{ "show-secrets", OPT_SHOW_SECRETS, NULL, 0,
	  "Don't mask credentials, cookies and the userinfo of URLs in reports", 4 },
	{ "fail-on", OPT_FAIL_ON, "WHAT", 0,
	  "What fails the run: must (default: a requirement was broken), should (a "
	  "recommendation, too), any (an inconclusive case, too)",
	  5 },
	{ "strict", OPT_STRICT, NULL, 0, "The same as --fail-on=any", 5 },
	{ "baseline", OPT_BASELINE, "FILE", 0,
	  "Failures that are known (YAML): they don't fail the run, new ones do", 5 },
	{ "strict-baseline", OPT_STRICT_BASELINE, NULL, 0,
	  "An entry of the baseline that no longer says what is fails the run", 5 },
	{ "update-baseline", OPT_UPDATE_BASELINE, NULL, 0,
	  "Write what was found into the baseline; comments, order and reasons stay", 5 },
	{ 0 },
};

static uint64_t number(const char *option, const char *arg, uint64_t least, uint64_t most,
		       struct argp_state *state)
{
	uint64_t n = 0;

	if (text_count(slice_str(arg), &n) < 0 || n < least || n > most)
		argp_error(state, "%s '%s' is not a number from %llu to %llu", option, arg,
			   (unsigned long long)least, (unsigned long long)most);
	return n;
}

static double factor(const char *arg, struct argp_state *state)
{
	char *end;
	double f = strtod(arg, &end);

	if (end == arg || *end || !(f >= 0.1 && f <= 1000))
		argp_error(state, "--timeout-scale '%s' is not a number from 0.1 to 1000", arg);
	return f;
}

static void set_segments(struct run_options *r, const char *arg, struct argp_state *state)
{
	static const char random[] = "random:";

	if (strcmp(arg, "1") == 0) {
		r->session.segments.how = SEGMENTS_ONE;
	} else if (strncmp(arg, random, strlen(random)) == 0) {
		r->session.segments.how = SEGMENTS_RANDOM;
		r->session.segments.seed = number("--segment random:", arg + strlen(random), 0,
						  UINT64_MAX, state);
	} else {
		argp_error(state, "--segment '%s' is neither 1 nor random:SEED", arg);
	}
}

static void set_shard(struct run_options *r, const char *arg, struct argp_state *state)
{
	struct slice s = slice_str(arg);
	size_t slash = slice_find(s, '/');

	if (text_count(slice_sub(s, 0, slash), &r->shard) < 0 ||
	    text_count(slice_skip(s, slash + 1), &r->shards) < 0 || r->shard < 1 ||
	    r->shard > r->shards || r->shards > MOST_SHARDS)
		argp_error(state, "--shard '%s' is not I/N with I from 1 to N", arg);
}

static void set_fail_on(struct run_options *r, const char *arg, struct argp_state *state)
{
	static const char *const words[] = {
		[FAIL_ON_MUST] = "must", [FAIL_ON_SHOULD] = "should", [FAIL_ON_ANY] = "any",
	};

	for (enum fail_on f = FAIL_ON_MUST; f <= FAIL_ON_ANY; f++)
		if (strcmp(arg, words[f]) == 0) {
			r->session.fail_on = f;
			return;
		}
	argp_error(state, "--fail-on '%s' is not must, should or any", arg);
}

/* Options that mean nothing alone. */
static void check_gate(const struct run_options *r, struct argp_state *state)
{
	if (r->gate.update && !r->gate.path)
		argp_error(state, "--update-baseline needs a --baseline FILE");
	if (r->gate.update && r->dry_run)
		argp_error(state, "--update-baseline needs a run, not --dry-run");
	if (r->strict_baseline && !r->gate.path && !r->profile)
		argp_error(state, "--strict-baseline needs a --baseline FILE");
}

/* Without a scheme nobody could tell its userinfo from other text, and mask it in reports. */
static const char *proxy_of(const char *arg, struct argp_state *state)
{
	const char *behind_userinfo = strrchr(arg, '@');

	if (!strstr(arg, "://"))
		argp_error(state, "--proxy '%s' is no URL such as http://127.0.0.1:3128",
			   behind_userinfo ? behind_userinfo + 1 : arg);
	return arg;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct run_options *r = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &r->choosing;
		state->child_inputs[1] = &r->reporting;
		break;
	case 'T':
		r->target = arg;
		break;
	case 'e':
		r->exec = arg;
		break;
	case OPT_CACERT:
		r->tls.ca = arg;
		break;
	case OPT_INSECURE:
		r->tls.unverified = true;
		break;
	case OPT_PROXY:
		r->proxy = proxy_of(arg, state);
		break;
	case 'p':
		r->profile = arg;
		break;
	case OPT_MODEL:
		r->model = arg;
		break;
	case OPT_ANYWAY:
		r->session.anyway = true;
		break;
	case 'j':
		r->session.jobs = (size_t)number("--jobs", arg, 1, 10000, state);
		break;
	case OPT_TIMEOUT:
		if (text_duration(slice_str(arg), &r->session.timeout) < 0 ||
		    r->session.timeout < USEC_PER_MS)
			argp_error(state, "--timeout '%s' is no time such as 5s or 300ms", arg);
		break;
	case OPT_TIMEOUT_SCALE:
		r->session.patience = factor(arg, state);
		break;
	case OPT_SEGMENT:
		set_segments(r, arg, state);
		break;
	case OPT_SHUFFLE:
		r->session.shuffle = true;
		r->session.seed = number("--shuffle", arg, 0, UINT64_MAX, state);
		break;
	case OPT_REPEAT:
		r->session.repeat = (unsigned)number("--repeat", arg, 1, 10000, state);
		break;
	case OPT_RETRIES:
		r->session.retries = (unsigned)number("--retries", arg, 0, 100, state);
		break;
	case OPT_FAIL_FAST:
		r->session.fail_fast = true;
		break;
	case OPT_SHARD:
		set_shard(r, arg, state);
		break;
	case OPT_DRY_RUN:
		r->dry_run = true;
		break;
	case OPT_STRICT:
		r->session.fail_on = FAIL_ON_ANY;
		break;
	case OPT_FAIL_ON:
		set_fail_on(r, arg, state);
		break;
	case OPT_BASELINE:
		r->gate.path = arg;
		break;
	case OPT_STRICT_BASELINE:
		r->strict_baseline = true;
		break;
	case OPT_UPDATE_BASELINE:
		r->gate.update = true;
		break;
	case OPT_SHOW_SECRETS:
		r->show_secrets = true;
		break;
	case OPT_LAST_FAILED:
		r->last_failed = true;
		break;
	case ARGP_KEY_END:
		if (r->model && (r->target || r->profile || r->exec))
			argp_error(state, "--model is for the bundled server, not for --target, "
					  "--profile or --exec");
		check_gate(r, state);
		break;
	default:
		return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

void run_options_parse(int argc, char **argv, struct run_options *ret)
{
	static const struct argp_child children[] = {
		{ &choosing_argp, 0, NULL, 0 }, { &reporting_argp, 0, NULL, 0 }, { 0 },
	};
	static const struct argp argp = { options, parse, "[PATH...]", doc, children, NULL, NULL };

	*ret = (struct run_options){
		.session = { .jobs = 64, .timeout = 5 * USEC_PER_SEC, .repeat = 1 },
	};
	(void)argp_parse(&argp, argc, argv, 0, NULL, ret);
}
