// Nothing that Ripple started survives Ripple: two processes watch each other, and whichever outlives the other kills
// every descendant, daemons included. Killing both in the same instant is the one thing that this cannot survive. Linux
// only (prctl(2), proc(5)).

#ifndef CPROCESSGUARD_H
#define CPROCESSGUARD_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/// Splits this process in two: the guard, which keeps the process id that the user sees and never returns from this
/// call, and the worker, in which the call returns 0 and the program goes on.
///
/// Call it once, before any thread exists and before anything is started or buffered for output.
///
/// - The guard passes SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2 and SIGWINCH on to the worker; it stops and
///   continues the whole tree on SIGTSTP and SIGCONT. It ends with the worker's exit code, or 128 + signal, after
///   killing and reaping every process that is left below it.
/// - The worker leads a process group of its own, so that killing the guard's group does not reach it. Processes below
///   it that lose their parent fall to it. When the guard dies in any way, the worker kills every descendant and ends
///   with 137. It ignores SIGTTOU and SIGTTIN, because its group is not the terminal's: it can write to the terminal
///   and cannot read from it. A handler for SIGHUP that the program installs should not end the process itself.
///
/// Returns -1 and sets errno when the process could not be split; the program then goes on unguarded.
int ripple_guard_start(void);

/// Kills and reaps every descendant of this process, orphans of orphans included.
///
/// For the end of a run: no child may be awaited by anyone else at that time, as their statuses are consumed.
/// Returns when there is no child left, or when those left have not died for five seconds (uninterruptible, or of
/// another user).
void ripple_guard_kill_descendants(void);

/// Whether a process that is not a zombie belongs to the process group.
bool ripple_guard_group_is_alive(pid_t group);

/// The peak resident size in bytes of the largest of a process that ended and the descendants it waited for;
/// -1 when that is not known.
///
/// The process must be a child of the caller that ended and was not reaped; it is left so. A program that was started
/// from a process inherits that process's peak as a lower bound (the kernel's accounting, see getrusage(2)).
int64_t ripple_guard_peak_memory(pid_t pid);

#endif
