// Libraries that only some processes need: opened by the first that does, and not by the loader at every start. libpq and
// libcurl bring thirty others with them, which is a fifth of what an idle service holds in memory.
#ifndef CLINUX_LAZY_H
#define CLINUX_LAZY_H

#include <dlfcn.h>

// For a list such as
//   #define FUNCTIONS(F) \
//       F(int, PQflush, (PGconn *connection), (connection))
// each makes a part of what such a library's target consists of: a place for the address, the function under its own name,
// and the search. The compiler checks the list against the library's own header, since both declare the same functions.
#define CLINUX_LAZY_PLACE(result, name, parameters, arguments) static result(*found_##name) parameters;
#define CLINUX_LAZY_FUNCTION(result, name, parameters, arguments) \
    result name parameters { return found_##name arguments; }
#define CLINUX_LAZY_SEARCH(result, name, parameters, arguments) \
    if ((found_##name = (result(*) parameters)dlsym(library, #name)) == NULL) return dlerror();

#endif
