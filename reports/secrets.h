#ifndef HTTPCHECK_REPORTS_SECRETS_H
#define HTTPCHECK_REPORTS_SECRETS_H

#include "base/arena.h"
#include "reports/result.h"

/* Reports leave the machine that made them: credentials in them become "***".
 *
 *     Authorization: Basic ***                    Proxy-Authorization likewise; the scheme stays
 *     Cookie: a=***; b=***
 *     Set-Cookie: a=***; Path=/; HttpOnly         the attributes stay
 *
 * and so does the userinfo of a URL.
 *
 * In cookies the bytes that no value may have (blanks, quotes, commas, backslashes,
 * controls: RFC 6265 section 4.1.1) stay, since a finding may be about them. A value of at
 * least SECRET_LEAST bytes is masked wherever else the same result shows it, such as in
 * content that echoes the request, and a field is one also where its bytes were sent in
 * several pieces. Masking a text that is masked changes nothing; of a result it may hide more,
 * where a mask has set the name of a field free ("x***Cookie: a"). */

enum { SECRET_LEAST = 6 };

/* Events and texts of a result; what changes is copied to |a|. */
void secrets_mask_result(struct result *r, struct arena *a);

/* Target and options, not the results. */
void secrets_mask_head(struct run *run, struct arena *a);

/* All of it; the results are copied. */
void secrets_mask_run(struct run *run, struct arena *a);

/* |text| itself where there is nothing to mask, else a copy in |a|. Null stays null. */
const char *secrets_mask_text(const char *text, struct arena *a);

#endif
