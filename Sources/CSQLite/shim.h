#ifndef GOLEM_CSQLITE_SHIM_H
#define GOLEM_CSQLITE_SHIM_H
#include <sqlite3.h>
// Swift cannot import the macro SQLITE_TRANSIENT: it casts -1 to a function pointer.
static inline int csqlite_bind_text(sqlite3_stmt *s, int i, const char *p, int n) {
    return sqlite3_bind_text(s, i, p, n, SQLITE_TRANSIENT);
}
static inline int csqlite_bind_blob(sqlite3_stmt *s, int i, const void *p, int n) {
    return sqlite3_bind_blob(s, i, p, n, SQLITE_TRANSIENT);
}
#endif
