/* Stands before libc: fsync and fdatasync wait first. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <time.h>

typedef int sync_call(int);

static int late(const char *name, int file)
{
    const struct timespec pause = {0, DELAY_MS * 1000000L};
    nanosleep(&pause, 0);
    return ((sync_call *)dlsym(RTLD_NEXT, name))(file);
}

int fsync(int file) { return late("fsync", file); }
int fdatasync(int file) { return late("fdatasync", file); }
