// The whole of libgit2 that Ripple uses, with fixed arity and no struct layout of libgit2's own.
//
// Swift cannot import the variadic git_libgit2_opts, and git_oid changes its layout between releases and in SHA-256
// builds; so both stay on the C side. Handles are opaque. Every function returns 0 or libgit2's negative code; after a
// failure the message is read with ripple_git_last_error on the same thread, at once.
#ifndef RIPPLE_CLIBGIT2_H
#define RIPPLE_CLIBGIT2_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct ripple_git_repository ripple_git_repository;
typedef struct ripple_git_odb ripple_git_odb;
typedef struct ripple_git_object ripple_git_object;

/// An object id: 20 bytes of SHA-1 or 32 of SHA-256.
typedef struct {
    uint8_t bytes[32];
    uint8_t count;
} ripple_git_id;

enum {
    RIPPLE_GIT_NOT_FOUND = -3,
    RIPPLE_GIT_AMBIGUOUS = -5,
    RIPPLE_GIT_UNBORN = -9,
    RIPPLE_GIT_INVALID_SPEC = -12,
};

enum {
    RIPPLE_GIT_OBJECT_COMMIT = 1,
    RIPPLE_GIT_OBJECT_TREE = 2,
    RIPPLE_GIT_OBJECT_BLOB = 3,
};

/// Starts libgit2 once for a read-only program: owner checks off (the command layer has its own policy), hash
/// verification off (git does not verify on this path either), object cache off (one pass gains nothing from it),
/// and the repository extensions a reader can ignore allowed.
int ripple_git_start(void);

/// The message of the last failure on this thread, or NULL. Valid until the next call into libgit2.
const char *ripple_git_last_error(void);

/// Major * 10000 + minor * 100 + revision of the libgit2 that was loaded.
int ripple_git_version(void);

/// Opens the repository that contains `path`, searching upward, or the one the GIT_* variables name.
int ripple_git_repository_open(ripple_git_repository **out, const char *path, bool from_environment);
/// Opens a `.git` directory without its working tree, which its configuration may name and which may be gone.
int ripple_git_repository_open_bare(
    ripple_git_repository **out, const char *directory);
void ripple_git_repository_free(ripple_git_repository *repository);
bool ripple_git_repository_is_bare(ripple_git_repository *repository);
/// Paths are borrowed from the repository and end with a slash; the working directory is NULL when bare.
const char *ripple_git_repository_directory(ripple_git_repository *repository);
const char *ripple_git_repository_common_directory(ripple_git_repository *repository);
const char *ripple_git_repository_working_directory(ripple_git_repository *repository);
/// 1 when HEAD names a branch without commits.
int ripple_git_repository_head_unborn(ripple_git_repository *repository);
/// A boolean of the repository's configuration; `fallback` when it is not set or unreadable.
bool ripple_git_config_bool(ripple_git_repository *repository, const char *name, bool fallback);

/// A text of the repository's configuration, copied into `buffer`.
int ripple_git_config_string(char *buffer, size_t size, ripple_git_repository *repository, const char *name);
/// A path of the repository's configuration with `~` expanded, copied into `buffer`.
int ripple_git_config_path(char *buffer, size_t size, ripple_git_repository *repository, const char *name);

/// Resolves a revision expression; peels a tag; gives the object's id and RIPPLE_GIT_OBJECT_* kind.
int ripple_git_resolve(ripple_git_id *out, int *kind, ripple_git_repository *repository, const char *expression);
/// The full name a symbolic reference points to, copied into `buffer`.
int ripple_git_symbolic_target(char *buffer, size_t size, ripple_git_repository *repository, const char *name);

/// The id that the reference called `name`, in full or short, leads to; the object itself need not be there.
int ripple_git_reference_id(ripple_git_id *out, ripple_git_repository *repository, const char *name);

/// All best common ancestors; writes up to `capacity` and sets `count`. RIPPLE_GIT_NOT_FOUND when there is none.
int ripple_git_merge_bases(
    ripple_git_id *out, size_t capacity, size_t *count, ripple_git_repository *repository, const ripple_git_id *one,
    const ripple_git_id *two);

int ripple_git_odb_open(ripple_git_odb **out, ripple_git_repository *repository);
void ripple_git_odb_free(ripple_git_odb *odb);
int ripple_git_odb_read(ripple_git_object **out, ripple_git_odb *odb, const ripple_git_id *id);
/// Whether the object is in what was read of the database so far; packs that came since are not looked for.
bool ripple_git_odb_exists(ripple_git_odb *odb, const ripple_git_id *id);
void ripple_git_object_free(ripple_git_object *object);
const uint8_t *ripple_git_object_data(ripple_git_object *object);
size_t ripple_git_object_size(ripple_git_object *object);
int ripple_git_object_kind(ripple_git_object *object);

/// The blob id that git would give the file after the filters that apply to `as_path` (line endings, ident).
/// `recorded` is the blob the index holds there, or NULL: git converts no line endings where it already has a CR.
int ripple_git_hash_file(
    ripple_git_id *out, ripple_git_repository *repository, const char *path, const char *as_path,
    const ripple_git_id *recorded);
/// Whether a clean filter of the configuration or an encoding decides what is stored for the path; libgit2 runs neither.
bool ripple_git_has_external_filter(ripple_git_repository *repository, const char *path);

/// Merges two commits. The tree and what it needs are in memory, readable through the repository's database; when they
/// conflict `conflicted` is set and there is no tree.
int ripple_git_merge_in_memory(
    ripple_git_id *tree, bool *conflicted, ripple_git_repository *repository, const ripple_git_id *ours,
    const ripple_git_id *theirs);

#endif
