#include "http/tables.h"

/* https://www.iana.org/assignments/http-status-codes: the codes that an RFC
 * defines, with the RFC where it is not 9110. 306 and 418 are registered as
 * "(Unused)" and 104 for a draft: they have no phrase here. */
static const char *const reasons[] = {
	[100] = "Continue",
	[101] = "Switching Protocols",
	[102] = "Processing",                      /* 2518 */
	[103] = "Early Hints",                     /* 8297 */

	[200] = "OK",
	[201] = "Created",
	[202] = "Accepted",
	[203] = "Non-Authoritative Information",
	[204] = "No Content",
	[205] = "Reset Content",
	[206] = "Partial Content",
	[207] = "Multi-Status",                    /* 4918 */
	[208] = "Already Reported",                /* 5842 */
	[226] = "IM Used",                         /* 3229 */

	[300] = "Multiple Choices",
	[301] = "Moved Permanently",
	[302] = "Found",
	[303] = "See Other",
	[304] = "Not Modified",
	[305] = "Use Proxy",
	[307] = "Temporary Redirect",
	[308] = "Permanent Redirect",

	[400] = "Bad Request",
	[401] = "Unauthorized",
	[402] = "Payment Required",
	[403] = "Forbidden",
	[404] = "Not Found",
	[405] = "Method Not Allowed",
	[406] = "Not Acceptable",
	[407] = "Proxy Authentication Required",
	[408] = "Request Timeout",
	[409] = "Conflict",
	[410] = "Gone",
	[411] = "Length Required",
	[412] = "Precondition Failed",
	[413] = "Content Too Large",
	[414] = "URI Too Long",
	[415] = "Unsupported Media Type",
	[416] = "Range Not Satisfiable",
	[417] = "Expectation Failed",
	[421] = "Misdirected Request",
	[422] = "Unprocessable Content",
	[423] = "Locked",                          /* 4918 */
	[424] = "Failed Dependency",               /* 4918 */
	[425] = "Too Early",                       /* 8470 */
	[426] = "Upgrade Required",
	[428] = "Precondition Required",           /* 6585 */
	[429] = "Too Many Requests",               /* 6585 */
	[431] = "Request Header Fields Too Large", /* 6585 */
	[451] = "Unavailable For Legal Reasons",   /* 7725 */

	[500] = "Internal Server Error",
	[501] = "Not Implemented",
	[502] = "Bad Gateway",
	[503] = "Service Unavailable",
	[504] = "Gateway Timeout",
	[505] = "HTTP Version Not Supported",
	[506] = "Variant Also Negotiates",         /* 2295 */
	[507] = "Insufficient Storage",            /* 4918 */
	[508] = "Loop Detected",                   /* 5842 */
	[510] = "Not Extended",                    /* 2774 */
	[511] = "Network Authentication Required", /* 6585 */
};

const char *http_reason(int status)
{
	if (status < 0 || (size_t)status >= sizeof(reasons) / sizeof(reasons[0]))
		return NULL;
	return reasons[status];
}
