#pragma once

#include <git2.h>

// Lets objects whose loose file is cut off be read as an error.
int ripple_git_guard_loose_objects(git_repository *repository, int from_environment);
