#include "reports/markdown-text.h"

#include "base/cleanup.h"

/* A backslash takes the meaning from any punctuation (CommonMark 2.4); '.' and ':' would make
 * links of www.a.b and http://a. GitHub looks for a@b when all else is done, and the
 * comment ends the text that it looks at. What means something only at the front of a line
 * is left alone, for our own words stand there. */
void markdown_text(struct draft *d, const char *text)
{
	static const char *const instead[128] = {
		['\\'] = "\\\\", ['`'] = "\\`", ['*'] = "\\*", ['_'] = "\\_", ['['] = "\\[",
		[']'] = "\\]",   ['<'] = "\\<", ['>'] = "\\>", ['&'] = "\\&", ['|'] = "\\|",
		['~'] = "\\~",   ['#'] = "\\#", ['!'] = "\\!", ['$'] = "\\$", [':'] = "\\:",
		['.'] = "\\.",   ['@'] = "@<!-- -->",
	};

	draft_escape(d, text, BREAKS_SPELT, instead);
}

static size_t longest_run(const char *text, char of)
{
	size_t longest = 0, run = 0;

	for (; *text; text++) {
		run = *text == of ? run + 1 : 0;
		longest = run > longest ? run : longest;
	}
	return longest;
}

static void repeat(struct draft *d, char c, size_t n)
{
	while (n--)
		draft_print(d, "%c", c);
}

/* One blank at each end is no part of a code span, if there is more than blanks
 * (CommonMark 6.1), so it keeps a backtick apart from the fence. */
static bool needs_blanks(const char *text)
{
	size_t len = strlen(text);

	return text[0] == '`' || text[len - 1] == '`' || (text[0] == ' ' && text[len - 1] == ' ');
}

void markdown_code(struct draft *d, const char *text, size_t most)
{
	CLEANUP(draft_release) struct draft shown = DRAFT_INIT;

	draft_add(&shown, text, BREAKS_SPELT);
	draft_cut(&shown, most);
	if (shown.error || shown.text.len == 0) {
		draft_append(d, &shown);
		draft_print(d, "(nothing)");
		return;
	}

	const char *code = draft_str(&shown);
	const char *blank = strspn(code, " ") < shown.text.len && needs_blanks(code) ? " " : "";
	size_t fence = longest_run(code, '`') + 1;

	repeat(d, '`', fence);
	draft_print(d, "%s", blank);
	draft_append(d, &shown);
	draft_print(d, "%s", blank);
	repeat(d, '`', fence);
}

void markdown_clause_id(struct draft *d, const char *id)
{
	CLEANUP(draft_release) struct draft link = DRAFT_INIT;

	finding_link(&link, id);
	if (link.text.len == 0) {
		markdown_text(d, id);
	} else {
		draft_print(d, "[");
		markdown_text(d, id);
		draft_print(d, "](");
		draft_append(d, &link);
		draft_print(d, ")");
	}
}

/* No line of it can end the block: each begins with a time, or with blanks and a mark. */
void markdown_transcript(struct draft *d, const struct result *r)
{
	static const struct transcript_limits limits = {
		.bytes = 1024, .lines = 24, .blocks = 24, .hex = 16,
	};

	draft_print(d, "<details><summary>What was sent and received</summary>\n\n```text\n");
	finding_transcript(d, r, &limits);
	draft_print(d, "```\n\n</details>\n\n");
}
