#ifndef HTTPCHECK_SERVER_PROFILE_H
#define HTTPCHECK_SERVER_PROFILE_H

#include "reference-server/settings.h"

#include <stdio.h>

/* Writes the profile (YAML) that tells httpcheck what this server offers and how it
 * is set; without the line `target:`, which only the one who starts it knows. */
void profile_print(const struct settings *s, FILE *out);

#endif
