#define _GNU_SOURCE
#include "ProcessTable.h"

#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

// The kernel's record for getdents64(2), which the C library does not declare everywhere.
struct directory_record {
    uint64_t inode;
    int64_t offset;
    uint16_t length;
    uint8_t type;
    char name[];
};

/// Reads a number that ends at a space or the end of the text; -1 when there is none.
static long read_number(const char **cursor) {
    const char *text = *cursor;
    while (*text == ' ') text++;
    bool is_negative = *text == '-';
    if (is_negative) text++;
    if (*text < '0' || *text > '9') return -1;
    long value = 0;
    while (*text >= '0' && *text <= '9') value = value * 10 + (*text++ - '0');
    *cursor = text;
    return is_negative ? -value : value;
}

/// Reads /proc/PID/stat (proc(5)): `pid (comm) state ppid pgrp ...`, where comm may hold spaces and parentheses, so
/// that the fields are counted from the last closing parenthesis. Field 20 is the number of threads.
static bool read_entry(int proc, const char *name, struct process_entry *entry) {
    char path[32];
    size_t length = strlen(name);
    if (length + sizeof("/stat") > sizeof(path)) return false;
    memcpy(path, name, length);
    memcpy(path + length, "/stat", sizeof("/stat"));
    int file = openat(proc, path, O_RDONLY | O_CLOEXEC);
    if (file < 0) return false;
    char text[1024];
    ssize_t count = read(file, text, sizeof(text) - 1);
    close(file);
    if (count <= 0) return false;
    text[count] = '\0';

    const char *cursor = text;
    entry->pid = (pid_t)read_number(&cursor);
    const char *close_parenthesis = NULL;
    for (const char *at = cursor; *at != '\0'; at++) {
        if (*at == ')') close_parenthesis = at;
    }
    if (close_parenthesis == NULL || close_parenthesis[1] != ' ') return false;
    char state = close_parenthesis[2];
    if (state == '\0') return false;
    cursor = close_parenthesis + 3;
    entry->parent = (pid_t)read_number(&cursor);
    entry->group = (pid_t)read_number(&cursor);
    long threads = 0;
    for (int field = 6; field <= 20; field++) threads = read_number(&cursor);
    // A process whose first thread has ended while others go on also shows as Z.
    entry->is_zombie = (state == 'Z' || state == 'X') && threads <= 1;
    return entry->pid > 0;
}

void process_table_visit(bool (*visit)(const struct process_entry *entry, void *context), void *context) {
    int proc = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (proc < 0) return;
    _Alignas(struct directory_record) char buffer[8192];
    for (;;) {
        long count = syscall(SYS_getdents64, proc, buffer, sizeof(buffer));
        if (count <= 0) break;
        for (long at = 0; at < count;) {
            const struct directory_record *record = (const struct directory_record *)(buffer + at);
            at += record->length;
            if (record->name[0] < '1' || record->name[0] > '9') continue;
            struct process_entry entry;
            if (read_entry(proc, record->name, &entry) && !visit(&entry, context)) {
                close(proc);
                return;
            }
        }
    }
    close(proc);
}
