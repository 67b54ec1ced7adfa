/* The files a report carries inside it, as embedded.h names them. */

	.macro	embed name, file
	.globl	\name
	.globl	\name\()_end
\name:
	.incbin	"\file"
\name\()_end:
	.byte	0
	.endm

	.section .rodata
	embed	html_style, "reports/html/report.css"
	embed	html_script, "reports/html/report.js"

	.section .note.GNU-stack, "", %progbits
