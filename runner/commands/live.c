#include "runner/commands/live.h"

#include "base/outlet.h"
#include "runner/commands/commands.h"
#include "runner/progress.h"

#include <errno.h>

static void begun(void *arg, const struct run *run)
{
	struct live *l = arg;

	(void)fflush(l->to);
	l->out = outlet_open(fileno(l->to));
	l->console = l->out ? console_open(run, l->how, l->out) : NULL;
	l->failed = !l->console;
	if (l->out)
		(void)fflush(l->out);
}

static void case_ended(void *arg, const struct result *result)
{
	struct live *l = arg;

	if (!l->console || !console_shows(l->console, result))
		return;
	progress_wipe();
	l->failed |= console_show(l->console, result) < 0;
	(void)fflush(l->out);
}

struct live live_console(const struct reporting *r)
{
	return (struct live){ .how = &r->console, .to = reporting_console(r) };
}

struct session_listener live_listener(struct live *l)
{
	return (struct session_listener){ .begun = begun, .case_ended = case_ended, .arg = l };
}

int live_finish(struct live *l, const struct run *run)
{
	bool failed = l->failed || console_close(l->console, run) < 0;
	int error = l->out && fclose(l->out) == EOF ? errno : 0;

	l->out = NULL;
	if (failed)
		return EXIT_INTERNAL;
	return error && l->to == stdout ? output_failed(error) : EXIT_OK;
}

void live_release(struct live *l)
{
	console_free(l->console);
	if (l->out)
		(void)fclose(l->out);
}
