// libpq's own header; of its functions those are here that the project uses.
#ifndef CPOSTGRES_H
#define CPOSTGRES_H

#include <postgresql/libpq-fe.h>

// Opens libpq: before anything else here, once. NULL, or why it cannot be used.
const char *cpostgres_open(void);

#endif
