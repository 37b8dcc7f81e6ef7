#include <sqlite3.h>

// sqlite3_config takes variable arguments, which Swift cannot call. Without its count of memory, SQLite does not
// lock a mutex of the whole process at every allocation. Before the first connection only.
static inline int csqlite_stop_counting_memory(void) { return sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0); }
