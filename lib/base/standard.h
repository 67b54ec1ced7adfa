#ifndef HTTPCHECK_BASE_STANDARD_H
#define HTTPCHECK_BASE_STANDARD_H

/* Fills those of the descriptors 0 to 2 that the program was started without: the next socket
 * would take their number, and what is printed would go to whom it connects. What is read
 * from or written to them fails with EBADF, as if they were closed. To be called first. 0 or
 * a negative errno. */
int standard_fill(void);

#endif
