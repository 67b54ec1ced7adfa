#include "runner/read-inner.h"

#include "runner/file.h"

/* The path of a PEM file as libcurl takes it; that it can be read is seen here. */
static void read_pem(struct reader *r, const struct node *value, void *field)
{
	struct buffer content = BUFFER_INIT(FILE_MAX_BYTES + 16384);
	const char *path = r->scope->suite->path, *name = NULL;
	const char *slash = strrchr(path, '/');
	struct problem p;

	read_string(r, value, &name);
	if (!name)
		return;
	if (file_read_beside(path, name, FILE_MAX_BYTES, &content, &p) < 0)
		problems_add(r->problems, value->place, "%s", p.text);
	else
		*(const char **)field = arena_printf(
			r->arena, "%.*s%s", slash ? (int)(slash + 1 - path) : 0, path, name);
	buffer_release(&content);
}

static void read_tls_version(struct reader *r, const struct node *value, void *field)
{
	static const char *const names[] = { "1.2", "1.3" };
	static const struct choice choices[] = { { "1.2", 0 }, { "1.3", 1 }, { 0 } };
	int version;

	if (choose(r, value, choices, &version))
		*(const char **)field = names[version];
}

static void read_verify(struct reader *r, const struct node *value, void *field)
{
	bool verify = true;

	read_flag(r, value, &verify);
	*(bool *)field = !verify;
}

void read_tls(struct reader *r, const struct node *value, void *into)
{
	static const struct key keys[] = {
		KEY("ca", read_pem, struct tls_spec, ca),
		KEY("cert", read_pem, struct tls_spec, certificate),
		KEY("key", read_pem, struct tls_spec, key),
		KEY("name", read_string, struct tls_spec, name),
		KEY("version", read_tls_version, struct tls_spec, version),
		KEY("verify", read_verify, struct tls_spec, unverified),
		KEYS_END,
	};
	struct tls_spec *tls = into;

	tls->given = read_keys(r, value, "'tls'", keys, tls);
	if (tls->given && !node_find(value, "cert") != !node_find(value, "key"))
		problems_add(r->problems, value->place, "'cert' and 'key' go together");
}

void read_connect(struct reader *r, const struct node *value, void *into)
{
	static const struct key keys[] = {
		KEY_NEEDED("as", read_name, struct step, on),
		KEY("unix", read_string, struct step, connect_unix),
		KEY("source", read_text, struct step, source),
		KEY("proxy", read_text, struct step, proxy),
		KEY("tls", read_tls, struct step, tls),
		KEYS_END,
	};

	(void)read_keys(r, value, "step 'connect'", keys, into);
}
