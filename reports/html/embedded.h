#ifndef HTTPCHECK_REPORTS_HTML_EMBEDDED_H
#define HTTPCHECK_REPORTS_HTML_EMBEDDED_H

/* report.css and report.js as they stand beside this file, without a NUL behind. */
extern const char html_style[], html_style_end[];
extern const char html_script[], html_script_end[];

#endif
