/* Counts the calls that change files under one folder, and makes one of them the last, or every one from it on fail.
 * Loaded before the C library (LD_PRELOAD), it sees what Python, Polars and Delta do alike. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

enum { COUNT = 0, KILL = 1, FULL = 2 };
static char root[PATH_MAX];
static int mode;
static long target;
static atomic_long seen;

void fault_arm(const char *folder, int what, long at) {
    snprintf(root, sizeof root, "%s", folder);
    mode = what;
    target = at;
    atomic_store(&seen, 0);
}

long fault_count(void) { return atomic_load(&seen); }

static int inside(const char *path) {
    return root[0] && path && strncmp(path, root, strlen(root)) == 0;
}

static int fd_inside(int fd) {
    char link[64], path[PATH_MAX];
    if (!root[0]) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t n = readlink(link, path, sizeof path - 1);
    if (n < 0) return 0;
    path[n] = 0;
    return inside(path);
}

static int at_inside(int dir, const char *path) {
    return path && path[0] == '/' ? inside(path) : dir == AT_FDCWD ? 0 : fd_inside(dir);
}

/* Returns 1 when the call must fail for want of room. */
static int step(int here, int takes_room) {
    if (!here) return 0;
    long n = atomic_fetch_add(&seen, 1) + 1;
    if (mode == KILL && n == target) kill(getpid(), SIGKILL);
    if (mode == FULL && n >= target && takes_room) { errno = ENOSPC; return 1; }
    return 0;
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))
#define HOOK(type, name, params, args, here, room) \
    type name params { return step(here, room) ? (type)-1 : REAL(name) args; }

HOOK(ssize_t, write, (int fd, const void *b, size_t n), (fd, b, n), fd_inside(fd), 1)
HOOK(ssize_t, pwrite, (int fd, const void *b, size_t n, off_t o), (fd, b, n, o), fd_inside(fd), 1)
HOOK(ssize_t, pwrite64, (int fd, const void *b, size_t n, off64_t o), (fd, b, n, o), fd_inside(fd), 1)
HOOK(ssize_t, writev, (int fd, const struct iovec *v, int n), (fd, v, n), fd_inside(fd), 1)
HOOK(int, rename, (const char *a, const char *b), (a, b), inside(b), 0)
HOOK(int, renameat, (int d, const char *a, int e, const char *b), (d, a, e, b), at_inside(e, b), 0)
HOOK(int, link, (const char *a, const char *b), (a, b), inside(b), 1)
HOOK(int, linkat, (int d, const char *a, int e, const char *b, int f), (d, a, e, b, f), at_inside(e, b), 1)
HOOK(int, unlink, (const char *p), (p), inside(p), 0)
HOOK(int, unlinkat, (int d, const char *p, int f), (d, p, f), at_inside(d, p), 0)
HOOK(int, rmdir, (const char *p), (p), inside(p), 0)
HOOK(int, mkdir, (const char *p, mode_t m), (p, m), inside(p), 1)
HOOK(int, ftruncate, (int fd, off_t n), (fd, n), fd_inside(fd), 0)
HOOK(int, ftruncate64, (int fd, off64_t n), (fd, n), fd_inside(fd), 0)
HOOK(int, fsync, (int fd), (fd), fd_inside(fd), 0)

#define OPEN(name) \
    int name(const char *path, int flags, ...) { \
        va_list rest; va_start(rest, flags); mode_t m = va_arg(rest, mode_t); va_end(rest); \
        if ((flags & O_CREAT) && step(inside(path), 1)) return -1; \
        return REAL(name)(path, flags, m); \
    }
#define OPENAT(name) \
    int name(int dir, const char *path, int flags, ...) { \
        va_list rest; va_start(rest, flags); mode_t m = va_arg(rest, mode_t); va_end(rest); \
        if ((flags & O_CREAT) && step(at_inside(dir, path), 1)) return -1; \
        return REAL(name)(dir, path, flags, m); \
    }
OPEN(open)
OPEN(open64)
OPENAT(openat)
OPENAT(openat64)
