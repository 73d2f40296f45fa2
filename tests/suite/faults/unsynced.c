/*
 * Preloaded into a server, keeps beside each database file what a power cut would take back: for every write since the
 * last fsync, what stood there before. Once the server is killed, the test puts that back.
 *
 * A file F has its notes in F.unsynced, a row of records: four 64-bit numbers (offset, bytes written, size before,
 * bytes kept) and the bytes kept. A cut of the file is a record with no bytes written. An fsync empties the notes.
 * With TUAN_SYNC=never it does not: a disk that lies.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

#define FDS 4096
#define FILES 16

struct watched {
    char path[4096];
    int notes;
};

static struct watched files[FILES];
static int file_of[FDS]; /* 1 more than the place in files; 0: nobody's business */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

#define REAL(result, name, ...)                                      \
    static result (*real_##name)(__VA_ARGS__);                       \
    static void find_##name(void) {                                  \
        if (!real_##name) real_##name = dlsym(RTLD_NEXT, #name);     \
    }

REAL(int, open64, const char *, int, ...)
REAL(int, close, int)
REAL(int, unlink, const char *)
REAL(ssize_t, write, int, const void *, size_t)
REAL(ssize_t, pwrite64, int, const void *, size_t, off64_t)
REAL(int, ftruncate64, int, off64_t)
REAL(int, fsync, int)
REAL(int, fdatasync, int)

static int ends_with(const char *text, const char *end) {
    size_t length = strlen(text), tail = strlen(end);
    return length >= tail && !strcmp(text + length - tail, end);
}

static void die(const char *what) {
    dprintf(2, "unsynced: %s: %s\n", what, strerror(errno));
    abort();
}

/* Called with the lock held. */
static int watch(const char *path) {
    int at;
    for (at = 0; at < FILES && files[at].path[0]; at++)
        if (!strcmp(files[at].path, path)) return at + 1;
    if (at == FILES) die("too many files");
    char notes[4200];
    snprintf(files[at].path, sizeof files[at].path, "%s", path);
    snprintf(notes, sizeof notes, "%s.unsynced", path);
    find_open64();
    files[at].notes = real_open64(notes, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (files[at].notes < 0) die(notes);
    return at + 1;
}

static int opened(const char *path, int fd) {
    if (fd >= 0 && fd < FDS) {
        pthread_mutex_lock(&lock);
        file_of[fd] = ends_with(path, ".db") || ends_with(path, ".db-wal") ? watch(path) : 0;
        pthread_mutex_unlock(&lock);
    }
    return fd;
}

#define MODE(flags)                            \
    mode_t mode = 0;                           \
    if ((flags) & (O_CREAT | O_TMPFILE)) {     \
        va_list rest;                          \
        va_start(rest, flags);                 \
        mode = va_arg(rest, mode_t);           \
        va_end(rest);                          \
    }

int open(const char *path, int flags, ...) {
    MODE(flags)
    find_open64();
    return opened(path, real_open64(path, flags, mode));
}

int open64(const char *path, int flags, ...) {
    MODE(flags)
    find_open64();
    return opened(path, real_open64(path, flags, mode));
}

int close(int fd) {
    find_close();
    if (fd >= 0 && fd < FDS) file_of[fd] = 0;
    return real_close(fd);
}

/* SQLite takes a log away only once all of it stands in the file, and syncs that first. */
int unlink(const char *path) {
    find_unlink();
    if (ends_with(path, ".db-wal")) {
        pthread_mutex_lock(&lock);
        int at = watch(path);
        find_ftruncate64();
        if (real_ftruncate64(files[at - 1].notes, 0)) die("ftruncate");
        pthread_mutex_unlock(&lock);
    }
    return real_unlink(path);
}

/* Notes what stands at `offset`, `kept` bytes of it. Called with the lock held. */
static void note(int fd, uint64_t offset, uint64_t written, uint64_t kept) {
    struct stat64 now;
    if (fstat64(fd, &now)) die("fstat");
    uint64_t size = now.st_size;
    if (offset >= size) kept = 0;
    else if (offset + kept > size) kept = size - offset;
    uint64_t head[4] = {offset, written, size, kept};
    char *record = malloc(sizeof head + kept);
    if (!record) die("malloc");
    memcpy(record, head, sizeof head);
    if (kept && pread64(fd, record + sizeof head, kept, offset) != (ssize_t)kept) die("pread");
    find_write();
    /* One write, so that a record is there whole or, killed in the middle, at the end and not followed by its write. */
    if (real_write(files[file_of[fd] - 1].notes, record, sizeof head + kept) != (ssize_t)(sizeof head + kept))
        die("write");
    free(record);
}

static int is_watched(int fd) { return fd >= 0 && fd < FDS && file_of[fd]; }

ssize_t pwrite64(int fd, const void *bytes, size_t count, off64_t offset) {
    find_pwrite64();
    if (!is_watched(fd)) return real_pwrite64(fd, bytes, count, offset);
    pthread_mutex_lock(&lock);
    note(fd, offset, count, count);
    ssize_t done = real_pwrite64(fd, bytes, count, offset);
    pthread_mutex_unlock(&lock);
    return done;
}

ssize_t pwrite(int fd, const void *bytes, size_t count, off_t offset) { return pwrite64(fd, bytes, count, offset); }

ssize_t write(int fd, const void *bytes, size_t count) {
    find_write();
    if (!is_watched(fd)) return real_write(fd, bytes, count);
    pthread_mutex_lock(&lock);
    note(fd, lseek64(fd, 0, SEEK_CUR), count, count);
    ssize_t done = real_write(fd, bytes, count);
    pthread_mutex_unlock(&lock);
    return done;
}

int ftruncate64(int fd, off64_t size) {
    find_ftruncate64();
    if (!is_watched(fd)) return real_ftruncate64(fd, size);
    pthread_mutex_lock(&lock);
    note(fd, size, 0, UINT64_MAX - size);
    int done = real_ftruncate64(fd, size);
    pthread_mutex_unlock(&lock);
    return done;
}

int ftruncate(int fd, off_t size) { return ftruncate64(fd, size); }

static int sync_with(int fd, int (*real)(int)) {
    if (!is_watched(fd)) return real(fd);
    pthread_mutex_lock(&lock);
    int done = real(fd);
    const char *sync = getenv("TUAN_SYNC");
    find_ftruncate64();
    if (!done && !(sync && !strcmp(sync, "never")) && real_ftruncate64(files[file_of[fd] - 1].notes, 0)) die("sync");
    pthread_mutex_unlock(&lock);
    return done;
}

int fsync(int fd) {
    find_fsync();
    return sync_with(fd, real_fsync);
}

int fdatasync(int fd) {
    find_fdatasync();
    return sync_with(fd, real_fdatasync);
}
