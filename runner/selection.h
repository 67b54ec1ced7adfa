#ifndef HTTPCHECK_RUNNER_SELECTION_H
#define HTTPCHECK_RUNNER_SELECTION_H

#include "runner/case.h"
#include "runner/catalogue.h"

/* The case files a command was given, read, and the cases chosen out of them. */

struct selection_options {
	char *const *paths;           /* files, folders, or FILE:LINE */
	size_t npaths;
	const char **filters;         /* an id, or a glob over ids; any may match */
	size_t nfilters;
	const char **tags;            /* any may match */
	size_t ntags;
	const char *level;            /* null, "must", "should", "may" */
};

struct selection {
	struct arena arena;
	struct catalogue *catalogue;
	const char *root;             /* the folder that holds requirements.tsv */
	struct suite **suites;
	size_t nsuites;
	const struct test_case **cases;       /* chosen, sorted by id */
	size_t ncases;
	size_t all;                   /* cases there are */
	bool narrowed;                /* filters, tags, a level or a line were given */
};

/* Reads and chooses. All problems of all files go to |problems|; 0, or -EINVAL with at
 * least one problem. An id used in two files is a problem too. */
int selection_load(const struct selection_options *options, struct selection *ret,
		   struct problems *problems);
void selection_release(struct selection *s);

#endif
