#include "runner/profile.h"

#include "problems.h"
#include "tests/unit/edge.h"

#include <errno.h>

static const char whole[] =
	"target: http://user@127.0.0.1:8080/x\n"
	"host: www.example.org\n"
	"role: gateway\n"
	"resources:\n"
	"  post: /submit\n"
	"  get: /\n"
	"  delay: \"/delay/{ms}\"\n"
	"  options: \"*\"\n"
	"  auth-basic: /secret\n"
	"credentials: {user: alice, password: \"s3 cret\"}\n"
	"timeouts: {header: 2s, idle: 300ms}\n"
	"limits: {request-line: 8000, fields: 64KiB}\n"
	"discovery: {port: 1901}\n"
	"allow:\n"
	"  host/missing: fixed in 2.0\n";

static struct profile *read_profile(const char *yaml)
{
	struct problems problems = PROBLEMS_INIT(10);
	struct profile *p = NULL;

	if (profile_read_memory("suite/file.yaml", slice_str(yaml), &p, &problems) < 0)
		check_problems(yaml, &problems, "");
	assert_int_equal(problems.count, 0);
	problems_release(&problems);
	return p;
}

static void each_field(void **state)
{
	struct profile *p = read_profile(whole);

	(void)state;
	assert_string_equal(p->target, "http://user@127.0.0.1:8080/x");
	assert_string_equal(p->host, "www.example.org");
	assert_int_equal(p->role, ROLE_GATEWAY);
	assert_int_equal(p->nresources, 5);
	assert_string_equal(p->resources[0].name, "post");
	assert_string_equal(p->resources[0].path, "/submit");
	assert_string_equal(profile_resource(p, "delay"), "/delay/{ms}");
	assert_string_equal(profile_resource(p, "options"), "*");
	assert_null(profile_resource(p, "range"));
	assert_string_equal(p->user, "alice");
	assert_string_equal(p->password, "s3 cret");
	assert_int_equal(p->discovery_port, 1901);
	assert_int_equal(p->nallow, 1);
	assert_string_equal(p->allow[0].id, "host/missing");
	assert_string_equal(p->allow[0].reason, "fixed in 2.0");
	profile_free(p);
}

static void an_empty_profile(void **state)
{
	struct profile *p = read_profile("{}");

	(void)state;
	assert_null(p->target);
	assert_int_equal(p->role, ROLE_ORIGIN);
	assert_int_equal(p->nresources, 1);
	assert_string_equal(profile_resource(p, "get"), "/");
	assert_string_equal(profile_host(p), "localhost");
	profile_free(p);
	profile_free(NULL);
}

static void the_default(void **state)
{
	struct profile *p = profile_default();

	(void)state;
	assert_int_equal(p->nresources, 1);
	assert_string_equal(profile_resource(p, "get"), "/");
	assert_null(profile_resource(p, "missing"));
	profile_free(p);
}

/* ---- what it offers ---- */

static void offers(void **state)
{
	static const char *const yes[] = { "get",	    "post",	       "delay",
					   "timeouts.idle", "timeouts.header", "limits.fields",
					   "limits.request-line", "credentials", "discovery",
					   "auth-basic" };
	static const char *const no[] = { "range",	    "upload",	     "timeouts.body",
					  "limits.content", "auth-digest", "nonsense", "host",
					  "timeouts",	    "exec", "https", "" };
	struct profile *p = read_profile(whole), *bare = read_profile("resources: {auth-basic: /}");

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(yes); i++)
		if (!profile_offers(p, yes[i]))
			fail_msg("it should offer '%s'", yes[i]);
	for (size_t i = 0; i < ARRAY_SIZE(no); i++)
		if (profile_offers(p, no[i]))
			fail_msg("it should not offer '%s'", no[i]);
	assert_false(profile_offers(bare, "auth-basic"));   /* without credentials */
	assert_false(profile_offers(bare, "credentials"));
	assert_false(profile_offers(bare, "discovery"));
	bare->exec = bare->tls = true;                      /* how the target is reached */
	assert_true(profile_offers(bare, "exec"));
	assert_true(profile_offers(bare, "https"));
	assert_false(profile_offers(bare, "plaintext"));
	profile_free(bare);
	profile_free(p);
}

static void host_follows_the_target(void **state)
{
	static const struct {
		const char *target, *want;
	} row[] = {
		{ "http://127.0.0.1:8080", "127.0.0.1:8080" },
		{ "http://example.org/a/b", "example.org" },
		{ "https://[::1]:8443/", "[::1]:8443" },
		{ "http://u:p@example.org?x", "example.org" },
		{ "unix:/run/server.sock", "localhost" },
	};
	struct profile *p = profile_default();

	(void)state;
	assert_string_equal(profile_host(p), "localhost");
	for (size_t i = 0; i < ARRAY_SIZE(row); i++) {
		profile_set_target(p, row[i].target);
		assert_string_equal(p->target, row[i].target);
		assert_string_equal(profile_host(p), row[i].want);
	}
	profile_free(p);
}

static void check_variable(const struct variables *v, const char *name, const char *want)
{
	CLEANUP(buffer_release) struct buffer scratch = BUFFER_INIT(1024);
	struct slice got;

	if (!variables_find(v, slice_str(name), &scratch, &got)) {
		if (want)
			fail_msg("nothing for '%s'", name);
		return;
	}
	if (!want || !slice_is(got, want))
		fail_msg("'%.*s' for '%s'", (int)got.len, got.at, name);
}

static void variables(void **state)
{
	struct profile *p = read_profile(whole);
	struct variables v = profile_variables(p);

	(void)state;
	check_variable(&v, "post", "/submit");
	check_variable(&v, "delay:300", "/delay/300");
	check_variable(&v, "host", "www.example.org");
	check_variable(&v, "timeouts.idle", "300ms");
	check_variable(&v, "limits.fields", "64KiB");
	check_variable(&v, "limits.request-line", "8000");
	check_variable(&v, "credentials.user", "alice");
	check_variable(&v, "credentials.password", "s3 cret");
	check_variable(&v, "discovery.port", "1901");
	check_variable(&v, "range", NULL);
	check_variable(&v, "timeouts.body", NULL);
	assert_null(v.below);
	profile_free(p);
}

static void resources_found_out(void **state)
{
	struct profile *p = profile_default();

	(void)state;
	assert_int_equal(profile_add_resource(p, "range", "/data"), 0);
	assert_string_equal(profile_resource(p, "range"), "/data");
	assert_true(profile_offers(p, "range"));
	assert_int_equal(profile_add_resource(p, "get", "/other"), -EEXIST);
	assert_string_equal(profile_resource(p, "get"), "/");
	assert_int_equal(profile_add_resource(p, "nonsense", "/"), -EINVAL);
	assert_int_equal(profile_add_resource(p, "post", "relative"), -EINVAL);
	assert_int_equal(profile_add_resource(p, "status", "/no-template"), -EINVAL);
	assert_int_equal(p->nresources, 2);
	profile_free(p);
}

static void names(void **state)
{
	size_t needs, vars;

	(void)state;
	assert_string_equal(profile_need_names(&needs)[0], "get");
	assert_string_equal(profile_variable_names(&vars)[0], "get");
	for (size_t i = 0; i < needs; i++)
		assert_true(profile_knows_need(slice_str(profile_need_names(&needs)[i])));
	for (size_t i = 0; i < vars; i++)
		assert_true(profile_knows_variable(slice_str(profile_variable_names(&vars)[i])));
	assert_true(profile_knows_variable(SLICE("host")));
	assert_false(profile_knows_need(SLICE("host")));
	assert_true(profile_knows_need(SLICE("discovery")));
	assert_false(profile_knows_variable(SLICE("discovery")));
	assert_false(profile_knows_need(SLICE("")));
}

/* ---- what is wrong ---- */

static void bad_profiles(void **state)
{
	static const struct bad_row row[] = {
		{ "no mapping", "[a]", "1:1: a profile must be a mapping of keys to values" },
		{ "a misspelt key", "tragte: x", "1:1: unknown key 'tragte' in a profile, "
						 "did you mean 'target'?" },
		{ "a key like no other", "zzz: x", "1:1: unknown key 'zzz' in a profile" },
		{ "a target without a scheme", "target: 127.0.0.1",
		  "1:9: 'target' must begin with http://, https:// or unix:" },
		{ "an empty target", "target:", "1:8: 'target' is empty" },
		{ "a target that is a list", "target: [a]",
		  "1:9: 'target' must be a single value" },
		{ "a host with NUL", "host: \"a\\0b\"", "1:7: 'host' cannot hold NUL" },
		{ "an unknown role", "role: tunnel",
		  "1:7: 'role' must be origin, gateway or proxy, not 'tunnel'" },
		{ "an origin at no path", "origin: {listen: a, path: b}",
		  "1:27: the path of 'origin' begins with '/', or for a proxy with 'http://'" },
		{ "a misspelt resource", "resources: {gte: /}",
		  "1:13: unknown resource 'gte', did you mean 'get'?" },
		{ "resources that are no mapping", "resources: [get]",
		  "1:12: 'resources' must be a mapping of keys to values" },
		{ "a relative path", "resources:\n  get: index.html",
		  "2:8: the path of 'get' does not begin with '/', or for a proxy with 'http://'" },
		{ "a path with a space", "resources: {get: /a b}",
		  "1:18: the path of 'get' has a byte that cannot stand in a path" },
		{ "a path in UTF-8", "resources: {get: /\xc3\xa9}",
		  "1:18: the path of 'get' has a byte that cannot stand in a path" },
		{ "a path that is a list", "resources: {get: [/]}",
		  "1:18: 'get' must be a single value" },
		{ "a template without a place", "resources: {status: /s}",
		  "1:21: the path of 'status' has no {...} for its argument" },
		{ "half the credentials", "credentials: {user: a}",
		  "1:14: 'credentials' needs 'password'" },
		{ "an unknown timeout", "timeouts: {idel: 1s}",
		  "1:12: unknown key 'idel' in 'timeouts', did you mean 'idle'?" },
		{ "a timeout without a unit", "timeouts: {idle: 3}",
		  "1:18: 'idle' must be a duration such as 300ms or 2s, not '3'" },
		{ "a timeout of a week", "timeouts: {idle: 604800s}",
		  "1:18: 'idle' must be at most a day, not '604800s'" },
		{ "a limit in words", "limits: {fields: many}",
		  "1:18: 'fields' must be a size such as 17, 64KiB or 1MiB, not 'many'" },
		{ "a port that is none", "discovery: {port: 65536}",
		  "1:19: a port is at most 65535" },
		{ "no port", "discovery: {}", "1:12: 'discovery' needs 'port'" },
		{ "allowed without a reason", "allow: {a/b: }", "1:14: 'reason' is empty" },
		{ "all of them are told",
		  "hots: x\nresources: {pots: /, get: x}\ntimeouts: {idle: 1}\n",
		  "1:1: unknown key 'hots' in a profile, did you mean 'host'?\n"
		  "2:13: unknown resource 'pots', did you mean 'post'?\n"
		  "2:27: the path of 'get' does not begin with '/', or for a proxy with 'http://'\n"
		  "3:18: 'idle' must be a duration such as 300ms or 2s, not '1'" },
		{ "YAML that is none", "a: [", "2:1: not YAML: did not find expected node content "
					       "while parsing a flow node that began in line 2" },
		{ "an alias is told once", "host: &a b\ntarget: *a",
		  "1:7: anchors are not supported: write the value out\n"
		  "2:9: aliases are not supported: write the value out" },
		{ "the same key twice", "host: a\nhost: b",
		  "2:1: key 'host' is already there in line 1" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(row); i++) {
		struct problems problems = PROBLEMS_INIT(10);
		struct profile *p = NULL;

		print_message("  %s\n", row[i].why);
		assert_int_equal(profile_read_memory("suite/file.yaml", slice_str(row[i].yaml), &p,
						     &problems), -EINVAL);
		assert_null(p);
		check_problems(row[i].why, &problems, row[i].want);
		problems_release(&problems);
	}
}

static void no_file(void **state)
{
	struct problems problems = PROBLEMS_INIT(10);
	struct profile *p = NULL;

	(void)state;
	assert_int_equal(profile_load("/nowhere/p.yaml", &p, &problems), -ENOENT);
	check_problems("no file", &problems,
		       "cannot read '/nowhere/p.yaml': No such file or directory");
	problems_release(&problems);
}

static void every_truncation(void **state)
{
	(void)state;
	for (size_t len = 0; len < sizeof(whole); len++) {
		struct edge e = edge_copy(whole, len);
		struct problems problems = PROBLEMS_INIT(3);
		struct profile *p = NULL;
		int r = profile_read_memory("suite/file.yaml", e.bytes, &p, &problems);

		assert_true((r == 0) == (problems.count == 0));
		profile_free(p);
		problems_release(&problems);
		edge_free(e);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_field),
		cmocka_unit_test(an_empty_profile),
		cmocka_unit_test(the_default),
		cmocka_unit_test(offers),
		cmocka_unit_test(host_follows_the_target),
		cmocka_unit_test(variables),
		cmocka_unit_test(resources_found_out),
		cmocka_unit_test(names),
		cmocka_unit_test(bad_profiles),
		cmocka_unit_test(no_file),
		cmocka_unit_test(every_truncation),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
