#include "runner/commands/stream.h"

#include "base/outlet.h"
#include "reports/jsonl.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

/* More than any line has, so that each is one write. */
#define LONGEST_LINE ((size_t)128 * 1024)

int stream_open(struct stream *s, const char *path, struct problem *reterr)
{
	int fd = strcmp(path, "-") == 0
			 ? fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 0)
			 : open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);

	*s = (struct stream){ .path = path, .fd = fd };
	s->out = fd >= 0 ? outlet_open(fd) : NULL;
	if (!s->out) {
		(void)problem_errno(reterr, errno, "open report", path);
		if (fd >= 0)
			(void)close(fd);
		return -EIO;
	}
	(void)setvbuf(s->out, NULL, _IOFBF, LONGEST_LINE);
	return 0;
}

static void keep(struct stream *s, int error)
{
	if (s->error == 0)
		s->error = error;
}

static void begun(void *arg, const struct run *run)
{
	struct stream *s = arg;

	s->head = *run;
	keep(s, jsonl_begin(&s->head, s->out));
}

static void case_started(void *arg, const struct result *r)
{
	struct stream *s = arg;

	if (s->error == 0)
		keep(s, jsonl_case_started(&s->head, r, s->out));
}

static void case_ended(void *arg, const struct result *r)
{
	struct stream *s = arg;

	if (s->error == 0)
		keep(s, jsonl_case_ended(&s->head, r, s->out));
}

struct session_listener stream_listener(struct stream *s)
{
	return (struct session_listener){ begun, case_started, case_ended, s };
}

int stream_close(struct stream *s, const struct run *run, struct problem *reterr)
{
	if (s->error == 0 && run)
		keep(s, jsonl_end(run, s->out));
	if (fclose(s->out) == EOF)
		keep(s, -errno);
	if (close(s->fd) < 0)
		keep(s, -errno);
	s->out = NULL;
	return s->error ? problem_errno(reterr, s->error, "write report", s->path) : 0;
}
