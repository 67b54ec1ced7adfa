#include "runner/profile.h"

#include "base/cleanup.h"
#include "base/text.h"
#include "runner/keys.h"

#include <errno.h>

const struct resource_kind resource_kinds[] = {
	{ "get", false, "200 with content, the same each time" },
	{ "missing", false, "404" },
	{ "static", false, "200 with ETag and Last-Modified" },
	{ "range", false, "static, at least 1 KiB, ranges served" },
	{ "post", false, "POST with any content gives 2xx" },
	{ "body", false, "POST: 2xx, the content received comes back" },
	{ "echo", false, "any method: 200 and the request as JSON" },
	{ "readonly", false, "405 to PUT and DELETE" },
	{ "upload", false, "PUT, GET, DELETE and PATCH below it" },
	{ "chunked", false, "answers in chunked coding over HTTP/1.1" },
	{ "trailers", false, "answers in chunked coding with a trailer section" },
	{ "head", false, "answers HEAD as it would GET, without content" },
	{ "options", false, "answers OPTIONS" },
	{ "trace", false, "answers TRACE with the request" },
	{ "redirect", false, "3xx with Location" },
	{ "negotiate", false, "chooses by Accept, Accept-Language or Accept-Encoding" },
	{ "gzip", false, "compresses if Accept-Encoding allows it" },
	{ "auth-basic", false, "401 without the credentials, 200 with them (Basic)" },
	{ "auth-digest", false, "401 without the credentials, 200 with them (Digest)" },
	{ "cookies", false, "sets a cookie" },
	{ "delay", true, "answers after that many milliseconds" },
	{ "stream", false, "sends its content in pieces over some time" },
	{ "websocket", false, "upgrades to WebSocket" },
	{ "status", true, "answers with that status code" },
	{ 0 },
};

#define TIMEOUTS(x) x("timeouts.header") x("timeouts.body") x("timeouts.idle")
#define LIMITS(x)   x("limits.request-line") x("limits.fields") x("limits.content")

/* ---- names ---- */

#define AS_ITEM(name) name,

static const char *const needs_beside[] = { TIMEOUTS(AS_ITEM) LIMITS(AS_ITEM) "credentials",
					     "discovery", "exec", "https", "origin",
					     "plaintext" };
static const char *const variables_beside[] = { TIMEOUTS(AS_ITEM) LIMITS(AS_ITEM) "host",
						 "credentials.user", "credentials.password",
						 "discovery.port", "origin", "origin.host" };

const struct resource_kind *resource_kind_find(struct slice name)
{
	for (const struct resource_kind *k = resource_kinds; k->name; k++)
		if (slice_is(name, k->name))
			return k;
	return NULL;
}

static bool is_one_of(struct slice name, const char *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (slice_is(name, list[i]))
			return true;
	return false;
}

bool profile_knows_need(struct slice need)
{
	return resource_kind_find(need) ||
	       is_one_of(need, needs_beside, ARRAY_SIZE(needs_beside));
}

bool profile_knows_variable(struct slice name)
{
	return resource_kind_find(name) ||
	       is_one_of(name, variables_beside, ARRAY_SIZE(variables_beside));
}

/* The names of the resources, then those of |beside|, into |out|. */
static size_t join_names(const char **out, const char *const *beside, size_t n)
{
	size_t count = 0;

	for (const struct resource_kind *k = resource_kinds; k->name; k++)
		out[count++] = k->name;
	for (size_t i = 0; i < n; i++)
		out[count++] = beside[i];
	return count;
}

const char *const *profile_need_names(size_t *ret_count)
{
	static const char *names[ARRAY_SIZE(resource_kinds) + ARRAY_SIZE(needs_beside)];

	*ret_count = join_names(names, needs_beside, ARRAY_SIZE(needs_beside));
	return names;
}

const char *const *profile_variable_names(size_t *ret_count)
{
	static const char *names[ARRAY_SIZE(resource_kinds) + ARRAY_SIZE(variables_beside)];

	*ret_count = join_names(names, variables_beside, ARRAY_SIZE(variables_beside));
	return names;
}

/* ---- reading ---- */

/* What can stand as a request target of its own: "/path", "*", of a proxy a URL. */
static const char *path_fault(const struct resource_kind *kind, struct slice path)
{
	size_t open = slice_find(path, '{'), close = slice_find(path, '}');
	bool template = open < close && close < path.len;

	for (size_t i = 0; i < path.len; i++)
		if (path.at[i] <= ' ' || path.at[i] > '~')
			return "has a byte that cannot stand in a path";
	if (!slice_starts(path, SLICE("/")) && !slice_is(path, "*") &&
	    !slice_starts(path, SLICE("http://")))
		return "does not begin with '/', or for a proxy with 'http://'";
	if (kind->argument && !template)
		return "has no {...} for its argument";
	return NULL;
}

static void push_resource(struct profile *p, const char *name, struct slice path)
{
	struct resource *res = arena_push(&p->arena, &p->resources, &p->nresources, sizeof(*res));

	res->name = name;
	res->path = arena_str(&p->arena, path);
}

static void read_resource(struct reader *r, struct profile *p, const struct node *key,
			  const struct node *value)
{
	const struct resource_kind *kind = resource_kind_find(key->scalar);

	if (!kind) {
		const char *names[ARRAY_SIZE(resource_kinds)];

		report_unknown(r, key, "resource", "", names, join_names(names, NULL, 0));
		return;
	}
	r->key = kind->name;
	if (!is_scalar(r, value))
		return;

	const char *fault = path_fault(kind, value->scalar);

	if (fault)
		problems_add(r->problems, value->place, "the path of '%s' %s", kind->name, fault);
	else
		push_resource(p, kind->name, value->scalar);
}

static void read_resources(struct reader *r, const struct node *value, void *into)
{
	if (!is_mapping(r, value, "'resources'"))
		return;
	for (size_t i = 0; i < value->count; i++)
		if (node_key(value, i)->kind == NODE_SCALAR)
			read_resource(r, into, node_key(value, i), node_value(value, i));
}

static void push_setting(struct profile *p, const char *name, struct slice value)
{
	struct variable *v = arena_push(&p->arena, &p->settings, &p->nsettings, sizeof(*v));

	v->name = name;
	v->value = arena_copy(&p->arena, value);
}

/* Settings are kept as written: ${limits.fields} puts "64KiB" in. They are read
 * once here to see that they can be. */
static void read_timeout(struct reader *r, const struct node *value, void *into)
{
	struct profile *p = into;
	usec t = -1;

	read_time(r, value, &t);
	if (t >= 0)
		push_setting(p, arena_printf(&p->arena, "timeouts.%s", r->key), value->scalar);
}

static void read_limit(struct reader *r, const struct node *value, void *into)
{
	struct profile *p = into;
	uint64_t n = UINT64_MAX;

	read_size(r, value, &n);
	if (n != UINT64_MAX)
		push_setting(p, arena_printf(&p->arena, "limits.%s", r->key), value->scalar);
}

static void read_timeouts(struct reader *r, const struct node *value, void *into)
{
	static const struct key keys[] = {
		KEY_OF_ALL("header", read_timeout),
		KEY_OF_ALL("body", read_timeout),
		KEY_OF_ALL("idle", read_timeout),
		KEYS_END,
	};

	(void)read_keys(r, value, "'timeouts'", keys, into);
}

static void read_limits(struct reader *r, const struct node *value, void *into)
{
	static const struct key keys[] = {
		KEY_OF_ALL("request-line", read_limit),
		KEY_OF_ALL("fields", read_limit),
		KEY_OF_ALL("content", read_limit),
		KEYS_END,
	};

	(void)read_keys(r, value, "'limits'", keys, into);
}

static void read_credentials(struct reader *r, const struct node *value, void *into)
{
	static const struct key keys[] = {
		KEY_NEEDED("user", read_string, struct profile, user),
		KEY_NEEDED("password", read_string, struct profile, password),
		KEYS_END,
	};

	(void)read_keys(r, value, "'credentials'", keys, into);
}

static void read_port(struct reader *r, const struct node *value, void *field)
{
	uint64_t port = 0;

	read_count(r, value, &port);
	if (value->kind == NODE_SCALAR && port > 65535)
		problems_add(r->problems, value->place, "a port is at most 65535");
	else
		*(uint64_t *)field = port;
}

static void read_discovery(struct reader *r, const struct node *value, void *into)
{
	static const struct key keys[] = {
		KEY_NEEDED("port", read_port, struct profile, discovery_port),
		KEYS_END,
	};

	(void)read_keys(r, value, "'discovery'", keys, into);
}

static void read_origin_path(struct reader *r, const struct node *value, void *field)
{
	const char *path = NULL;

	read_string(r, value, &path);
	if (path && path[0] != '/' && strncmp(path, "http://", 7) != 0)
		problems_add(r->problems, value->place,
			     "the path of 'origin' begins with '/', or for a proxy with 'http://'");
	else if (path)
		*(const char **)field = path;
}

static void read_origin_of_gateway(struct reader *r, const struct node *value, void *into)
{
	static const struct key keys[] = {
		KEY("listen", read_string, struct profile, origin_listen),
		KEY("path", read_origin_path, struct profile, origin_path),
		KEYS_END,
	};

	(void)read_keys(r, value, "'origin'", keys, into);
}

static void read_allow(struct reader *r, const struct node *value, void *into)
{
	struct profile *p = into;

	if (!is_mapping(r, value, "'allow'"))
		return;
	for (size_t i = 0; i < value->count; i++) {
		struct allowed a = { .place = node_key(value, i)->place };

		if (node_key(value, i)->kind != NODE_SCALAR)
			continue;
		r->key = "allow";
		read_string(r, node_key(value, i), &a.id);
		r->key = "reason";
		read_string(r, node_value(value, i), &a.reason);
		if (a.id && a.reason)
			*(struct allowed *)arena_push(r->arena, &p->allow, &p->nallow,
						      sizeof(a)) = a;
	}
}

const struct choice role_choices[] = {
	{ "origin", ROLE_ORIGIN },
	{ "gateway", ROLE_GATEWAY },
	{ "proxy", ROLE_PROXY },
	{ 0 },
};

const char *role_name(enum role role)
{
	const struct choice *c = role_choices;

	while (c->value != (int)role)
		c++;
	return c->word;
}

static void read_role(struct reader *r, const struct node *value, void *field)
{
	int role;

	if (choose(r, value, role_choices, &role))
		*(enum role *)field = (enum role)role;
}

static void read_target(struct reader *r, const struct node *value, void *into)
{
	static const char *const schemes[] = { "http://", "https://", "unix:" };
	const char *target = NULL;
	struct profile *p = into;

	p->target_at = value->place;
	read_string(r, value, &target);
	for (size_t i = 0; target && i < ARRAY_SIZE(schemes); i++) {
		if (strncmp(target, schemes[i], strlen(schemes[i])) == 0) {
			p->target = target;
			return;
		}
	}
	if (target)
		problems_add(r->problems, value->place,
			     "'target' must begin with http://, https:// or unix:");
}

static const struct key profile_keys[] = {
	KEY_OF_ALL("target", read_target),
	KEY("host", read_string, struct profile, host),
	KEY("role", read_role, struct profile, role),
	KEY_OF_ALL("resources", read_resources),
	KEY_OF_ALL("credentials", read_credentials),
	KEY_OF_ALL("timeouts", read_timeouts),
	KEY_OF_ALL("limits", read_limits),
	KEY_OF_ALL("discovery", read_discovery),
	KEY_OF_ALL("origin", read_origin_of_gateway),
	KEY_OF_ALL("allow", read_allow),
	KEYS_END,
};

/* ---- making ---- */

static struct profile *profile_new(void)
{
	struct profile *p = calloc(1, sizeof(*p));

	if (!p)
		return NULL;
	arena_init(&p->arena);
	p->role = ROLE_ORIGIN;
	return p;
}

void profile_free(struct profile *p)
{
	if (!p)
		return;
	arena_release(&p->arena);
	free(p);
}

struct profile *profile_default(void)
{
	struct profile *p = profile_new();

	if (!p)
		return NULL;
	push_resource(p, "get", SLICE("/"));
	return p;
}

static int finish(struct profile *p, int error, size_t problems_before, struct profile **ret,
		  struct problems *problems)
{
	if (error == 0 && problems->count > problems_before)
		error = -EINVAL;
	if (error < 0) {
		profile_free(p);
		return error;
	}
	if (!profile_resource(p, "get"))
		push_resource(p, "get", SLICE("/"));
	*ret = p;
	return 0;
}

static void read_tree(struct profile *p, const struct node *root, struct problems *problems)
{
	struct reader r = { .arena = &p->arena, .problems = problems };

	(void)read_keys(&r, root, "a profile", profile_keys, p);
}

int profile_read_memory(const char *path, struct slice yaml, struct profile **ret,
			struct problems *problems)
{
	struct profile *p = profile_new();
	struct node root = { 0 };
	size_t before = problems->count;

	if (!p)
		return -ENOMEM;

	int r = yaml_read_memory(path, yaml, &p->arena, &root, problems);

	if (r == 0)
		read_tree(p, &root, problems);
	return finish(p, r, before, ret, problems);
}

int profile_load(const char *path, struct profile **ret, struct problems *problems)
{
	struct profile *p = profile_new();
	struct node root = { 0 };
	size_t before = problems->count;

	if (!p)
		return -ENOMEM;

	int r = yaml_read(path, &p->arena, &root, problems);

	if (r == 0)
		read_tree(p, &root, problems);
	return finish(p, r, before, ret, problems);
}

void profile_set_target(struct profile *p, const char *target)
{
	p->target = arena_str(&p->arena, slice_str(target));
}

int profile_add_resource(struct profile *p, const char *name, const char *path)
{
	const struct resource_kind *kind = resource_kind_find(slice_str(name));

	if (!kind || path_fault(kind, slice_str(path)))
		return -EINVAL;
	if (profile_resource(p, name))
		return -EEXIST;
	push_resource(p, kind->name, slice_str(path));
	return 0;
}

/* ---- asking ---- */

const char *profile_resource(const struct profile *p, const char *name)
{
	for (size_t i = 0; i < p->nresources; i++)
		if (strcmp(p->resources[i].name, name) == 0)
			return p->resources[i].path;
	return NULL;
}

bool profile_offers(const struct profile *p, const char *need)
{
	bool credentials = p->user && p->password;

	if (strcmp(need, "credentials") == 0)
		return credentials;
	if (strcmp(need, "discovery") == 0)
		return p->discovery_port != 0;
	if (strcmp(need, "origin") == 0)
		return p->origin_listen != NULL;
	if (strcmp(need, "exec") == 0)
		return p->exec;
	if (strcmp(need, "https") == 0)
		return p->tls;
	if (strcmp(need, "plaintext") == 0)
		return !p->tls;
	if (profile_resource(p, need))
		return credentials || strncmp(need, "auth-", 5) != 0;
	for (size_t i = 0; i < p->nsettings; i++)
		if (strcmp(p->settings[i].name, need) == 0)
			return true;
	return false;
}

const char *profile_host(struct profile *p)
{
	if (p->host)
		return p->host;

	struct slice rest = slice_str(p->target);
	size_t scheme = slice_find_slice(rest, SLICE("://"));

	if (scheme >= rest.len)       /* none, or unix: */
		return "localhost";
	rest = slice_skip(rest, scheme + 3);
	rest = slice_sub(rest, 0, strcspn(rest.at, "/?#"));

	size_t userinfo = slice_find(rest, '@');

	return arena_str(&p->arena, userinfo < rest.len ? slice_skip(rest, userinfo + 1) : rest);
}

static void push_variable(struct profile *p, struct variables *v, const char *name,
			  struct slice value)
{
	struct variable **list = (struct variable **)&v->list;
	struct variable *last = arena_push(&p->arena, list, &v->count, sizeof(*last));

	*last = (struct variable){ name, value };
}

static void push_origin(struct profile *p, struct variables *v)
{
	push_variable(p, v, "origin", slice_str(p->origin_path ? p->origin_path : "/"));
	push_variable(p, v, "origin.host", slice_str(p->origin_listen));
}

struct variables profile_variables(struct profile *p)
{
	struct variables v = { 0 };

	for (size_t i = 0; i < p->nresources; i++)
		push_variable(p, &v, p->resources[i].name, slice_str(p->resources[i].path));
	push_variable(p, &v, "host", slice_str(profile_host(p)));
	for (size_t i = 0; i < p->nsettings; i++)
		push_variable(p, &v, p->settings[i].name, p->settings[i].value);
	if (p->user)
		push_variable(p, &v, "credentials.user", slice_str(p->user));
	if (p->password)
		push_variable(p, &v, "credentials.password", slice_str(p->password));
	if (p->origin_listen)
		push_origin(p, &v);
	if (p->discovery_port)
		push_variable(p, &v, "discovery.port",
			      slice_str(arena_printf(&p->arena, "%llu",
						     (unsigned long long)p->discovery_port)));
	return v;
}
