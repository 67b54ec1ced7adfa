/* Static files: what is below the folder of --root is below /files/. */

#include "reference-server/resources/beneath.h"
#include "reference-server/resources/coding.h"
#include "reference-server/resources/document.h"

#include "base/cleanup.h"
#include "http/bytes.h"

#include <errno.h>
#include <inttypes.h>

/* Larger texts are sent plain: packing is done in memory, at once. */
#define PACK_MAX ((off_t)1024 * 1024)

/* A file that was changed so lately may change again without its time telling (RFC
 * 9110 section 8.8.1): its tag is weak until then. */
#define SETTLED 2

static const struct {
	const char *suffix, *type;
	bool text;                    /* worth packing */
} types[] = {
	{ ".html", "text/html; charset=utf-8", true },
	{ ".css", "text/css; charset=utf-8", true },
	{ ".js", "text/javascript; charset=utf-8", true },
	{ ".json", "application/json", true },
	{ ".svg", "image/svg+xml", true },
	{ ".txt", "text/plain; charset=utf-8", true },
	{ ".xml", "application/xml", true },
	{ ".png", "image/png", false },
	{ ".jpg", "image/jpeg", false },
	{ ".gif", "image/gif", false },
	{ ".pdf", "application/pdf", false },
	{ "", "application/octet-stream", false },
};

static size_t type_of(const char *path)
{
	size_t i = 0;

	while (!slice_ends(slice_str(path), slice_str(types[i].suffix)))
		i++;
	return i;
}

/* ---- paths ---- */

static char unescape(const char *at)
{
	uint64_t v = 0;

	(void)http_hex(slice_of(at, 2), &v);
	return (char)v;
}

/* Decodes once. What would mean something else to the file system than to HTTP is no
 * name: NUL, an escaped slash, a backslash (some think it a slash), and names that
 * begin with a dot, which people do not mean to publish. */
static bool as_name(struct slice below, char *out, size_t room)
{
	size_t len = 0;

	for (size_t i = 0; i < below.len; i++) {
		bool escaped = below.at[i] == '%' && i + 2 < below.len;
		char c = escaped ? unescape(below.at + i + 1) : below.at[i];

		if (escaped)
			i += 2;
		if (c == '\0' || c == '\\' || (escaped && c == '/') || len + 1 == room)
			return false;
		if (c == '.' && (len == 0 || out[len - 1] == '/'))
			return false;
		if (c == '/' && (len == 0 || out[len - 1] == '/'))
			return false;
		out[len++] = c;
	}
	out[len] = '\0';
	return len > 0;
}

/* ---- octets ---- */

static int read_at(const struct source *s, char *to, size_t n)
{
	size_t done = 0;

	while (done < n) {
		ssize_t got = pread(s->fd, to + done, n - done, (off_t)(s->at + done));

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)         /* 0: it has become shorter */
			return got < 0 ? -errno : -EIO;
		done += (size_t)got;
	}
	return 0;
}

static void close_file(const struct source *s)
{
	(void)close(s->fd);
}

/* ---- answers ---- */

struct file {
	struct source source;
	struct stat stat;
	char etag[80];
	struct portrait portrait;
};

/* The tag is made of what changes when the content does. */
static void describe(struct file *f, const char *path, bool packed, time_t now)
{
	const struct stat *st = &f->stat;
	size_t type = type_of(path);

	(void)snprintf(f->etag, sizeof(f->etag), "%s\"%jx-%jx-%jx.%lx%s\"",
		       now - st->st_mtim.tv_sec < SETTLED ? "W/" : "", (uintmax_t)st->st_ino,
		       (uintmax_t)st->st_size, (uintmax_t)st->st_mtim.tv_sec,
		       (unsigned long)st->st_mtim.tv_nsec, packed ? "-gzip" : "");
	f->portrait = (struct portrait){
		.etag = f->etag,
		.modified = st->st_mtim.tv_sec,
		.type = types[type].type,
		.coding = packed ? "gzip" : NULL,
		.vary = types[type].text ? "Accept-Encoding" : NULL,
	};
}

static void answer_plain(const struct call *call, struct file *f, struct answer *a)
{
	struct made_document m;

	document_make(&m, &f->portrait, call->now);
	m.document.source = &f->source;
	document_answer(&m.document, call, a);
}

static void answer_packed(const struct call *call, struct file *f, struct answer *a)
{
	size_t size = (size_t)f->stat.st_size;
	struct buffer plain = BUFFER_INIT(size), packed = BUFFER_INIT(2 * size + 1024);
	char *to = buffer_reserve(&plain, size);
	struct made_document m;

	if (to && read_at(&f->source, to, size) == 0 &&
	    coding_gzip(slice_of(to, size), &packed) == 0) {
		document_make(&m, &f->portrait, call->now);
		m.document.content = buffer_slice(&packed);
		document_answer(&m.document, call, a);
		answer_own(a);
	} else {
		a->failed = true;
	}
	buffer_release(&plain);
	buffer_release(&packed);
}

static void answer_file(const struct call *call, const char *path, struct file *f,
			struct answer *a)
{
	bool text = types[type_of(path)].text;
	enum coding coding = text ? coding_choose(call->request) : CODING_NONE;
	bool packed = coding == CODING_GZIP && f->stat.st_size <= PACK_MAX;

	describe(f, path, packed, call->now);
	if (packed)
		answer_packed(call, f, a);
	else
		answer_plain(call, f, a);
	if (!a->source.read)          /* it was not taken */
		close_file(&f->source);
}

void files_handle(const struct call *call, struct answer *a)
{
	char path[4096];
	struct file f;
	int fd = -ENOENT;

	if (call->settings->root >= 0 && as_name(call->below, path, sizeof(path)))
		fd = beneath_open(call->settings->root, path, &f.stat);
	if (fd == -ENOENT) {
		answer_error(a, 404, "there is no such file");
	} else if (fd < 0) {
		answer_error(a, 503, "the server is short of file descriptors");
	} else {
		f.source = (struct source){ .read = read_at, .end = close_file, .fd = fd,
					    .left = (uint64_t)f.stat.st_size };
		answer_file(call, path, &f, a);
	}
}
