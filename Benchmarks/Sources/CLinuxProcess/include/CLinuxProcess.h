#ifndef C_LINUX_PROCESS_H
#define C_LINUX_PROCESS_H

#include <spawn.h>

// What the C library declares only under _GNU_SOURCE, which Swift's Glibc module does not set.

/// posix_spawn_file_actions_addchdir_np(3), glibc 2.29 and later.
int bench_add_directory(posix_spawn_file_actions_t *actions, const char *path);

/// Limits this process, and those it starts, to the first `count` processors that it may use now.
/// Returns how many it then has, or 0 when the limit could not be set.
int bench_limit_processors(int count);

#endif
