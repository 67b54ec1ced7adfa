#include "runner/commands/live.h"

#include "runner/commands/commands.h"
#include "runner/progress.h"

static void begun(void *arg, const struct run *run)
{
	struct live *l = arg;

	l->console = console_open(run, l->how, l->out);
	l->failed = !l->console;
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
	return (struct live){ .how = &r->console, .out = reporting_console(r) };
}

struct session_listener live_listener(struct live *l)
{
	return (struct session_listener){ .begun = begun, .case_ended = case_ended, .arg = l };
}

int live_finish(struct live *l, const struct run *run)
{
	return l->failed || console_close(l->console, run) < 0 ? EXIT_INTERNAL : EXIT_OK;
}

void live_release(struct live *l)
{
	console_free(l->console);
}
