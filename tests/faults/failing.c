/* A disk that fails: preloaded, it lets the n-th change under one folder fail, once or from then on.
 *
 *     cc -shared -fPIC -O2 -o failing.so failing.c -ldl;  LD_PRELOAD=./failing.so python …
 *
 * Whoever has it loaded calls fail_arm(folder, n, errno, on) by ctypes: `on` is 1 when everything after the n-th call
 * fails too, 2 when a torn write comes before, as on a disk that fills up in the middle. fail_count() says how many
 * calls there were, fail_last() which one failed first. SQLite's own calls count like Python's: nobody is asked to help.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static char under[PATH_MAX], last[PATH_MAX + 64];
static size_t length;
static long count, at;
static int code, on;

void fail_arm(const char *folder, long n, int error, int from_then_on) {
    pthread_mutex_lock(&mutex);
    snprintf(under, sizeof under, "%s", folder);
    length = strlen(under);
    count = 0, at = n, code = error, on = from_then_on, last[0] = 0;
    pthread_mutex_unlock(&mutex);
}

long fail_count(void) { return count; }
const char *fail_last(void) { return last; }

static int strikes(const char *call, const char *path) {
    if (!length || strncmp(path, under, length) || (path[length] && path[length] != '/')) return 0;
    pthread_mutex_lock(&mutex);
    long now = ++count;
    int hit = at && (now == at || (on && now > at));
    if (hit && !last[0]) snprintf(last, sizeof last, "%s %s", call, path + length);
    pthread_mutex_unlock(&mutex);
    return hit;
}

static int strikes_file(const char *call, int file) {
    char link[64], path[PATH_MAX];
    int before = errno;
    if (!length) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t size = readlink(link, path, sizeof path - 1);
    errno = before;
    if (size < 0) return 0;
    path[size] = 0;
    return strikes(call, path);
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))
#define FAILS_FILE(name, file) if (strikes_file(#name, file)) return errno = code, -1
#define FAILS_PATH(name, path) if (strikes(#name, path)) return errno = code, -1

ssize_t write(int file, const void *data, size_t size) {
    if (!strikes_file("write", file)) return REAL(write)(file, data, size);
    if (on == 2 && size > 1) REAL(write)(file, data, size / 2);
    return errno = code, -1;
}
static ssize_t torn(int file, const void *data, size_t size, off_t offset) {
    if (on == 2 && size > 1) REAL(pwrite)(file, data, size / 2, offset);
    return errno = code, -1;
}
ssize_t pwrite(int file, const void *data, size_t size, off_t offset) {
    return strikes_file("pwrite", file) ? torn(file, data, size, offset) : REAL(pwrite)(file, data, size, offset);
}
ssize_t pwrite64(int file, const void *data, size_t size, off64_t offset) {
    return strikes_file("pwrite", file) ? torn(file, data, size, offset) : REAL(pwrite64)(file, data, size, offset);
}
int fsync(int file) { FAILS_FILE(fsync, file); return REAL(fsync)(file); }
int fdatasync(int file) { FAILS_FILE(fdatasync, file); return REAL(fdatasync)(file); }
int syncfs(int file) { FAILS_FILE(syncfs, file); return REAL(syncfs)(file); }
int ftruncate(int file, off_t size) { FAILS_FILE(ftruncate, file); return REAL(ftruncate)(file, size); }
int ftruncate64(int file, off64_t size) { FAILS_FILE(ftruncate, file); return REAL(ftruncate64)(file, size); }
int posix_fallocate(int file, off_t from, off_t size) {
    return strikes_file("posix_fallocate", file) ? code : REAL(posix_fallocate)(file, from, size);
}
int posix_fallocate64(int file, off64_t from, off64_t size) {
    return strikes_file("posix_fallocate", file) ? code : REAL(posix_fallocate64)(file, from, size);
}
int rename(const char *from, const char *to) { FAILS_PATH(rename, to); return REAL(rename)(from, to); }
int mkdir(const char *path, mode_t mode) { FAILS_PATH(mkdir, path); return REAL(mkdir)(path, mode); }
int unlink(const char *path) {
    if (code != ENOSPC) FAILS_PATH(unlink, path); /* a full disk still lets go of files */
    return REAL(unlink)(path);
}

/* Opening is a change where it makes a file that is not there. */
static int makes(int flags, const char *path) {
    return flags & O_CREAT && access(path, F_OK) != 0 && strikes("open", path);
}
#define OPEN(name)                                                      \
    int name(const char *path, int flags, ...) {                        \
        va_list rest;                                                   \
        va_start(rest, flags);                                          \
        mode_t mode = flags & O_CREAT ? va_arg(rest, mode_t) : 0;       \
        va_end(rest);                                                   \
        if (makes(flags, path)) return errno = code, -1;                \
        return REAL(name)(path, flags, mode);                           \
    }
OPEN(open)
OPEN(open64)
