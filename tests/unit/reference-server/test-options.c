#include "feed.h"

#include "reference-server/options.h"

enum { WORDS = 7 };

static int parse(const char *const words[WORDS], struct options *ret, struct problem *reterr)
{
	char *argv[WORDS + 1] = { "httpcheck-server" };
	int argc = 1;

	for (size_t i = 0; i < WORDS && words[i]; i++)
		argv[argc++] = (char *)words[i];
	return options_parse(argc, argv, ret, reterr);
}

static void a_bad_option_is_named(void **state)
{
	static const struct {
		const char *const words[WORDS];
		const char *text;
	} row[] = {
		{ { "--header-timout", "2s" },
		  "unknown option '--header-timout': did you mean --header-timeout?" },
		{ { "--xyzzy" }, "unknown option '--xyzzy'" },
		{ { "8080" }, "'8080' is not an option" },
		{ { "--listen" }, "--listen needs a value: ADDRESS:PORT" },
		{ { "--listen=" }, "'' is no value for --listen: " },
		{ { "--listen", "127.0.0.1" }, "'127.0.0.1' is no value for --listen: " },
		{ { "--listen", "127.0.0.1:65536" },
		  "'127.0.0.1:65536' is no value for --listen: " },
		{ { "--listen", "example.org:80" }, "'example.org:80' is no value for --listen: " },
		{ { "--unix", "" }, "'' is no value for --unix: " },
		{ { "--model", "magic" }, "'magic' is no value for --model: " },
		{ { "--idle-timeout", "2" }, "'2' is no value for --idle-timeout: " },
		{ { "--idle-timeout", "0s" }, "'0s' is no value for --idle-timeout: " },
		{ { "--max-content", "-1" }, "'-1' is no value for --max-content: " },
		{ { "--max-content", "1TiB" }, "'1TiB' is no value for --max-content: " },
		{ { "--max-requests", "0" }, "'0' is no value for --max-requests: " },
		{ { "--misbehave", "nicely" }, "'nicely' is no value for --misbehave: " },
		{ { "--workers", "0" }, "'0' is no value for --workers: " },
		{ { "--workers", "65" }, "'65' is no value for --workers: " },
		{ { "--workers", "2", "--model", "fork" }, "the model 'fork' has no --workers" },
		{ { "--max-connections", "0" }, "'0' is no value for --max-connections: " },
		{ { "--unix-mode", "" }, "'' is no value for --unix-mode: " },
		{ { "--unix-mode", "0680" }, "'0680' is no value for --unix-mode: " },
		{ { "--unix-mode", "1777" }, "'1777' is no value for --unix-mode: " },
		{ { "--access-log", "" }, "'' is no value for --access-log: " },
		{ { "--user", "" }, "'' is no value for --user: " },
		{ { "--user", "a:b" }, "'a:b' is no value for --user: " },
		{ { "--discovery", "x" }, "'x' is no value for --discovery: " },
		{ { "--discovery", "65536" }, "'65536' is no value for --discovery: " },
		{ { "--root", "" }, "'' is no value for --root: " },
		{ { "--listen-tls", ":0" }, "--listen-tls needs --tls-cert and --tls-key" },
		{ { "--tls-cert", "c" }, "--tls-cert and --tls-key go together" },
		{ { "--tls-key", "k" }, "--tls-cert and --tls-key go together" },
		{ { "--help=1" }, "--help takes no value" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(row); i++) {
		struct options o;
		struct problem p = { .text = "" };

		if (parse(row[i].words, &o, &p) != -EINVAL ||
		    strncmp(p.text, row[i].text, strlen(row[i].text)) != 0)
			fail_msg("%s: %s", row[i].words[0], p.text);
	}
}

static void without_options_there_are_defaults(void **state)
{
	struct options o;
	char name[SOCK_NAME_ROOM];

	(void)state;
	assert_int_equal(parse((const char *const[WORDS]){ NULL }, &o, NULL), 0);
	assert_int_equal(o.action, ACTION_SERVE);
	assert_string_equal(o.model->name, "epoll-edge");
	assert_int_equal(o.settings.timeouts.header, 10 * USEC_PER_SEC);
	assert_int_equal(o.settings.timeouts.drain, 2 * USEC_PER_SEC);
	assert_int_equal(o.settings.limits.content, 1024 * 1024);
	assert_int_equal(o.nlisten, 1);
	sock_address_name(&o.listen[0].address, name, sizeof(name));
	assert_string_equal(name, "127.0.0.1:8080");
	assert_string_equal(o.settings.user, "test");
	assert_false(o.settings.discovers);
	assert_null(o.root);
}

static void options_are_taken(void **state)
{
	static const char *const words[WORDS] = { "--listen", "[::1]:0", "--idle-timeout=300ms",
						  "--max-content=2KiB", "--unix", "/run/x",
						  "--drain-timeout=30s" };
	struct options o;
	char name[SOCK_NAME_ROOM];

	(void)state;
	assert_int_equal(parse(words, &o, NULL), 0);
	assert_int_equal(o.settings.timeouts.idle, 300 * USEC_PER_MS);
	assert_int_equal(o.settings.timeouts.drain, 30 * USEC_PER_SEC);
	assert_int_equal(o.settings.limits.content, 2048);
	assert_int_equal(o.nlisten, 2);
	sock_address_name(&o.listen[1].address, name, sizeof(name));
	assert_string_equal(name, "unix:/run/x");
}

static void what_belongs_together_is_taken(void **state)
{
	static const char *const words[WORDS] = { "--listen-tls=[::1]:0", "--tls-cert=c",
						  "--tls-key=k", "--unix-mode=660",
						  "--workers=64", "--model=coroutine" };
	struct options o;

	(void)state;
	assert_int_equal(parse(words, &o, NULL), 0);
	assert_true(o.listen[0].tls);
	assert_string_equal(o.tls_cert, "c");
	assert_string_equal(o.tls_key, "k");
	assert_int_equal(o.unix_mode, 0660);
	assert_int_equal(o.workers, 64);
	assert_string_equal(o.model->name, "coroutine");
}

/* A misspelt name in a table of long texts is a silent hole in --help. */
static void help_names_every_model(void **state)
{
	CLEANUP(freep) char *text = NULL;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	(void)state;
	options_help(f);
	(void)fclose(f);
	for (const struct model *m = models; m->name; m++)
		assert_non_null(strstr(text, m->name));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_bad_option_is_named),
		cmocka_unit_test(without_options_there_are_defaults),
		cmocka_unit_test(options_are_taken),
		cmocka_unit_test(what_belongs_together_is_taken),
		cmocka_unit_test(help_names_every_model),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
