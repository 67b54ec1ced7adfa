#include "runner/read-inner.h"

#include "base/cleanup.h"
#include "base/text.h"
#include "runner/file.h"

#include <stdio.h>

/* ---- texts ---- */

/* The code point at the front of valid UTF-8, taken off it. */
static uint32_t next_code_point(struct slice *s)
{
	static const uint8_t first[] = { 0, 0x1f, 0x0f, 0x07 };   /* bits of the lead byte */
	uint8_t lead = (uint8_t)s->at[0];
	size_t more = lead < 0x80 ? 0 : lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : 3;
	uint32_t c = more ? lead & first[more] : lead;

	for (size_t i = 1; i <= more && i < s->len; i++)
		c = c << 6 | (s->at[i] & 0x3f);
	*s = slice_skip(*s, more + 1);
	return c;
}

bool node_bytes(struct reader *r, const struct node *n, struct slice *ret)
{
	if (!is_scalar(r, n))
		return false;

	struct slice rest = n->scalar;
	char *bytes = arena_alloc(r->arena, rest.len + 1);
	size_t len = 0;

	while (rest.len) {
		uint32_t c = next_code_point(&rest);

		if (c > 0xff) {
			problems_add(r->problems, n->place,
				     "U+%04X is not one byte: write {utf8: ...} for text", c);
			return false;
		}
		bytes[len++] = (char)c;
	}
	*ret = slice_of(bytes, len);
	return true;
}

void read_text(struct reader *r, const struct node *value, void *field)
{
	struct text t = { .place = value->place };

	if (!node_bytes(r, value, &t.raw))
		return;
	scope_check_text(r, &t);
	*(struct text *)field = t;
}

void read_utf8_text(struct reader *r, const struct node *value, void *field)
{
	if (!is_scalar(r, value))
		return;

	struct text t = { arena_copy(r->arena, value->scalar), value->place, true };

	scope_check_text(r, &t);
	*(struct text *)field = t;
}

void read_duration(struct reader *r, const struct node *value, void *field)
{
	struct duration d = { 0 };
	struct problem p;

	read_text(r, value, &d.text);
	if (!d.text.raw.at)
		return;
	if (duration_check(&d, &p) < 0)
		problems_add(r->problems, p.place, "%s", p.text);
	else
		*(struct duration *)field = d;
}

/* ---- parts ---- */

struct part_draft {
	struct text text, size, ext, times;
	struct text digest[DIGEST_TEXTS];
	struct text *texts;           /* of lines and last-chunk */
	size_t ntexts;
};

static void read_texts(struct reader *r, const struct node *value, void *into)
{
	struct part_draft *d = into;

	if (!is_sequence(r, value))
		return;
	for (size_t i = 0; i < value->count; i++)
		read_text(r, &value->items[i],
			  arena_push(r->arena, &d->texts, &d->ntexts, sizeof(struct text)));
}

/* A count or a size, unless variables make it one later. */
static void read_times(struct reader *r, const struct node *value, void *field)
{
	uint64_t n;

	if (value->kind == NODE_SCALAR &&
	    slice_find_slice(value->scalar, SLICE("${")) == value->scalar.len)
		read_size(r, value, &n);
	read_text(r, value, field);
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

static bool decode_hex(struct slice s, char *out, size_t *ret_len)
{
	size_t len = 0;

	for (size_t i = 0; i < s.len; i++) {
		if (s.at[i] == ' ' || s.at[i] == '\n')
			continue;

		int high = hex_digit(s.at[i]);
		int low = i + 1 < s.len ? hex_digit(s.at[i + 1]) : -1;

		if (high < 0 || low < 0)
			return false;
		out[len++] = (char)(high << 4 | low);
		i++;
	}
	*ret_len = len;
	return true;
}

static void read_hex(struct reader *r, const struct node *value, void *field)
{
	if (!is_scalar(r, value))
		return;

	char *bytes = arena_alloc(r->arena, value->scalar.len + 1);
	size_t len;

	if (decode_hex(value->scalar, bytes, &len))
		*(struct text *)field = (struct text){ { bytes, len }, value->place, false };
	else
		problems_add(r->problems, value->place,
			     "'hex' must be pairs of hex digits such as 0d 0a 00, not '%s'",
			     node_shown(r->arena, value->scalar));
}

static void read_file(struct reader *r, const struct node *value, void *field)
{
	CLEANUP(buffer_release) struct buffer content = BUFFER_INIT(FILE_MAX_BYTES + 16384);
	struct case_scope *s = r->scope;
	const char *name = NULL;
	struct problem p;

	read_string(r, value, &name);
	if (!name)
		return;
	if (file_read_beside(s->suite->path, name, FILE_MAX_BYTES, &content, &p) < 0) {
		problems_add(r->problems, value->place, "%s", p.text);
		return;
	}
	if (content.len > s->budget) {
		problems_add(r->problems, value->place, "the files come to more than %zu bytes",
			     SUITE_MAX_BYTES);
		return;
	}
	s->budget -= content.len;
	*(struct text *)field = (struct text){ arena_copy(r->arena, buffer_slice(&content)),
					       value->place, false };
}

static const struct key hex_keys[] = {
	KEY("hex", read_hex, struct part_draft, text),
	KEYS_END,
};

static const struct key base64_keys[] = {
	KEY("base64", read_text, struct part_draft, text),
	KEYS_END,
};

static const struct key digest_keys[] = {
	KEY("digest", read_text, struct part_draft, digest[DIGEST_CHALLENGE]),
	KEY_NEEDED("method", read_text, struct part_draft, digest[DIGEST_METHOD]),
	KEY_NEEDED("uri", read_text, struct part_draft, digest[DIGEST_URI]),
	KEY_NEEDED("user", read_text, struct part_draft, digest[DIGEST_USER]),
	KEY_NEEDED("password", read_text, struct part_draft, digest[DIGEST_PASSWORD]),
	KEY("nc", read_text, struct part_draft, digest[DIGEST_NC]),
	KEY("algorithm", read_text, struct part_draft, digest[DIGEST_ALGORITHM]),
	KEYS_END,
};

static const struct key utf8_keys[] = {
	KEY("utf8", read_utf8_text, struct part_draft, text),
	KEYS_END,
};

static const struct key file_keys[] = {
	KEY("file", read_file, struct part_draft, text),
	KEYS_END,
};

static const struct key repeat_keys[] = {
	KEY("repeat", read_text, struct part_draft, text),
	KEY_NEEDED("times", read_times, struct part_draft, times),
	KEYS_END,
};

static const struct key lines_keys[] = {
	KEY_OF_ALL("lines", read_texts),
	KEYS_END,
};

static const struct key chunk_keys[] = {
	KEY("chunk", read_text, struct part_draft, text),
	KEY("size", read_text, struct part_draft, size),
	KEY("ext", read_text, struct part_draft, ext),
	KEYS_END,
};

static const struct key last_chunk_keys[] = {
	KEY_OF_ALL("last-chunk", read_texts),
	KEYS_END,
};

static const struct part_form {
	const char *name, *what;
	enum part_kind kind;
	const struct key *keys;
} part_forms[] = {
	{ "utf8", "part 'utf8'", PART_TEXT, utf8_keys },
	{ "hex", "part 'hex'", PART_HEX, hex_keys },
	{ "repeat", "part 'repeat'", PART_REPEAT, repeat_keys },
	{ "lines", "part 'lines'", PART_LINES, lines_keys },
	{ "chunk", "part 'chunk'", PART_CHUNK, chunk_keys },
	{ "last-chunk", "part 'last-chunk'", PART_LAST_CHUNK, last_chunk_keys },
	{ "base64", "part 'base64'", PART_BASE64, base64_keys },
	{ "digest", "part 'digest'", PART_DIGEST, digest_keys },
	{ "file", "part 'file'", PART_FILE, file_keys },
};

static const struct part_form *find_form(const struct node *n)
{
	for (size_t i = 0; i < ARRAY_SIZE(part_forms); i++)
		if (node_find(n, part_forms[i].name))
			return &part_forms[i];
	return NULL;
}

bool is_part(const struct node *n)
{
	return find_form(n);
}

/* The texts of |d| as they stand in a part of that kind, see case.h. */
static void take_texts(struct reader *r, struct part *p, const struct part_draft *d)
{
	if (p->kind == PART_LINES || p->kind == PART_LAST_CHUNK) {
		p->texts = d->texts;
		p->ntexts = d->ntexts;
		return;
	}
	p->ntexts = p->kind == PART_CHUNK ? 3 : p->kind == PART_DIGEST ? DIGEST_TEXTS : 1;
	p->texts = arena_alloc(r->arena, p->ntexts * sizeof(*p->texts));
	if (p->kind == PART_DIGEST) {
		memcpy(p->texts, d->digest, sizeof(d->digest));
		return;
	}
	p->texts[0] = d->text;
	if (p->kind == PART_CHUNK) {
		p->texts[1] = d->size;
		p->texts[2] = d->ext;
	}
	p->times = d->times;
}

void report_unknown_part(struct reader *r, const struct node *n, const char *where,
			 const char *beside)
{
	const char *names[ARRAY_SIZE(part_forms) + 1];
	size_t count = 0;

	while (count < ARRAY_SIZE(part_forms)) {
		names[count] = part_forms[count].name;
		count++;
	}
	if (beside)
		names[count++] = beside;
	if (n->count == 0)
		problems_add(r->problems, n->place, "an empty part of %s", where);
	else if (node_key(n, 0)->kind == NODE_SCALAR)
		report_unknown(r, node_key(n, 0), "part", where, names, count);
}

static void read_part(struct reader *r, const struct node *n, struct bytes *b)
{
	struct part_draft d = { 0 };
	struct part p = { .kind = PART_TEXT, .place = n->place };
	const struct part_form *form = find_form(n);

	if (n->kind == NODE_SEQUENCE) {
		problems_add(r->problems, n->place, "a list of parts cannot hold a list");
		return;
	}
	if (n->kind == NODE_MAPPING && !form) {
		report_unknown_part(r, n, "a byte string", NULL);
		return;
	}
	if (form) {
		p.kind = form->kind;
		(void)read_keys(r, n, form->what, form->keys, &d);
	} else {
		read_text(r, n, &d.text);
	}
	take_texts(r, &p, &d);
	*(struct part *)arena_push(r->arena, &b->parts, &b->nparts, sizeof(p)) = p;
}

void read_bytes(struct reader *r, const struct node *value, void *field)
{
	struct bytes b = { .place = value->place };
	const struct node *items;
	size_t n = node_as_list(value, &items);

	for (size_t i = 0; i < n; i++)
		read_part(r, &items[i], &b);
	*(struct bytes *)field = b;
}

struct bytes bytes_of_text(struct reader *r, struct text t)
{
	struct bytes b = { .place = t.place };
	struct part *p = arena_push(r->arena, &b.parts, &b.nparts, sizeof(*p));

	p->place = t.place;
	p->texts = arena_push(r->arena, &p->texts, &p->ntexts, sizeof(t));
	*p->texts = t;
	return b;
}
