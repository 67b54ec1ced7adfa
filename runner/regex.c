#define PCRE2_CODE_UNIT_WIDTH 8

#include "runner/regex.h"

#include <pcre2.h>
#include <stdlib.h>

enum { BACKTRACKING = 1000000 };

static void *take(size_t size, void *arg)
{
	(void)arg;
	return malloc(size);
}

static void give_back(void *p, void *arg)
{
	(void)arg;
	free(p);
}

/* One for all, and for ever. */
static pcre2_general_context *memory(void)
{
	static pcre2_general_context *context;

	if (!context)
		context = pcre2_general_context_create(take, give_back, NULL);
	return context;
}

void *regex_compile(struct slice pattern, char ret_reason[REGEX_REASON_ROOM], size_t *ret_at)
{
	pcre2_compile_context *how = pcre2_compile_context_create(memory());
	int error;
	void *code = pcre2_compile((PCRE2_SPTR)(pattern.len ? pattern.at : ""), pattern.len,
				   PCRE2_NEVER_UTF, &error, ret_at, how);

	if (!code)
		(void)pcre2_get_error_message(error, (PCRE2_UCHAR *)ret_reason, REGEX_REASON_ROOM);
	pcre2_compile_context_free(how);
	return code;
}

void regex_free(void *regex)
{
	pcre2_code_free(regex);
}

enum regex_found regex_find(const void *regex, struct slice s)
{
	pcre2_match_data *data = pcre2_match_data_create_from_pattern(regex, memory());
	pcre2_match_context *bounds = pcre2_match_context_create(memory());
	int r = PCRE2_ERROR_NOMEMORY;

	if (data && bounds) {
		(void)pcre2_set_match_limit(bounds, BACKTRACKING);
		r = pcre2_match(regex, (PCRE2_SPTR)(s.len ? s.at : ""), s.len, 0, 0, data, bounds);
	}
	pcre2_match_context_free(bounds);
	pcre2_match_data_free(data);
	return r >= 0 ? REGEX_FOUND : r == PCRE2_ERROR_NOMATCH ? REGEX_NOT_FOUND : REGEX_UNKNOWN;
}
