/* A disk that is slow, or stands still: preloaded, it lets each sync wait for as many milliseconds as a file says.
 *
 *     cc -shared -fPIC -O2 -o slow.so slow.c -ldl;  SLOW=/a/file LD_PRELOAD=./slow.so postgres …
 *
 * The file is read again and again while one waits, so that a disk which stands still can go on.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static long wanted(void) {
    const char *path = getenv("SLOW");
    char said[32] = "";
    int file = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    if (file < 0) return 0;
    ssize_t size = read(file, said, sizeof said - 1);
    close(file);
    return size > 0 ? strtol(said, NULL, 10) : 0;
}

static void wait_for_the_disk(void) {
    int before = errno;
    for (long waited = 0; waited < wanted(); waited += 20) {
        struct timespec slice = {0, 20 * 1000 * 1000};
        nanosleep(&slice, NULL);
    }
    errno = before;
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))
int fsync(int file) { wait_for_the_disk(); return REAL(fsync)(file); }
int fdatasync(int file) { wait_for_the_disk(); return REAL(fdatasync)(file); }
