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
	const char **skips;           /* an id or a glob: cases and rules left out */
	size_t nskips;
	const char **only;            /* ids; none: all */
	size_t nonly;
	const char **requirements;    /* a row, or a section with all below it; any may match */
	size_t nrequirements;
	const char *level;            /* null, "must", "should", "may" */
	enum level min_level;         /* LEVEL_MAY: all; cases and rules */
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
	bool complete;                /* all of |root| was read: |suites| hold every case */
	const struct selection_options *options;
};

/* Reads and chooses; |options| outlive the selection. All problems of all files go to |problems|; 0, or -EINVAL with at
 * least one problem. An id used in two files is a problem too. */
int selection_load(const struct selection_options *options, struct selection *ret,
		   struct problems *problems);
void selection_release(struct selection *s);

/* True if the suites read have a case of that id, chosen or not. */
bool selection_knows(const struct selection *s, const char *id);

/* True if rules about applications (rule_is_of_application()) are to be judged: --tag
 * application. */
bool selection_judges_applications(const struct selection *s);

/* False for a rule that is left out. */
bool selection_wants_rule(const struct selection *s, const char *id, enum level level);

#endif
