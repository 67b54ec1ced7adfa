#include "reference-server/options.h"

#include "base/cleanup.h"
#include "base/text.h"
#include "reference-server/workers.h"

#include <errno.h>
#include <string.h>

struct option {
	const char *name, *value;     /* what --help calls the value; null: a switch */
	const char *help;
	int (*set)(struct options *o, const struct option *row, const char *value,
		   struct problem *reterr);
	size_t at;                    /* offset in struct options, where the setter needs one */
	uint64_t least, most;
};

static int bad_value(const struct option *row, const char *value, struct problem *reterr)
{
	return problem_set(reterr, -EINVAL, "'%s' is no value for --%s: %s", value, row->name,
			   row->help);
}

static int set_duration(struct options *o, const struct option *row, const char *value,
			struct problem *reterr)
{
	int64_t t;

	if (text_duration(slice_str(value), &t) < 0 || t < (int64_t)USEC_PER_MS)
		return bad_value(row, value, reterr);
	*(usec *)(void *)((char *)o + row->at) = t;
	return 0;
}

static int set_size(struct options *o, const struct option *row, const char *value,
		    struct problem *reterr)
{
	uint64_t n;

	if (text_size(slice_str(value), &n) < 0 || n < row->least || n > row->most)
		return bad_value(row, value, reterr);
	*(uint64_t *)(void *)((char *)o + row->at) = n;
	return 0;
}

static int set_discovery(struct options *o, const struct option *row, const char *value,
			 struct problem *reterr)
{
	o->settings.discovers = true;
	return set_size(o, row, value, reterr);
}

static int set_action(struct options *o, const struct option *row, const char *value,
		      struct problem *reterr)
{
	(void)value;
	(void)reterr;
	o->action = (enum action)row->least;
	return 0;
}

static int set_switch(struct options *o, const struct option *row, const char *value,
		      struct problem *reterr)
{
	(void)value;
	(void)reterr;
	*(bool *)(void *)((char *)o + row->at) = true;
	return 0;
}

static struct endpoint *next_endpoint(struct options *o, struct problem *reterr)
{
	if (o->nlisten < LISTENERS_MAX)
		return &o->listen[o->nlisten++];
	(void)problem_set(reterr, -EINVAL, "more than %d times --listen, --listen-tls and --unix",
			  LISTENERS_MAX);
	return NULL;
}

static int set_listen(struct options *o, const struct option *row, const char *value,
		      struct problem *reterr)
{
	struct endpoint *e = next_endpoint(o, reterr);

	if (!e)
		return -EINVAL;
	e->tls = row->least;
	return sock_address_tcp(value, &e->address, NULL) < 0 ? bad_value(row, value, reterr) : 0;
}

static int set_unix(struct options *o, const struct option *row, const char *value,
		    struct problem *reterr)
{
	struct endpoint *e = next_endpoint(o, reterr);

	if (!e)
		return -EINVAL;
	return sock_address_unix(value, &e->address, NULL) < 0 ? bad_value(row, value, reterr) : 0;
}

static int set_unix_mode(struct options *o, const struct option *row, const char *value,
			 struct problem *reterr)
{
	mode_t mode = 0;

	for (const char *at = value; *at; at++) {
		if (*at < '0' || *at > '7' || mode > 0777 >> 3)
			return bad_value(row, value, reterr);
		mode = mode << 3 | (mode_t)(*at - '0');
	}
	o->unix_mode = mode;
	return *value ? 0 : bad_value(row, value, reterr);
}

static int set_text(struct options *o, const struct option *row, const char *value,
		    struct problem *reterr)
{
	if (*value == '\0')
		return bad_value(row, value, reterr);
	*(const char **)(void *)((char *)o + row->at) = value;
	return 0;
}

/* A colon parts the name from the password (RFC 7617 section 2). */
static int set_user(struct options *o, const struct option *row, const char *value,
		    struct problem *reterr)
{
	return strchr(value, ':') ? bad_value(row, value, reterr)
				  : set_text(o, row, value, reterr);
}

static int set_model(struct options *o, const struct option *row, const char *value,
		     struct problem *reterr)
{
	o->model = model_find(value);
	return o->model ? 0 : bad_value(row, value, reterr);
}

static int set_misbehave(struct options *o, const struct option *row, const char *value,
			 struct problem *reterr)
{
	static const struct {
		const char *name;
		enum misbehaviour how;
	} ways[] = {
		{ "close", MISBEHAVE_CLOSE }, { "mute", MISBEHAVE_MUTE },
		{ "bad-request", MISBEHAVE_BAD_REQUEST }, { "ok", MISBEHAVE_OK },
		{ "garbage", MISBEHAVE_GARBAGE },
	};

	for (size_t i = 0; i < ARRAY_SIZE(ways); i++) {
		if (strcmp(value, ways[i].name) == 0) {
			o->settings.misbehave = ways[i].how;
			return 0;
		}
	}
	return bad_value(row, value, reterr);
}

#define TIMEOUT(member) set_duration, offsetof(struct options, settings.timeouts.member), 0, 0
#define LIMIT(member, least, most) \
	set_size, offsetof(struct options, settings.limits.member), least, most
#define MIB ((uint64_t)1024 * 1024)

#define PLAIN(set)  set, 0, 0, 0
#define TEXT(member) set_text, offsetof(struct options, member), 0, 0
#define SWITCH(action) set_action, 0, action, 0

static const struct option options[] = {
	{ "listen", "ADDRESS:PORT",
	  "an IPv4 or IPv6 address; port 0 takes a free one; may be repeated", PLAIN(set_listen) },
	{ "listen-tls", "ADDRESS:PORT", "the same with TLS; needs --tls-cert and --tls-key",
	  set_listen, 0, true, 0 },
	{ "tls-cert", "FILE", "certificate in PEM, its chain behind it", TEXT(tls_cert) },
	{ "tls-key", "FILE", "private key in PEM", TEXT(tls_key) },
	{ "unix", "PATH", "the path of a unix socket, at most 107 bytes; may be repeated",
	  PLAIN(set_unix) },
	{ "unix-mode", "MODE", "permissions of unix sockets, in octal (0600)",
	  PLAIN(set_unix_mode) },
	{ "workers", "NUMBER", "1 to 64 processes (1), with models of one thread for all clients",
	  set_size, offsetof(struct options, workers), 1, WORKERS_MAX },
	{ "root", "FOLDER", "its files are served below /files/", TEXT(root) },
	{ "user", "NAME", "who may read /basic and /digest (test); without a colon", set_user,
	  offsetof(struct options, settings.user), 0, 0 },
	{ "password", "PASSWORD", "of that user, in UTF-8 (123\u00a3)", TEXT(settings.password) },
	{ "discovery", "PORT", "answer M-SEARCH queries on this UDP port; 0 takes a free one",
	  set_discovery, offsetof(struct options, settings.discovery), 0, UINT16_MAX },
	{ "access-log", "FILE", "a line a request in combined format; - is standard output",
	  TEXT(access_log) },
	{ "model", "MODEL", "how many clients are served at once, see below", PLAIN(set_model) },
	{ "header-timeout", "TIME", "for a whole request head (10s)", TIMEOUT(header) },
	{ "body-timeout", "TIME", "for content to come and answers to leave (10s)", TIMEOUT(body) },
	{ "idle-timeout", "TIME", "between two requests (10s)", TIMEOUT(idle) },
	{ "linger-timeout", "TIME", "reading on after the last answer (2s)", TIMEOUT(linger) },
	{ "drain-timeout", "TIME", "for what is in flight when the server stops (2s)",
	  TIMEOUT(drain) },
	{ "max-request-line", "SIZE", "64 bytes to 1MiB (8KiB); longer ones get 414",
	  LIMIT(request_line, 64, MIB) },
	{ "max-fields", "SIZE", "64 bytes to 16MiB for a header section (32KiB); more gets 431",
	  LIMIT(fields, 64, 16 * MIB) },
	{ "max-field-count", "NUMBER", "1 to 10000 field lines (100); more get 431",
	  LIMIT(field_count, 1, 10000) },
	{ "max-content", "SIZE", "0 to 256MiB (1MiB); larger content gets 413",
	  LIMIT(content, 0, 256 * MIB) },
	{ "max-requests", "NUMBER", "1 or more on one connection (1000)",
	  LIMIT(requests, 1, UINT64_MAX) },
	{ "max-connections", "NUMBER", "1 or more at once (10000); others get 503, then wait",
	  LIMIT(connections, 1, UINT32_MAX) },
	{ "no-sandbox", NULL, "keep the right to read files, run programs and connect elsewhere",
	  set_switch, offsetof(struct options, no_sandbox), 0, 0 },
	{ "seccomp", NULL, "refuse system calls that no model makes", set_switch,
	  offsetof(struct options, seccomp), 0, 0 },
	{ "misbehave", "HOW", "be a bad server: close, mute, bad-request, ok or garbage",
	  PLAIN(set_misbehave) },
	{ "print-profile", NULL, "print the profile that fits these options, and exit",
	  SWITCH(ACTION_PROFILE) },
	{ "help", NULL, "print this, and exit", SWITCH(ACTION_HELP) },
	{ "version", NULL, "print the version, and exit", SWITCH(ACTION_VERSION) },
};

static const struct option *find(struct slice name)
{
	for (size_t i = 0; i < ARRAY_SIZE(options); i++)
		if (slice_is(name, options[i].name))
			return &options[i];
	return NULL;
}

static int unknown(const char *arg, struct slice name, struct problem *reterr)
{
	const char *names[ARRAY_SIZE(options)], *near = NULL;
	char word[32];

	for (size_t i = 0; i < ARRAY_SIZE(options); i++)
		names[i] = options[i].name;
	if (name.len < sizeof(word)) {
		memcpy(word, name.at, name.len);
		word[name.len] = '\0';
		near = text_nearest(word, names, ARRAY_SIZE(names));
	}
	if (near)
		return problem_set(reterr, -EINVAL, "unknown option '%s': did you mean --%s?", arg,
				   near);
	return problem_set(reterr, -EINVAL, "unknown option '%s'", arg);
}

/* "--name", "--name VALUE" or "--name=VALUE" at argv[*i]; *i moves behind it. */
static int parse_one(int argc, char *const *argv, int *i, struct options *o,
		     struct problem *reterr)
{
	const char *arg = argv[(*i)++];

	if (strncmp(arg, "--", 2) != 0)
		return problem_set(reterr, -EINVAL, "'%s' is not an option", arg);

	struct slice text = slice_str(arg + 2);
	struct slice name = slice_sub(text, 0, slice_find(text, '='));
	const struct option *row = find(name);
	bool inlined = name.len < text.len;

	if (!row)
		return unknown(arg, name, reterr);
	if (!row->value && inlined)
		return problem_set(reterr, -EINVAL, "--%s takes no value", row->name);
	if (!row->value)
		return row->set(o, row, NULL, reterr);
	if (!inlined && *i == argc)
		return problem_set(reterr, -EINVAL, "--%s needs a value: %s", row->name,
				   row->value);
	return row->set(o, row, inlined ? text.at + name.len + 1 : argv[(*i)++], reterr);
}

/* What one option alone cannot tell. */
static int check_all(const struct options *o, struct problem *reterr)
{
	if (!o->tls_cert != !o->tls_key)
		return problem_set(reterr, -EINVAL, "--tls-cert and --tls-key go together");
	for (size_t i = 0; i < o->nlisten; i++)
		if (o->listen[i].tls && !o->tls_cert)
			return problem_set(reterr, -EINVAL,
					   "--listen-tls needs --tls-cert and --tls-key");
	if (o->workers > 1 && !o->model->workers)
		return problem_set(reterr, -EINVAL, "the model '%s' has no --workers",
				   o->model->name);
	return 0;
}

int options_parse(int argc, char *const *argv, struct options *ret, struct problem *reterr)
{
	struct options o = { .settings = SETTINGS_DEFAULT, .model = &models[0],
			     .unix_mode = 0600, .workers = 1 };

	for (int i = 1; i < argc;) {
		int r = parse_one(argc, argv, &i, &o, reterr);

		if (r < 0)
			return r;
	}
	if (o.nlisten == 0)
		(void)sock_address_tcp("127.0.0.1:8080", &o.listen[o.nlisten++].address, NULL);

	int r = check_all(&o, reterr);

	if (r < 0)
		return r;
	*ret = o;
	return 0;
}

void options_help(FILE *out)
{
	(void)fprintf(out, "usage: httpcheck-server [OPTION]...\n\n"
			   "An HTTP/1.1 origin server that keeps the rules httpcheck checks.\n"
			   "It listens on 127.0.0.1:8080 unless told otherwise.\n\n");
	for (size_t i = 0; i < ARRAY_SIZE(options); i++) {
		const struct option *row = &options[i];
		char left[40];

		(void)snprintf(left, sizeof(left), "--%s %s", row->name,
			       row->value ? row->value : "");
		(void)fprintf(out, "  %-27s %s\n", left, row->help);
	}
	(void)fprintf(out, "\nModels:\n");
	for (const struct model *m = models; m->name; m++)
		(void)fprintf(out, "  %-27s %s%s\n", m->name, m->what,
			      m == models ? " (default)" : "");
	(void)fputs("\nTIME is like 300ms or 2s, SIZE like 512, 64KiB or 1MiB.\n"
		    "Exit: 0 stopped by a signal, 2 a bad option, 3 cannot listen, 4 internal.\n",
		    out);
}
