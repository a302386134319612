#include "CLibgit2.h"

#include "LooseObjects.h"

#include <git2.h>
#include <git2/sys/mempack.h>
#include <git2/sys/odb_backend.h>
#include <git2/sys/repository.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// The opaque handles are libgit2's own objects under another name; nothing is wrapped.
#define REPOSITORY(handle) ((git_repository *)(handle))
#define ODB(handle) ((git_odb *)(handle))
#define OBJECT(handle) ((git_odb_object *)(handle))

// 20 until libgit2 2.0 makes SHA-256 repositories readable.
#define ID_BYTES 20

static void export_id(ripple_git_id *out, const git_oid *id)
{
    memset(out, 0, sizeof *out);
    memcpy(out->bytes, id->id, ID_BYTES);
    out->count = ID_BYTES;
}

static git_oid import_id(const ripple_git_id *id)
{
    git_oid oid;
    memset(&oid, 0, sizeof oid);
    memcpy(oid.id, id->bytes, ID_BYTES);
    return oid;
}

static int copy_string(char *buffer, size_t size, const char *text)
{
    size_t length = strlen(text);
    if (length >= size)
        return GIT_EBUFS;
    memcpy(buffer, text, length + 1);
    return 0;
}

int ripple_git_start(void)
{
    int count = git_libgit2_init();
    if (count < 0)
        return count;
    if (count > 1)
        return 0;
    // A reader may ignore these: they concern writing, or how missing objects and worktree settings are found.
    const char *extensions[] = {"partialclone", "worktreeconfig", "preciousobjects", "relativeworktrees"};
    git_libgit2_opts(GIT_OPT_SET_EXTENSIONS, extensions, sizeof extensions / sizeof extensions[0]);
    git_libgit2_opts(GIT_OPT_SET_OWNER_VALIDATION, 0);
    git_libgit2_opts(GIT_OPT_ENABLE_STRICT_HASH_VERIFICATION, 0);
    git_libgit2_opts(GIT_OPT_ENABLE_CACHING, 0);
    git_libgit2_opts(GIT_OPT_DISABLE_PACK_KEEP_FILE_CHECKS, 1);
    return 0;
}

const char *ripple_git_last_error(void)
{
    const git_error *error = git_error_last();
    return error ? error->message : NULL;
}

int ripple_git_version(void)
{
    int major, minor, revision;
    git_libgit2_version(&major, &minor, &revision);
    return major * 10000 + minor * 100 + revision;
}

static int guarded(int status, ripple_git_repository **out, bool from_environment)
{
    if (status == 0 && (status = ripple_git_guard_loose_objects(REPOSITORY(*out), from_environment)) < 0) {
        git_repository_free(REPOSITORY(*out));
        *out = NULL;
    }
    return status;
}

int ripple_git_repository_open_bare(ripple_git_repository **out, const char *directory)
{
    return guarded(git_repository_open_bare((git_repository **)out, directory), out, false);
}

int ripple_git_repository_open(ripple_git_repository **out, const char *path, bool from_environment)
{
    unsigned flags = from_environment ? GIT_REPOSITORY_OPEN_FROM_ENV : 0;
    int status = git_repository_open_ext((git_repository **)out, from_environment ? NULL : path, flags, NULL);
    return guarded(status, out, from_environment);
}

void ripple_git_repository_free(ripple_git_repository *repository)
{
    git_repository_free(REPOSITORY(repository));
}

bool ripple_git_repository_is_bare(ripple_git_repository *repository)
{
    return git_repository_is_bare(REPOSITORY(repository)) == 1;
}

const char *ripple_git_repository_directory(ripple_git_repository *repository)
{
    return git_repository_path(REPOSITORY(repository));
}

const char *ripple_git_repository_common_directory(ripple_git_repository *repository)
{
    return git_repository_commondir(REPOSITORY(repository));
}

const char *ripple_git_repository_working_directory(ripple_git_repository *repository)
{
    return git_repository_workdir(REPOSITORY(repository));
}

int ripple_git_repository_head_unborn(ripple_git_repository *repository)
{
    return git_repository_head_unborn(REPOSITORY(repository));
}

bool ripple_git_config_bool(ripple_git_repository *repository, const char *name, bool fallback)
{
    git_config *config = NULL;
    int value = fallback;
    if (git_repository_config_snapshot(&config, REPOSITORY(repository)) < 0)
        return fallback;
    if (git_config_get_bool(&value, config, name) < 0)
        value = fallback;
    git_config_free(config);
    return value != 0;
}

int ripple_git_config_string(char *buffer, size_t size, ripple_git_repository *repository, const char *name)
{
    git_config *config = NULL;
    git_buf text = {0};
    int status = git_repository_config_snapshot(&config, REPOSITORY(repository));
    if (status < 0)
        return status;
    status = git_config_get_string_buf(&text, config, name);
    git_config_free(config);
    if (status < 0)
        return status;
    status = copy_string(buffer, size, text.ptr);
    git_buf_dispose(&text);
    return status;
}

int ripple_git_config_path(char *buffer, size_t size, ripple_git_repository *repository, const char *name)
{
    git_config *config = NULL;
    git_buf path = {0};
    int status = git_repository_config_snapshot(&config, REPOSITORY(repository));
    if (status < 0)
        return status;
    status = git_config_get_path(&path, config, name);
    git_config_free(config);
    if (status < 0)
        return status;
    status = copy_string(buffer, size, path.ptr);
    git_buf_dispose(&path);
    return status;
}

int ripple_git_resolve(ripple_git_id *out, int *kind, ripple_git_repository *repository, const char *expression)
{
    git_object *object = NULL, *peeled = NULL;
    int status = git_revparse_single(&object, REPOSITORY(repository), expression);
    if (status < 0)
        return status;
    if (git_object_type(object) == GIT_OBJECT_TAG) {
        status = git_object_peel(&peeled, object, GIT_OBJECT_ANY);
        git_object_free(object);
        if (status < 0)
            return status;
        object = peeled;
    }
    export_id(out, git_object_id(object));
    *kind = git_object_type(object);
    git_object_free(object);
    return 0;
}

int ripple_git_symbolic_target(char *buffer, size_t size, ripple_git_repository *repository, const char *name)
{
    git_reference *reference = NULL;
    int status = git_reference_lookup(&reference, REPOSITORY(repository), name);
    if (status < 0)
        return status;
    const char *target = git_reference_symbolic_target(reference);
    status = target ? copy_string(buffer, size, target) : GIT_ENOTFOUND;
    git_reference_free(reference);
    return status;
}

int ripple_git_reference_id(ripple_git_id *out, ripple_git_repository *repository, const char *name)
{
    git_reference *reference = NULL, *direct = NULL;
    int status = git_reference_dwim(&reference, REPOSITORY(repository), name);
    if (status < 0)
        return status;
    if ((status = git_reference_resolve(&direct, reference)) == 0)
        export_id(out, git_reference_target(direct));
    git_reference_free(direct);
    git_reference_free(reference);
    return status;
}

int ripple_git_merge_bases(
    ripple_git_id *out, size_t capacity, size_t *count, ripple_git_repository *repository, const ripple_git_id *one,
    const ripple_git_id *two)
{
    git_oid first = import_id(one), second = import_id(two);
    git_oidarray bases = {0};
    int status = git_merge_bases(&bases, REPOSITORY(repository), &first, &second);
    if (status < 0)
        return status;
    *count = bases.count;
    for (size_t index = 0; index < bases.count && index < capacity; index++)
        export_id(&out[index], &bases.ids[index]);
    git_oidarray_dispose(&bases);
    return 0;
}

int ripple_git_odb_open(ripple_git_odb **out, ripple_git_repository *repository)
{
    return git_repository_odb((git_odb **)out, REPOSITORY(repository));
}

void ripple_git_odb_free(ripple_git_odb *odb)
{
    git_odb_free(ODB(odb));
}

int ripple_git_odb_read(ripple_git_object **out, ripple_git_odb *odb, const ripple_git_id *id)
{
    git_oid oid = import_id(id);
    return git_odb_read((git_odb_object **)out, ODB(odb), &oid);
}

bool ripple_git_odb_exists(ripple_git_odb *odb, const ripple_git_id *id)
{
    git_oid oid = import_id(id);
    return git_odb_exists_ext(ODB(odb), &oid, GIT_ODB_LOOKUP_NO_REFRESH) == 1;
}

void ripple_git_object_free(ripple_git_object *object)
{
    git_odb_object_free(OBJECT(object));
}

const uint8_t *ripple_git_object_data(ripple_git_object *object)
{
    return git_odb_object_data(OBJECT(object));
}

size_t ripple_git_object_size(ripple_git_object *object)
{
    return git_odb_object_size(OBJECT(object));
}

int ripple_git_object_kind(ripple_git_object *object)
{
    return git_odb_object_type(OBJECT(object));
}

// libgit2 asks the index for attributes and for line endings, and fails on sparse indexes and on those without a
// checksum. So it gets an index of ours that holds the one entry it may ask for.
static int lend_index(git_repository *repository, const char *path, const ripple_git_id *recorded)
{
    git_index *index = NULL;
    int status = git_index_new(&index);
    if (status < 0)
        return status;
    if ((status = git_repository_set_index(repository, index)) == 0 && recorded) {
        git_index_entry entry = {0};
        entry.mode = GIT_FILEMODE_BLOB;
        entry.id = import_id(recorded);
        entry.path = path;
        // The object may be absent from a partial clone; then nothing is known about its line endings.
        git_index_add(index, &entry);
    }
    git_index_free(index);
    return status;
}

int ripple_git_hash_file(
    ripple_git_id *out, ripple_git_repository *repository, const char *path, const char *as_path,
    const ripple_git_id *recorded)
{
    git_oid oid;
    git_filter_list *filters = NULL;
    git_buf content = {0};
    int status = lend_index(REPOSITORY(repository), as_path, recorded);
    if (status < 0)
        return status;
    // Unsafe conversions are only warned about when git adds a file; they do not change its id.
    status = git_filter_list_load(
        &filters, REPOSITORY(repository), NULL, as_path, GIT_FILTER_TO_ODB, GIT_FILTER_ALLOW_UNSAFE);
    if (status < 0)
        return status;
    if (filters) {
        status = git_filter_list_apply_to_file(&content, filters, REPOSITORY(repository), path);
        if (status == 0)
            status = git_odb_hash(&oid, content.ptr, content.size, GIT_OBJECT_BLOB);
        git_buf_dispose(&content);
        git_filter_list_free(filters);
    } else {
        status = git_odb_hashfile(&oid, path, GIT_OBJECT_BLOB);
    }
    if (status == 0)
        export_id(out, &oid);
    return status;
}

bool ripple_git_has_external_filter(ripple_git_repository *repository, const char *path)
{
    const char *value = NULL;
    git_config *config = NULL;
    bool found = false;
    if (lend_index(REPOSITORY(repository), path, NULL) < 0)
        return false;
    if (git_attr_get(&value, REPOSITORY(repository), GIT_ATTR_CHECK_FILE_THEN_INDEX, path, "working-tree-encoding") == 0
        && git_attr_value(value) == GIT_ATTR_VALUE_STRING)
        return true;
    if (git_attr_get(&value, REPOSITORY(repository), GIT_ATTR_CHECK_FILE_THEN_INDEX, path, "filter") < 0
        || git_attr_value(value) != GIT_ATTR_VALUE_STRING)
        return false;
    if (git_repository_config_snapshot(&config, REPOSITORY(repository)) < 0)
        return false;
    const char *kinds[] = {"clean", "process"};
    for (size_t kind = 0; kind < 2 && !found; kind++) {
        char name[512];
        const char *command = NULL;
        int length = snprintf(name, sizeof name, "filter.%s.%s", value, kinds[kind]);
        found = length > 0 && (size_t)length < sizeof name && git_config_get_string(&command, config, name) == 0;
    }
    git_config_free(config);
    return found;
}

// A database backend that keeps what is written in memory, so that nothing reaches the disk.
static int keep_new_objects_in_memory(git_repository *repository)
{
    git_odb *odb = NULL;
    git_odb_backend *memory = NULL;
    int status = git_repository_odb(&odb, repository);
    if (status < 0)
        return status;
    if ((status = git_mempack_new(&memory)) == 0 && (status = git_odb_add_backend(odb, memory, 999)) < 0)
        memory->free(memory);
    git_odb_free(odb);
    return status;
}

int ripple_git_merge_in_memory(
    ripple_git_id *tree, bool *conflicted, ripple_git_repository *repository, const ripple_git_id *ours,
    const ripple_git_id *theirs)
{
    git_oid one = import_id(ours), two = import_id(theirs), merged;
    git_commit *first = NULL, *second = NULL;
    git_index *index = NULL;
    git_merge_options options = GIT_MERGE_OPTIONS_INIT;
    int status;
    if ((status = git_commit_lookup(&first, REPOSITORY(repository), &one)) == 0
        && (status = git_commit_lookup(&second, REPOSITORY(repository), &two)) == 0
        && (status = keep_new_objects_in_memory(REPOSITORY(repository))) == 0
        && (status = git_merge_commits(&index, REPOSITORY(repository), first, second, &options)) == 0) {
        *conflicted = git_index_has_conflicts(index);
        if (!*conflicted && (status = git_index_write_tree_to(&merged, index, REPOSITORY(repository))) == 0)
            export_id(tree, &merged);
    }
    git_index_free(index);
    git_commit_free(first);
    git_commit_free(second);
    return status;
}
