#define _GNU_SOURCE
#include "Sweep.h"

#include "CProcessGuard.h"
#include "ProcessTable.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

// MARK: - Killing

static bool kill_if_child(const struct process_entry *entry, void *context) {
    if (entry->parent == *(const pid_t *)context) kill(entry->pid, SIGKILL);
    return true;
}

// Only children are killed, never deeper descendants: the id of a child that was not reaped cannot have passed to a
// stranger. When a child dies, its own children fall to this process (a child subreaper) and are next.
void sweep_descendants(void) {
    const struct timespec pause = {.tv_sec = 0, .tv_nsec = 1000 * 1000};
    const int patience = 5000;
    pid_t self = getpid();
    for (int idle = 0; idle < patience;) {
        process_table_visit(kill_if_child, &self);
        pid_t reaped;
        bool progressed = false;
        while ((reaped = waitpid(-1, NULL, WNOHANG | __WALL)) > 0) progressed = true;
        if (reaped < 0 && errno == ECHILD) return;
        if (progressed) {
            idle = 0;
        } else {
            nanosleep(&pause, NULL);
            idle++;
        }
    }
}

void ripple_guard_kill_descendants(void) {
    sweep_descendants();
}

// MARK: - Stopping and continuing

struct process_list {
    struct process_entry *entries;
    size_t count;
    size_t capacity;
};

static bool append_entry(const struct process_entry *entry, void *context) {
    struct process_list *list = context;
    if (list->count == list->capacity) {
        size_t capacity = list->capacity == 0 ? 256 : list->capacity * 2;
        struct process_entry *entries = realloc(list->entries, capacity * sizeof(*entries));
        if (entries == NULL) return false;
        list->entries = entries;
        list->capacity = capacity;
    }
    list->entries[list->count++] = *entry;
    return true;
}

static void signal_below(const struct process_list *list, pid_t parent, int signal) {
    for (size_t index = 0; index < list->count; index++) {
        if (list->entries[index].parent != parent) continue;
        kill(list->entries[index].pid, signal);
        signal_below(list, list->entries[index].pid, signal);
    }
}

void signal_descendants(int signal) {
    struct process_list list = {0};
    process_table_visit(append_entry, &list);
    signal_below(&list, getpid(), signal);
    free(list.entries);
}

// MARK: - Questions about processes

struct group_question {
    pid_t group;
    bool is_alive;
};

static bool is_live_member(const struct process_entry *entry, void *context) {
    struct group_question *question = context;
    if (entry->group == question->group && !entry->is_zombie) question->is_alive = true;
    return !question->is_alive;
}

bool ripple_guard_group_is_alive(pid_t group) {
    struct group_question question = {.group = group, .is_alive = false};
    process_table_visit(is_live_member, &question);
    return question.is_alive;
}

// The system call, unlike the C library's waitid(), has a fifth argument for resource usage, and answers it even when
// WNOWAIT leaves the child unreaped (kernel/exit.c).
int64_t ripple_guard_peak_memory(pid_t pid) {
    siginfo_t information = {0};
    struct rusage usage = {0};
    long result = syscall(SYS_waitid, P_PID, pid, &information, WEXITED | WNOWAIT | WNOHANG, &usage);
    if (result != 0 || information.si_pid != pid || usage.ru_maxrss <= 0) return -1;
    return (int64_t)usage.ru_maxrss * 1024;
}
