// One pass over /proc, without allocation, so that it may run in a signal handler.

#ifndef PROCESS_TABLE_H
#define PROCESS_TABLE_H

#include <stdbool.h>
#include <sys/types.h>

struct process_entry {
    pid_t pid;
    pid_t parent;
    pid_t group;
    bool is_zombie;
};

/// Calls `visit` for every process that can be seen, in no order, until it returns false.
///
/// Processes that start or end meanwhile may be missed; callers repeat until nothing is left. Async-signal-safe.
void process_table_visit(bool (*visit)(const struct process_entry *entry, void *context), void *context);

#endif
