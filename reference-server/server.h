#ifndef HTTPCHECK_SERVER_SERVER_H
#define HTTPCHECK_SERVER_SERVER_H

/* The program: reads the options, listens, serves until stopped. Returns the exit
 * code: 0 stopped by a signal, 2 a bad option, 3 cannot listen, 4 internal. */
int server_main(int argc, char *const *argv);

#endif
