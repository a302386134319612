// A loose object whose file is cut off, as a full disk or a power failure leaves it, makes libgit2 1.5 inflate for ever.
// So a backend of ours is asked before libgit2's own: it gives no objects, but an error where the file ends too early.

#include "LooseObjects.h"

#include <fcntl.h>
#include <git2/errors.h>
#include <git2/sys/odb_backend.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

// MARK: Whether a stream ends. Format: RFC 1950 and RFC 1951, of which nothing is decoded but the lengths of things.

typedef struct {
    const unsigned char *data;
    size_t size, at;
    unsigned held, count;
    int is_cut, is_wrong;
} bits;

typedef struct {
    unsigned short counts[16], symbols[288];
} code;

static unsigned take(bits *in, unsigned count)
{
    while (in->count < count) {
        if (in->at == in->size) {
            in->is_cut = 1;
            return 0;
        }
        in->held |= (unsigned)in->data[in->at++] << in->count;
        in->count += 8;
    }
    unsigned value = in->held & ((1u << count) - 1);
    in->held >>= count;
    in->count -= count;
    return value;
}

static void make_code(code *out, const unsigned char *lengths, int count)
{
    unsigned short offsets[16];
    memset(out->counts, 0, sizeof out->counts);
    for (int symbol = 0; symbol < count; symbol++)
        out->counts[lengths[symbol]]++;
    out->counts[0] = 0;
    offsets[1] = 0;
    for (int length = 1; length < 15; length++)
        offsets[length + 1] = offsets[length] + out->counts[length];
    for (int symbol = 0; symbol < count; symbol++)
        if (lengths[symbol])
            out->symbols[offsets[lengths[symbol]]++] = (unsigned short)symbol;
}

static int symbol(bits *in, const code *table)
{
    int value = 0, first = 0, index = 0;
    for (int length = 1; length <= 15; length++) {
        value |= (int)take(in, 1);
        if (in->is_cut)
            return -1;
        int count = table->counts[length];
        if (value - count < first)
            return table->symbols[index + (value - first)];
        index += count;
        first = (first + count) << 1;
        value <<= 1;
    }
    in->is_wrong = 1;
    return -1;
}

static void fixed_codes(code *literals, code *distances)
{
    unsigned char lengths[288];
    for (int at = 0; at < 288; at++)
        lengths[at] = at < 144 ? 8 : at < 256 ? 9 : at < 280 ? 7 : 8;
    make_code(literals, lengths, 288);
    memset(lengths, 5, 30);
    make_code(distances, lengths, 30);
}

static void dynamic_codes(bits *in, code *literals, code *distances)
{
    static const unsigned char order[19] = {16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15};
    unsigned char lengths[320] = {0};
    int literal_count = (int)take(in, 5) + 257, distance_count = (int)take(in, 5) + 1, code_count = (int)take(in, 4) + 4;
    int count = literal_count + distance_count, at = 0;
    if (literal_count > 286 || distance_count > 30)
        in->is_wrong = 1;
    for (int number = 0; number < code_count; number++)
        lengths[order[number]] = (unsigned char)take(in, 3);
    make_code(literals, lengths, 19);
    memset(lengths, 0, sizeof lengths);
    while (at < count && !in->is_cut && !in->is_wrong) {
        int next = symbol(in, literals);
        if (next < 0)
            return;
        int times = 1;
        unsigned char length = (unsigned char)next;
        if (next == 16) {
            length = at ? lengths[at - 1] : 0;
            times = 3 + (int)take(in, 2);
        } else if (next > 16) {
            length = 0;
            times = next == 17 ? 3 + (int)take(in, 3) : 11 + (int)take(in, 7);
        }
        if (at + times > count) {
            in->is_wrong = 1;
            return;
        }
        memset(lengths + at, length, (size_t)times);
        at += times;
    }
    if (in->is_cut || in->is_wrong)
        return;
    make_code(literals, lengths, literal_count);
    make_code(distances, lengths + literal_count, distance_count);
}

// Whether the stream stops before its own end. One that is wrong in another way is left to libgit2, which notices.
static int is_cut_off(const unsigned char *data, size_t size)
{
    bits in = {data, size, 2, 0, 0, 0, 0};
    int is_last = 0;
    if (size < 2)
        return 1;
    while (!is_last && !in.is_cut && !in.is_wrong) {
        is_last = (int)take(&in, 1);
        unsigned kind = take(&in, 2);
        if (in.is_cut || kind == 3)
            break;
        if (kind == 0) {
            in.held = in.count = 0;
            if (in.size - in.at < 4)
                return 1;
            size_t length = data[in.at] | (size_t)data[in.at + 1] << 8;
            if (in.size - in.at - 4 < length)
                return 1;
            in.at += 4 + length;
            continue;
        }
        code literals, distances;
        if (kind == 1)
            fixed_codes(&literals, &distances);
        else
            dynamic_codes(&in, &literals, &distances);
        while (!in.is_cut && !in.is_wrong) {
            int next = symbol(&in, &literals);
            if (next < 0 || next == 256)
                break;
            if (next < 256)
                continue;
            int extra = next < 265 || next == 285 ? 0 : (next - 261) / 4;
            take(&in, (unsigned)extra);
            next = symbol(&in, &distances);
            if (next >= 4)
                take(&in, (unsigned)(next / 2 - 1));
        }
    }
    if (in.is_wrong)
        return 0;
    // Four bytes of checksum follow the last block.
    return in.is_cut || (is_last && in.size - in.at < 4);
}

// MARK: The backend

typedef struct {
    git_odb_backend parent;
    char *directories[64];
    int count;
} guard;

static int guard_read(void **data, size_t *size, git_object_t *type, git_odb_backend *backend, const git_oid *id)
{
    guard *self = (guard *)backend;
    char hex[GIT_OID_HEXSZ + 1], path[4096];
    (void)data, (void)size, (void)type;
    git_oid_tostr(hex, sizeof hex, id);
    for (int number = 0; number < self->count; number++) {
        struct stat status;
        int length = snprintf(path, sizeof path, "%s/%.2s/%s", self->directories[number], hex, hex + 2);
        if (length < 0 || (size_t)length >= sizeof path)
            continue;
        int file = open(path, O_RDONLY | O_CLOEXEC);
        if (file < 0)
            continue;
        int is_cut = 0;
        if (fstat(file, &status) == 0 && S_ISREG(status.st_mode)) {
            void *map = status.st_size ? mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_PRIVATE, file, 0) : NULL;
            if (map != MAP_FAILED) {
                is_cut = is_cut_off(map, (size_t)status.st_size);
                if (map)
                    munmap(map, (size_t)status.st_size);
            }
        }
        close(file);
        if (is_cut) {
            git_error_set_str(GIT_ERROR_ODB, "its file is cut off");
            return GIT_ERROR;
        }
    }
    return GIT_PASSTHROUGH;
}

static void guard_free(git_odb_backend *backend)
{
    guard *self = (guard *)backend;
    for (int number = 0; number < self->count; number++)
        free(self->directories[number]);
    free(self);
}

// Adds an object directory and those it borrows from, as deep as git goes.
static void add_directory(guard *self, const char *directory, int depth)
{
    char path[4096], line[4096];
    if (self->count == 64 || depth > 5 || !*directory)
        return;
    for (int number = 0; number < self->count; number++)
        if (strcmp(self->directories[number], directory) == 0)
            return;
    if (!(self->directories[self->count] = strdup(directory)))
        return;
    self->count++;
    snprintf(path, sizeof path, "%s/info/alternates", directory);
    FILE *file = fopen(path, "re");
    if (!file)
        return;
    while (fgets(line, sizeof line, file)) {
        line[strcspn(line, "\n")] = 0;
        if (*line == '/')
            add_directory(self, line, depth + 1);
        else if (*line && *line != '#' && snprintf(path, sizeof path, "%s/%s", directory, line) < (int)sizeof path)
            add_directory(self, path, depth + 1);
    }
    fclose(file);
}

int ripple_git_guard_loose_objects(git_repository *repository, int from_environment)
{
    git_odb *odb = NULL;
    char path[4096];
    guard *self = calloc(1, sizeof *self);
    if (!self || git_odb_init_backend(&self->parent, GIT_ODB_BACKEND_VERSION) < 0) {
        free(self);
        return GIT_ERROR;
    }
    self->parent.read = guard_read;
    self->parent.free = guard_free;
    const char *own = from_environment ? getenv("GIT_OBJECT_DIRECTORY") : NULL;
    snprintf(path, sizeof path, "%sobjects", git_repository_commondir(repository));
    add_directory(self, own ? own : path, 0);
    const char *others = from_environment ? getenv("GIT_ALTERNATE_OBJECT_DIRECTORIES") : NULL;
    while (others && *others) {
        size_t length = strcspn(others, ":");
        if (length < sizeof path) {
            memcpy(path, others, length);
            path[length] = 0;
            add_directory(self, path, 1);
        }
        others += length + (others[length] == ':');
    }
    // After packs and before loose objects.
    int status = git_repository_odb(&odb, repository);
    if (status == 0)
        status = git_odb_add_backend(odb, &self->parent, 2);
    git_odb_free(odb);
    if (status < 0)
        guard_free(&self->parent);
    return status;
}
