/*
 * Flattens WiredTiger's C API (tables of function pointers, variadic calls) into plain symbols, and batches scans.
 *
 * Why: through function pointers a call from Deno costs 0.5 to 0.9 us, and the variadic set_key/get_key cannot be
 * called at all on Apple arm64. A flat symbol costs 4 to 20 ns. No policy lives here: which table, which key, which
 * transaction is decided in TypeScript. symbols.ts lists every function of this file with its types.
 *
 * Results: >= 0 is a count or a size; a negative number is an error: WiredTiger's own codes are negative already
 * (WT_ROLLBACK -31800, ...), system errors are the negated errno. BUFFER_FULL means that the caller's buffer cannot
 * hold even one record; the size needed is then in starts[0].
 * Record ids cross as double (exact to 2^53; JavaScript numbers, and faster than 64-bit integers).
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "wiredtiger.h"

#ifdef _WIN32
#include <windows.h>
#define API __declspec(dllexport)
typedef SRWLOCK lock_t;
#define lock_init(l) InitializeSRWLock(l)
#define lock_take(l) AcquireSRWLockExclusive(l)
#define lock_give(l) ReleaseSRWLockExclusive(l)
#else
#include <dlfcn.h>
#include <pthread.h>
#define API __attribute__((visibility("default")))
typedef pthread_mutex_t lock_t;
#define lock_init(l) pthread_mutex_init(l, NULL)
#define lock_take(l) pthread_mutex_lock(l)
#define lock_give(l) pthread_mutex_unlock(l)
#endif

/* Must equal GLUE_VERSION in symbols.ts: a library of another version is refused when it is opened. */
#define GLUE_VERSION 1

#define BUFFER_FULL (-32000)
#define LIKELY_ADJACENT 4 /* fetch: step with next() when the wanted record id is at most this far ahead */
#define MESSAGE_BYTES 4096

#define SCAN_FORWARD 1
#define SCAN_LOW_INCLUSIVE 2
#define SCAN_HIGH_INCLUSIVE 4
#define SCAN_VALUES 8
#define SCAN_ID_IN_KEY 16
#define SCAN_ID_IN_VALUE 32

#define WRITE_PUT 0
#define WRITE_INSERT 1
#define WRITE_UPDATE 2

typedef struct {
    WT_EVENT_HANDLER handler; /* first: WiredTiger hands this address back to the callbacks */
    WT_CONNECTION *wt;
    lock_t lock;
    char message[MESSAGE_BYTES]; /* the newest error text */
    uint32_t message_count;
    int32_t panicked;
} swt_connection;

typedef struct {
    WT_SESSION *wt;
    uint32_t epoch;      /* changes whenever WiredTiger loses cursor positions: begin, commit, rollback, reset */
    int32_t transaction; /* inside an explicit transaction */
} swt_session;

typedef struct {
    WT_CURSOR *wt;
    swt_session *session;
    double at; /* record the cursor stands on; valid while `at_epoch` equals the session's epoch and `standing` */
    uint32_t at_epoch;
    int32_t standing;
} swt_cursor;

static int32_t result(int code) {
    return code > 0 ? -code : code;
}

/* ---- connection ---- */

static int on_error(WT_EVENT_HANDLER *handler, WT_SESSION *session, int error, const char *message) {
    swt_connection *connection = (swt_connection *)handler;
    (void)session;
    lock_take(&connection->lock);
    /* The first message of a panic names its cause; the ones that follow only repeat the panic. */
    if (!connection->panicked || connection->message_count == 0) {
        size_t size = strlen(message);
        if (size >= MESSAGE_BYTES) size = MESSAGE_BYTES - 1;
        memcpy(connection->message, message, size);
        connection->message[size] = 0;
        connection->message_count++;
    }
    if (error == WT_PANIC) connection->panicked = 1;
    lock_give(&connection->lock);
    return 0;
}

static int on_message(WT_EVENT_HANDLER *handler, WT_SESSION *session, const char *message) {
    (void)handler;
    (void)session;
    (void)message; /* progress and verbose text: dropped, nothing may reach stdout or stderr uncontrolled */
    return 0;
}

static int on_progress(WT_EVENT_HANDLER *handler, WT_SESSION *session, const char *operation, uint64_t progress) {
    (void)handler;
    (void)session;
    (void)operation;
    (void)progress;
    return 0;
}

/* Keeps the library mapped after dlclose: WiredTiger's threads must never run on unmapped code. */
static void pin_library(void) {
#ifdef _WIN32
    HMODULE module;
    GetModuleHandleExA(GET_MODULE_HANDLE_EX_FLAG_PIN | GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS,
        (LPCSTR)(void *)&pin_library, &module);
#else
    Dl_info info;
    if (dladdr((void *)&pin_library, &info) != 0 && info.dli_fname != NULL)
        dlopen(info.dli_fname, RTLD_LAZY | RTLD_NODELETE);
#endif
}

API int32_t swt_glue_version(void) {
    return GLUE_VERSION;
}

static int32_t copy_text(const char *text, uint8_t *out, uint32_t capacity) {
    size_t size = strlen(text);
    if (size > capacity) size = capacity;
    memcpy(out, text, size);
    return (int32_t)size;
}

API int32_t swt_wiredtiger_version(uint8_t *out, uint32_t capacity) {
    return copy_text(wiredtiger_version(NULL, NULL, NULL), out, capacity);
}

API int32_t swt_error_text(int32_t code, uint8_t *out, uint32_t capacity) {
    /* WiredTiger's codes are -31800 to -31999; other negative numbers are negated system errors. */
    return copy_text(wiredtiger_strerror(code < 0 && code > -31800 ? -code : code), out, capacity);
}

/* The newest error text. Inside a panic the first one. */
API int32_t swt_connection_message(swt_connection *connection, uint8_t *out, uint32_t capacity) {
    int32_t size;
    lock_take(&connection->lock);
    size = copy_text(connection->message, out, capacity);
    if (!connection->panicked) connection->message[0] = 0;
    lock_give(&connection->lock);
    return size;
}

/* Opens a home; NULL on failure, with the code in *code and WiredTiger's text in `text`. */
API swt_connection *swt_connection_open(
    const char *home, const char *config, int32_t *code, uint8_t *text, uint32_t text_capacity) {
    swt_connection *connection = calloc(1, sizeof(swt_connection));
    if (connection == NULL) {
        *code = -ENOMEM;
        return NULL;
    }
    lock_init(&connection->lock);
    connection->handler.handle_error = on_error;
    connection->handler.handle_message = on_message;
    connection->handler.handle_progress = on_progress;
    pin_library();
    *code = result(wiredtiger_open(home, &connection->handler, config, &connection->wt));
    if (*code == 0) return connection;
    code[1] = copy_text(connection->message, text, text_capacity);
    /* Leaked when WiredTiger panicked while opening: its threads may still report through the handler. */
    if (!connection->panicked) free(connection);
    return NULL;
}

API int32_t swt_connection_close(swt_connection *connection, const char *config) {
    /* The struct stays: 4 KB per connection against a late callback into freed memory. */
    return result(connection->wt->close(connection->wt, config));
}

/* ---- session ---- */

API swt_session *swt_session_open(swt_connection *connection, const char *config, int32_t *code) {
    swt_session *session = calloc(1, sizeof(swt_session));
    if (session == NULL) {
        *code = -ENOMEM;
        return NULL;
    }
    *code = result(connection->wt->open_session(connection->wt, NULL, config, &session->wt));
    if (*code == 0) return session;
    free(session);
    return NULL;
}

API int32_t swt_session_close(swt_session *session) {
    int code = session->wt->close(session->wt, NULL);
    free(session);
    return result(code);
}

API int32_t swt_session_reset(swt_session *session) {
    session->epoch++;
    return result(session->wt->reset(session->wt));
}

API int32_t swt_begin(swt_session *session, const char *config) {
    int code = session->wt->begin_transaction(session->wt, config);
    if (code == 0) session->transaction = 1;
    session->epoch++;
    return result(code);
}

API int32_t swt_commit(swt_session *session, const char *config) {
    session->transaction = 0;
    session->epoch++;
    return result(session->wt->commit_transaction(session->wt, config));
}

API int32_t swt_rollback(swt_session *session) {
    session->transaction = 0;
    session->epoch++;
    return result(session->wt->rollback_transaction(session->wt, NULL));
}

API int32_t swt_create(swt_session *session, const char *uri, const char *config) {
    return result(session->wt->create(session->wt, uri, config));
}

API int32_t swt_drop(swt_session *session, const char *uri, const char *config) {
    session->epoch++;
    return result(session->wt->drop(session->wt, uri, config));
}

API int32_t swt_rename(swt_session *session, const char *from, const char *to) {
    session->epoch++;
    return result(session->wt->rename(session->wt, from, to, NULL));
}

API int32_t swt_alter(swt_session *session, const char *uri, const char *config) {
    return result(session->wt->alter(session->wt, uri, config));
}

API int32_t swt_truncate_table(swt_session *session, const char *uri) {
    session->epoch++;
    return result(session->wt->truncate(session->wt, uri, NULL, NULL, NULL));
}

API int32_t swt_compact(swt_session *session, const char *uri, const char *config) {
    return result(session->wt->compact(session->wt, uri, config));
}

API int32_t swt_verify(swt_session *session, const char *uri, const char *config) {
    return result(session->wt->verify(session->wt, uri, config));
}

API int32_t swt_salvage(swt_session *session, const char *uri, const char *config) {
    return result(session->wt->salvage(session->wt, uri, config));
}

API int32_t swt_log_flush(swt_session *session, const char *config) {
    return result(session->wt->log_flush(session->wt, config));
}

API int32_t swt_checkpoint(swt_session *session, const char *config) {
    return result(session->wt->checkpoint(session->wt, config));
}

/* One statistic of "statistics:" or "statistics:table:x" into *out. */
API int32_t swt_statistic(
    swt_session *session, const char *uri, const char *config, int32_t key, int64_t *out) {
    WT_CURSOR *cursor;
    const char *description, *printed;
    int64_t value = 0;
    int code = session->wt->open_cursor(session->wt, uri, NULL, config, &cursor);
    if (code != 0) return result(code);
    cursor->set_key(cursor, (int)key);
    code = cursor->search(cursor);
    if (code == 0) code = cursor->get_value(cursor, &description, &printed, &value);
    *out = value;
    cursor->close(cursor);
    return result(code);
}

/* All statistics of a uri as lines "description<TAB>value". Text that does not fit is left off at a line's end. */
API int32_t swt_statistics(
    swt_session *session, const char *uri, const char *config, uint8_t *out, uint32_t capacity) {
    WT_CURSOR *cursor;
    const char *description, *printed;
    int64_t value;
    uint32_t used = 0;
    int code = session->wt->open_cursor(session->wt, uri, NULL, config, &cursor);
    if (code != 0) return result(code);
    while ((code = cursor->next(cursor)) == 0) {
        int size;
        if ((code = cursor->get_value(cursor, &description, &printed, &value)) != 0) break;
        size = snprintf((char *)out + used, capacity - used, "%s\t%lld\n", description, (long long)value);
        if (size < 0 || (uint32_t)size >= capacity - used) break;
        used += (uint32_t)size;
    }
    cursor->close(cursor);
    return code != 0 && code != WT_NOTFOUND ? result(code) : (int32_t)used;
}

/* ---- cursors, both kinds ---- */

API swt_cursor *swt_cursor_open(swt_session *session, const char *uri, const char *config, int32_t *code) {
    swt_cursor *cursor = calloc(1, sizeof(swt_cursor));
    if (cursor == NULL) {
        *code = -ENOMEM;
        return NULL;
    }
    cursor->session = session;
    *code = result(session->wt->open_cursor(session->wt, uri, NULL, config, &cursor->wt));
    if (*code == 0) return cursor;
    free(cursor);
    return NULL;
}

API int32_t swt_cursor_close(swt_cursor *cursor) {
    int code = cursor->wt->close(cursor->wt);
    free(cursor);
    return result(code);
}

API int32_t swt_cursor_reset(swt_cursor *cursor) {
    cursor->standing = 0;
    return result(cursor->wt->reset(cursor->wt));
}

/*
 * Ends an operation. Inside an explicit transaction the position is left to commit or rollback, which reset all
 * cursors anyway; outside, a cursor that stays positioned would pin its page and an old snapshot.
 */
static int32_t finish(swt_cursor *cursor, int32_t value) {
    cursor->standing = 0;
    if (!cursor->session->transaction) cursor->wt->reset(cursor->wt);
    return value;
}

static int32_t finish_reset(swt_cursor *cursor, int32_t value) {
    cursor->standing = 0;
    cursor->wt->reset(cursor->wt);
    return value;
}

/* The cursor option "overwrite" is chosen at open; this project needs both kinds of write on one cursor. */
static void set_overwrite(WT_CURSOR *cursor, int overwrite) {
    if (overwrite)
        cursor->flags |= WT_CURSTD_OVERWRITE;
    else
        cursor->flags &= ~(uint64_t)WT_CURSTD_OVERWRITE;
}

static void set_item(WT_ITEM *item, const uint8_t *data, size_t size) {
    memset(item, 0, sizeof(*item));
    item->data = data == NULL ? (const uint8_t *)"" : data; /* an empty Uint8Array arrives as NULL */
    item->size = size;
}

static int32_t copy_item(const WT_ITEM *item, uint8_t *out, uint32_t capacity) {
    if (item->size != 0 && item->size <= capacity) memcpy(out, item->data, item->size);
    return (int32_t)item->size;
}

API double swt_count(swt_cursor *cursor) {
    double count = 0;
    int code;
    cursor->wt->reset(cursor->wt);
    while ((code = cursor->wt->next(cursor->wt)) == 0) count++;
    finish_reset(cursor, 0);
    return code == WT_NOTFOUND ? count : result(code);
}

/* ---- record cursors: key_format=q, value_format=u ---- */

static int standing_on(const swt_cursor *cursor, double id) {
    return cursor->standing && cursor->at == id && cursor->at_epoch == cursor->session->epoch;
}

static int record_search(swt_cursor *cursor, double id) {
    int code;
    cursor->wt->set_key(cursor->wt, (int64_t)id);
    code = cursor->wt->search(cursor->wt);
    cursor->standing = code == 0;
    cursor->at = id;
    cursor->at_epoch = cursor->session->epoch;
    return code;
}

/* Copies the value if it fits and returns its size either way. In a transaction the cursor stays on the record. */
API int32_t swt_record_get(swt_cursor *cursor, double id, uint8_t *out, uint32_t capacity) {
    WT_ITEM value;
    int32_t size;
    int code = record_search(cursor, id);
    if (code == 0) code = cursor->wt->get_value(cursor->wt, &value);
    if (code != 0) return finish(cursor, result(code));
    size = copy_item(&value, out, capacity);
    return cursor->session->transaction ? size : finish(cursor, size);
}

/* Writes bytes[start, end). mode: put (insert or overwrite), insert (must be new), update (must exist). */
API int32_t swt_record_write(
    swt_cursor *cursor, double id, const uint8_t *bytes, uint32_t start, uint32_t end, int32_t mode) {
    WT_CURSOR *wt = cursor->wt;
    WT_ITEM value;
    int code;
    set_item(&value, bytes == NULL ? NULL : bytes + start, end - start);
    set_overwrite(wt, mode == WRITE_PUT);
    /* Standing on the record (get, then update in one transaction) saves the second walk down the tree. */
    if (mode != WRITE_UPDATE || !standing_on(cursor, id)) wt->set_key(wt, (int64_t)id);
    wt->set_value(wt, &value);
    code = mode == WRITE_UPDATE ? wt->update(wt) : wt->insert(wt);
    return finish_reset(cursor, result(code));
}

API int32_t swt_record_remove(swt_cursor *cursor, double id) {
    set_overwrite(cursor->wt, 0);
    if (!standing_on(cursor, id)) cursor->wt->set_key(cursor->wt, (int64_t)id);
    return finish_reset(cursor, result(cursor->wt->remove(cursor->wt)));
}

/* The largest record id ever stored and still in the tree, visible or not; 0 for an empty table. */
API double swt_record_largest(swt_cursor *cursor) {
    int64_t key = 0;
    int code = cursor->wt->largest_key(cursor->wt);
    if (code == 0) code = cursor->wt->get_key(cursor->wt, &key);
    finish_reset(cursor, 0);
    if (code == WT_NOTFOUND) return 0;
    return code != 0 ? result(code) : (double)key;
}

/* Stands on the first record at or after `from` in the direction, `from` itself only if inclusive. */
static int record_position(WT_CURSOR *wt, double from, int inclusive, int forward) {
    int64_t key;
    int exact, code;
    wt->set_key(wt, (int64_t)from);
    if ((code = wt->search_near(wt, &exact)) != 0) return code;
    if (exact == 0) {
        if (inclusive) return 0;
        return forward ? wt->next(wt) : wt->prev(wt);
    }
    /* search_near may stop on either side, and not always on the nearest neighbour: walk until past `from`. */
    while (code == 0 && (forward ? exact < 0 : exact > 0)) {
        if ((code = forward ? wt->next(wt) : wt->prev(wt)) != 0) break;
        if ((code = wt->get_key(wt, &key)) != 0) break;
        exact = (double)key < from ? -1 : (double)key > from ? 1 : 0;
        if (exact == 0 && !inclusive) exact = forward ? -1 : 1;
    }
    return code;
}

/*
 * Copies records from `from` on: values contiguous in out, starts[i] their offsets (starts[count] the end), ids[i]
 * their record ids. Ends at `maximum` records, at byte_limit or at the table's end. Remembers nothing.
 */
API int32_t swt_record_scan(swt_cursor *cursor, double from, int32_t flags, uint8_t *out, uint32_t capacity,
    uint32_t byte_limit, int32_t *starts, double *ids, uint32_t maximum) {
    WT_CURSOR *wt = cursor->wt;
    const int forward = (flags & SCAN_FORWARD) != 0;
    int (*step)(WT_CURSOR *) = forward ? wt->next : wt->prev;
    uint32_t count = 0;
    size_t used = 0;
    WT_ITEM value;
    int64_t key;
    int code = record_position(wt, from, (flags & SCAN_LOW_INCLUSIVE) != 0, forward);
    starts[0] = 0;
    while (code == 0 && count < maximum) {
        if ((code = wt->get_key(wt, &key)) != 0 || (code = wt->get_value(wt, &value)) != 0) break;
        if (used + value.size > capacity || (count != 0 && used + value.size > byte_limit)) {
            if (count != 0) break;
            starts[0] = (int32_t)value.size;
            return finish_reset(cursor, BUFFER_FULL);
        }
        memcpy(out + used, value.data, value.size);
        used += value.size;
        ids[count++] = (double)key;
        starts[count] = (int32_t)used;
        if (count < maximum) code = step(wt);
    }
    return finish_reset(cursor, code != 0 && code != WT_NOTFOUND ? result(code) : (int32_t)count);
}

/* Moves to one of many record ids; rising neighbours are reached with next(), which is 10 times cheaper. */
static int fetch_one(swt_cursor *cursor, double id, double *last) {
    WT_CURSOR *wt = cursor->wt;
    int code;
    int64_t key;
    if (id == *last) return 0; /* overshot onto it, or wanted twice */
    if (*last >= 0 && id > *last && id - *last <= LIKELY_ADJACENT) {
        do {
            if ((code = wt->next(wt)) != 0 || (code = wt->get_key(wt, &key)) != 0) {
                *last = -1;
                return code;
            }
            *last = (double)key;
        } while (*last < id);
        return *last == id ? 0 : WT_NOTFOUND;
    }
    wt->set_key(wt, (int64_t)id);
    code = wt->search(wt);
    *last = code == 0 ? id : -1;
    return code;
}

/*
 * Gets ids[from..from+count) in that order; ids that are not there are skipped. found_ids and starts as in a scan;
 * starts[0] is the number found on return (the first offset is always 0). Returns how many ids were dealt with.
 */
API int32_t swt_record_fetch(swt_cursor *cursor, const double *ids, uint32_t from, uint32_t count, uint8_t *out,
    uint32_t capacity, uint32_t byte_limit, int32_t *starts, double *found_ids, uint32_t maximum) {
    uint32_t done = 0, found = 0;
    size_t used = 0;
    double last = -1;
    WT_ITEM value;
    while (done < count && found < maximum) {
        int code = fetch_one(cursor, ids[from + done], &last);
        if (code == 0) code = cursor->wt->get_value(cursor->wt, &value);
        if (code == WT_NOTFOUND) {
            done++;
            continue;
        }
        if (code != 0) return finish_reset(cursor, result(code));
        if (used + value.size > capacity || (found != 0 && used + value.size > byte_limit)) {
            if (found != 0) break;
            starts[0] = (int32_t)value.size;
            return finish_reset(cursor, BUFFER_FULL);
        }
        memcpy(out + used, value.data, value.size);
        used += value.size;
        found_ids[found++] = ids[from + done++];
        starts[found] = (int32_t)used;
    }
    starts[0] = (int32_t)found;
    return finish_reset(cursor, (int32_t)done);
}

static int truncate_between(swt_session *session, WT_CURSOR *low, WT_CURSOR *high) {
    int code = session->wt->truncate(session->wt, NULL, low, high, NULL);
    session->epoch++;
    return code == WT_NOTFOUND ? 0 : code;
}

/* Removes all records with low <= id <= high at once. */
API int32_t swt_record_truncate(swt_cursor *cursor, double low, double high) {
    WT_SESSION *wt = cursor->session->wt;
    WT_CURSOR *first, *last;
    int code = wt->open_cursor(wt, cursor->wt->uri, NULL, NULL, &first);
    if (code != 0) return result(code);
    if ((code = wt->open_cursor(wt, cursor->wt->uri, NULL, NULL, &last)) == 0) {
        first->set_key(first, (int64_t)low);
        last->set_key(last, (int64_t)high);
        code = truncate_between(cursor->session, first, last);
        last->close(last);
    }
    first->close(first);
    return result(code);
}

/* ---- key cursors: key_format=u, value_format=u ---- */

static double read_id(const uint8_t *bytes) {
    uint64_t id = 0;
    int i;
    for (i = 0; i < 8; i++) id = id << 8 | bytes[i];
    return (double)id;
}

static void write_id(uint8_t *bytes, double id) {
    uint64_t rest = (uint64_t)id;
    int i;
    for (i = 7; i >= 0; i--) {
        bytes[i] = (uint8_t)rest;
        rest >>= 8;
    }
}

/* WiredTiger panics (!) on an empty key, so none gets there: this is checked in front of every set_key. */
static int key_search(WT_CURSOR *wt, const uint8_t *key, uint32_t size) {
    WT_ITEM item;
    if (size == 0) return EINVAL;
    set_item(&item, key, size);
    wt->set_key(wt, &item);
    return wt->search(wt);
}

API int32_t swt_key_get(swt_cursor *cursor, const uint8_t *key, uint32_t size, uint8_t *out, uint32_t capacity) {
    WT_ITEM value;
    int code = key_search(cursor->wt, key, size);
    if (code == 0) code = cursor->wt->get_value(cursor->wt, &value);
    return finish(cursor, code != 0 ? result(code) : copy_item(&value, out, capacity));
}

/* The record id in the value of a unique entry; a negative number is an error. */
API double swt_key_record_id(swt_cursor *cursor, const uint8_t *key, uint32_t size) {
    WT_ITEM value;
    double id;
    int code = key_search(cursor->wt, key, size);
    if (code == 0) code = cursor->wt->get_value(cursor->wt, &value);
    if (code != 0) return finish(cursor, result(code));
    id = value.size >= 8 ? read_id(value.data) : -EINVAL;
    finish(cursor, 0);
    return id;
}

static int32_t key_write(swt_cursor *cursor, WT_ITEM *key, WT_ITEM *value, int32_t mode) {
    WT_CURSOR *wt = cursor->wt;
    if (key->size == 0) return -EINVAL;
    set_overwrite(wt, mode == WRITE_PUT);
    wt->set_key(wt, key);
    wt->set_value(wt, value);
    return finish_reset(cursor, result(mode == WRITE_UPDATE ? wt->update(wt) : wt->insert(wt)));
}

API int32_t swt_key_write(swt_cursor *cursor, const uint8_t *key, uint32_t key_size, const uint8_t *value,
    uint32_t value_size, int32_t mode) {
    WT_ITEM key_item, value_item;
    set_item(&key_item, key, key_size);
    set_item(&value_item, value, value_size);
    return key_write(cursor, &key_item, &value_item, mode);
}

API int32_t swt_key_remove(swt_cursor *cursor, const uint8_t *key, uint32_t size) {
    WT_ITEM item;
    if (size == 0) return -EINVAL;
    set_item(&item, key, size);
    set_overwrite(cursor->wt, 0);
    cursor->wt->set_key(cursor->wt, &item);
    return finish_reset(cursor, result(cursor->wt->remove(cursor->wt)));
}

/* A key with the record id appended: on the stack where it fits, else allocated (freed by the caller if != local). */
static uint8_t *entry_key(const uint8_t *key, uint32_t size, double id, uint8_t *local, size_t local_size) {
    uint8_t *full = size + 8 <= local_size ? local : malloc((size_t)size + 8);
    if (full == NULL) return NULL;
    if (size != 0) memcpy(full, key, size);
    write_id(full + size, id);
    return full;
}

/* Non-unique entry: key bytes, then the record id (8 bytes, big-endian); value as given, usually empty. */
API int32_t swt_key_put_entry(swt_cursor *cursor, const uint8_t *key, uint32_t key_size, double id,
    const uint8_t *value, uint32_t value_size) {
    uint8_t local[256];
    uint8_t *full = entry_key(key, key_size, id, local, sizeof(local));
    WT_ITEM key_item, value_item;
    int32_t code;
    if (full == NULL) return -ENOMEM;
    set_item(&key_item, full, (size_t)key_size + 8);
    set_item(&value_item, value, value_size);
    code = key_write(cursor, &key_item, &value_item, WRITE_PUT);
    if (full != local) free(full);
    return code;
}

API int32_t swt_key_remove_entry(swt_cursor *cursor, const uint8_t *key, uint32_t key_size, double id) {
    uint8_t local[256];
    uint8_t *full = entry_key(key, key_size, id, local, sizeof(local));
    int32_t code;
    if (full == NULL) return -ENOMEM;
    code = swt_key_remove(cursor, full, key_size + 8);
    if (full != local) free(full);
    return code;
}

/* Unique entry: key bytes; value is the record id, then extra bytes. WT_DUPLICATE_KEY if the key is taken. */
API int32_t swt_key_insert_unique(swt_cursor *cursor, const uint8_t *key, uint32_t key_size, double id,
    const uint8_t *extra, uint32_t extra_size) {
    uint8_t local[256];
    uint8_t *full = extra_size + 8 <= sizeof(local) ? local : malloc((size_t)extra_size + 8);
    WT_ITEM key_item, value_item;
    int32_t code;
    if (full == NULL) return -ENOMEM;
    write_id(full, id);
    if (extra_size != 0) memcpy(full + 8, extra, extra_size);
    set_item(&key_item, key, key_size);
    set_item(&value_item, full, (size_t)extra_size + 8);
    code = key_write(cursor, &key_item, &value_item, WRITE_INSERT);
    if (full != local) free(full);
    return code;
}

static int compare_bytes(const void *a, size_t a_size, const void *b, size_t b_size) {
    size_t size = a_size < b_size ? a_size : b_size;
    int order = size == 0 ? 0 : memcmp(a, b, size);
    return order != 0 ? order : a_size < b_size ? -1 : a_size > b_size ? 1 : 0;
}

/* One end of a key range. absent: open end. */
typedef struct {
    const uint8_t *data;
    size_t size;
    int absent;
    int inclusive;
} bound;

/* size -1: open end. An empty low bound is an open end too: no key is empty. */
static bound make_bound(const uint8_t *data, int32_t size, int inclusive) {
    bound made;
    made.data = data;
    made.size = size < 0 ? 0 : (size_t)size;
    made.absent = size <= 0;
    made.inclusive = inclusive;
    return made;
}

/* Is the key past the bound in the direction of travel? */
static int past(const bound *end, const WT_ITEM *key, int forward) {
    int order;
    if (end->absent) return 0;
    order = compare_bytes(key->data, key->size, end->data, end->size);
    if (!forward) order = -order;
    return order > 0 || (order == 0 && !end->inclusive);
}

/* Stands on the first key of the range in the direction of travel. */
static int key_position(WT_CURSOR *wt, const bound *begin, int forward) {
    WT_ITEM item;
    int exact, code, order;
    if (begin->absent) {
        if ((code = wt->reset(wt)) != 0) return code;
        return forward ? wt->next(wt) : wt->prev(wt);
    }
    set_item(&item, begin->data, begin->size);
    wt->set_key(wt, &item);
    if ((code = wt->search_near(wt, &exact)) != 0) return code;
    order = forward ? exact : -exact;
    while (order < 0 || (order == 0 && !begin->inclusive)) {
        if ((code = forward ? wt->next(wt) : wt->prev(wt)) != 0) return code;
        if ((code = wt->get_key(wt, &item)) != 0) return code;
        order = compare_bytes(item.data, item.size, begin->data, begin->size);
        if (!forward) order = -order;
    }
    return 0;
}

/*
 * Copies entries between two bounds. Keys contiguous in key_out with key_starts; with SCAN_VALUES values the same way;
 * with SCAN_ID_IN_KEY or SCAN_ID_IN_VALUE the record ids too. Ends at `maximum`, at full buffers, or at the bound.
 */
API int32_t swt_key_scan(swt_cursor *cursor, const uint8_t *low, int32_t low_size, const uint8_t *high,
    int32_t high_size, int32_t flags, uint8_t *key_out, uint32_t key_capacity, int32_t *key_starts, uint8_t *value_out,
    uint32_t value_capacity, int32_t *value_starts, double *ids, uint32_t maximum) {
    WT_CURSOR *wt = cursor->wt;
    const int forward = (flags & SCAN_FORWARD) != 0, values = (flags & SCAN_VALUES) != 0;
    const bound low_bound = make_bound(low, low_size, flags & SCAN_LOW_INCLUSIVE);
    const bound high_bound = make_bound(high, high_size, flags & SCAN_HIGH_INCLUSIVE);
    const bound *end = forward ? &high_bound : &low_bound;
    int (*step)(WT_CURSOR *) = forward ? wt->next : wt->prev;
    size_t key_used = 0, value_used = 0;
    uint32_t count = 0;
    WT_ITEM key, value;
    int code = high_size == 0 ? WT_NOTFOUND : key_position(wt, forward ? &low_bound : &high_bound, forward);
    key_starts[0] = value_starts[0] = 0;
    memset(&value, 0, sizeof(value));
    while (code == 0 && count < maximum) {
        if ((code = wt->get_key(wt, &key)) != 0 || past(end, &key, forward)) break;
        if ((flags & (SCAN_VALUES | SCAN_ID_IN_VALUE)) && (code = wt->get_value(wt, &value)) != 0) break;
        if (key_used + key.size > key_capacity || (values && value_used + value.size > value_capacity)) {
            if (count != 0) break;
            key_starts[0] = (int32_t)key.size;
            value_starts[0] = (int32_t)value.size;
            return finish_reset(cursor, BUFFER_FULL);
        }
        if (key.size != 0) memcpy(key_out + key_used, key.data, key.size);
        key_used += key.size;
        if (values && value.size != 0) memcpy(value_out + value_used, value.data, value.size);
        if (values) value_used += value.size;
        if (flags & SCAN_ID_IN_KEY)
            ids[count] = key.size >= 8 ? read_id((const uint8_t *)key.data + key.size - 8) : -1;
        else if (flags & SCAN_ID_IN_VALUE)
            ids[count] = value.size >= 8 ? read_id(value.data) : -1;
        count++;
        key_starts[count] = (int32_t)key_used;
        value_starts[count] = (int32_t)value_used;
        if (count < maximum) code = step(wt);
    }
    return finish_reset(cursor, code != 0 && code != WT_NOTFOUND ? result(code) : (int32_t)count);
}

/* Entries between two bounds, at most `maximum`. */
API double swt_key_count(swt_cursor *cursor, const uint8_t *low, int32_t low_size, const uint8_t *high,
    int32_t high_size, int32_t flags, double maximum) {
    WT_CURSOR *wt = cursor->wt;
    const bound low_bound = make_bound(low, low_size, flags & SCAN_LOW_INCLUSIVE);
    const bound high_bound = make_bound(high, high_size, flags & SCAN_HIGH_INCLUSIVE);
    double count = 0;
    WT_ITEM key;
    int code = high_size == 0 ? WT_NOTFOUND : key_position(wt, &low_bound, 1);
    while (code == 0 && count < maximum) {
        if ((code = wt->get_key(wt, &key)) != 0 || past(&high_bound, &key, 1)) break;
        count++;
        code = wt->next(wt);
    }
    finish_reset(cursor, 0);
    return code != 0 && code != WT_NOTFOUND ? result(code) : count;
}

/* Removes all entries with low <= key <= high at once; size -1 leaves that end open. */
API int32_t swt_key_truncate(
    swt_cursor *cursor, const uint8_t *low, int32_t low_size, const uint8_t *high, int32_t high_size) {
    WT_SESSION *wt = cursor->session->wt;
    WT_CURSOR *first = NULL, *last = NULL;
    WT_ITEM item;
    int code;
    if (high_size == 0) return 0;
    if (low_size <= 0 && high_size < 0) return swt_truncate_table(cursor->session, cursor->wt->uri);
    if (low_size > 0) {
        if ((code = wt->open_cursor(wt, cursor->wt->uri, NULL, NULL, &first)) != 0) return result(code);
        set_item(&item, low, (size_t)low_size);
        first->set_key(first, &item);
    }
    code = 0;
    if (high_size > 0 && (code = wt->open_cursor(wt, cursor->wt->uri, NULL, NULL, &last)) == 0) {
        set_item(&item, high, (size_t)high_size);
        last->set_key(last, &item);
    }
    if (code == 0) code = truncate_between(cursor->session, first, last);
    if (first != NULL) first->close(first);
    if (last != NULL) last->close(last);
    return result(code);
}
