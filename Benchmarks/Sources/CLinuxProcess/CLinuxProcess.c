#define _GNU_SOURCE
#include "CLinuxProcess.h"

#include <sched.h>

int bench_add_directory(posix_spawn_file_actions_t *actions, const char *path) {
    return posix_spawn_file_actions_addchdir_np(actions, path);
}

int bench_limit_processors(int count) {
    cpu_set_t allowed;
    if (sched_getaffinity(0, sizeof allowed, &allowed) != 0) return 0;
    int kept = 0;
    for (int index = 0; index < CPU_SETSIZE; index += 1) {
        if (!CPU_ISSET(index, &allowed)) continue;
        if (kept < count) kept += 1; else CPU_CLR(index, &allowed);
    }
    return sched_setaffinity(0, sizeof allowed, &allowed) == 0 ? kept : 0;
}
