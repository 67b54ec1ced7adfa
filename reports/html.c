#include "reports/html.h"

#include "base/cleanup.h"
#include "reports/html-parts.h"

/* "3 failed: http://127.0.0.1:8080": what a row of browser tabs has room for. */
static int page_title(const struct run *run, struct buffer *ret)
{
	struct tally t = run_tally(run);

	return t.of[VERDICT_FAIL] ? buffer_printf(ret, "%zu failed: %s - httpcheck",
						  t.of[VERDICT_FAIL], run->target)
				  : buffer_printf(ret, "%s - httpcheck", run->target);
}

int html_write(const struct run *run, FILE *out)
{
	CLEANUP(buffer_release) struct buffer title = BUFFER_INIT(1 << 20);
	CLEANUP(html_release) struct html h;
	int r = page_title(run, &title);

	html_init(&h, out);
	if (r < 0)
		return r;
	html_begin(&h, buffer_str(&title), true);
	html_summary(&h, run);
	html_results(&h, run);
	html_behaviours(&h, run);
	html_coverage(&h, run);
	html(&h,
	     "</main>\n<footer><p>Made by %s. The sentences are those of the RFCs, which the links "
	     "lead to.</p></footer>\n",
	     run->program);
	html_end(&h);
	return h.error;
}
