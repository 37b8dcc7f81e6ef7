// libpq's own calls keep to themselves: what stands here under its names is for this program.
#pragma GCC visibility push(hidden)
#include "cpostgres.h"
#pragma GCC visibility pop

#include <clinux_lazy.h>

#define FUNCTIONS(F) \
    F(PGconn *, PQconnectStartParams, (const char *const *names, const char *const *values, int expand), \
      (names, values, expand)) \
    F(PostgresPollingStatusType, PQconnectPoll, (PGconn *connection), (connection)) \
    F(void, PQfinish, (PGconn *connection), (connection)) \
    F(ConnStatusType, PQstatus, (const PGconn *connection), (connection)) \
    F(PGTransactionStatusType, PQtransactionStatus, (const PGconn *connection), (connection)) \
    F(char *, PQerrorMessage, (const PGconn *connection), (connection)) \
    F(int, PQsocket, (const PGconn *connection), (connection)) \
    F(PGVerbosity, PQsetErrorVerbosity, (PGconn *connection, PGVerbosity verbosity), (connection, verbosity)) \
    F(PQnoticeProcessor, PQsetNoticeProcessor, (PGconn *connection, PQnoticeProcessor processor, void *context), \
      (connection, processor, context)) \
    F(int, PQsetnonblocking, (PGconn *connection, int is_nonblocking), (connection, is_nonblocking)) \
    F(int, PQenterPipelineMode, (PGconn *connection), (connection)) \
    F(int, PQpipelineSync, (PGconn *connection), (connection)) \
    F(int, PQflush, (PGconn *connection), (connection)) \
    F(int, PQconsumeInput, (PGconn *connection), (connection)) \
    F(int, PQisBusy, (PGconn *connection), (connection)) \
    F(PGresult *, PQgetResult, (PGconn *connection), (connection)) \
    F(int, PQsendPrepare, (PGconn *connection, const char *name, const char *query, int count, const Oid *types), \
      (connection, name, query, count, types)) \
    F(int, PQsendQueryPrepared, \
      (PGconn *connection, const char *name, int count, const char *const *values, const int *lengths, const int *formats, \
       int result_format), \
      (connection, name, count, values, lengths, formats, result_format)) \
    F(int, PQsendQueryParams, \
      (PGconn *connection, const char *query, int count, const Oid *types, const char *const *values, const int *lengths, \
       const int *formats, int result_format), \
      (connection, query, count, types, values, lengths, formats, result_format)) \
    F(ExecStatusType, PQresultStatus, (const PGresult *rows), (rows)) \
    F(char *, PQresultErrorMessage, (const PGresult *rows), (rows)) \
    F(char *, PQresultErrorField, (const PGresult *rows, int field), (rows, field)) \
    F(void, PQclear, (PGresult *rows), (rows)) \
    F(int, PQntuples, (const PGresult *rows), (rows)) \
    F(int, PQnfields, (const PGresult *rows), (rows)) \
    F(int, PQfformat, (const PGresult *rows, int column), (rows, column)) \
    F(Oid, PQftype, (const PGresult *rows, int column), (rows, column)) \
    F(char *, PQcmdTuples, (PGresult *rows), (rows)) \
    F(int, PQgetisnull, (const PGresult *rows, int row, int column), (rows, row, column)) \
    F(char *, PQgetvalue, (const PGresult *rows, int row, int column), (rows, row, column)) \
    F(int, PQgetlength, (const PGresult *rows, int row, int column), (rows, row, column))

FUNCTIONS(CLINUX_LAZY_PLACE)
FUNCTIONS(CLINUX_LAZY_FUNCTION)

const char *cpostgres_open(void) {
    void *library = dlopen("libpq.so.5", RTLD_NOW | RTLD_LOCAL);
    if (library == NULL) return dlerror();
    FUNCTIONS(CLINUX_LAZY_SEARCH)
    return NULL;
}
