#define _GNU_SOURCE
#include "CProcessGuard.h"
#include "Sweep.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

static const char sweep_variable[] = "RIPPLE_GUARD_SWEEP=";

/// What the worker becomes when the guard has died; made before the split, because a signal handler cannot allocate.
static pid_t guard_process;
static char *sweep_arguments[2];
static char **sweep_environment;
static char sweep_marker[sizeof(sweep_variable) + 24];

// MARK: - The worker, after the guard's death

// The other threads of the worker may be starting tasks at this moment, so that no loop in this handler could ever be
// sure to have killed the last one. execve() ends them all at once and keeps the process id, the children and the
// child-subreaper attribute. The new image is this program again; `sweep_when_asked` takes over before its main().
static void guard_has_died(int signal) {
    (void)signal;
    // A stray signal while the guard lives.
    if (getppid() == guard_process) return;
    execve("/proc/self/exe", sweep_arguments, sweep_environment);
    sweep_descendants();
    _exit(128 + SIGKILL);
}

// When the guard dies while the tree is suspended, the kernel sends the worker's group SIGHUP and SIGCONT, as it is now
// an orphaned process group with a stopped member (POSIX, "_Exit"). That comes before the signal above, and by its
// standard meaning would end the worker before it has cleaned up.
static void hung_up(int signal) {
    guard_has_died(signal);
    struct sigaction standard = {.sa_handler = SIG_DFL};
    sigaction(signal, &standard, NULL);
    raise(signal);
}

// The marker names the process, so that a stray variable in somebody's environment means nothing.
__attribute__((constructor)) static void sweep_when_asked(void) {
    const char *value = NULL;
    for (char **entry = environ; entry != NULL && *entry != NULL; entry++) {
        if (strncmp(*entry, sweep_variable, sizeof(sweep_variable) - 1) == 0) {
            value = *entry + sizeof(sweep_variable) - 1;
        }
    }
    if (value == NULL || strtol(value, NULL, 10) != (long)getpid()) return;
    sweep_descendants();
    _exit(128 + SIGKILL);
}

/// The environment is kept as it is: the program may need it to find its shared libraries.
static int prepare_sweep(void) {
    size_t count = 0;
    while (environ != NULL && environ[count] != NULL) count++;
    sweep_environment = calloc(count + 2, sizeof(char *));
    if (sweep_environment == NULL) return -1;
    for (size_t index = 0; index < count; index++) sweep_environment[index] = environ[index];
    sweep_environment[count] = sweep_marker;
    static char name[] = "ripple";
    sweep_arguments[0] = name;
    return 0;
}

// MARK: - The guard

static void add_watched_signals(sigset_t *set) {
    static const int watched[] = {
        SIGCHLD, SIGCONT, SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP, SIGTTIN, SIGTTOU, SIGUSR1, SIGUSR2, SIGWINCH,
    };
    sigemptyset(set);
    for (size_t index = 0; index < sizeof(watched) / sizeof(watched[0]); index++) sigaddset(set, watched[index]);
}

/// Reaps what has ended; true when the worker was among it.
static bool reap(pid_t worker, int *worker_status) {
    int status;
    pid_t pid;
    bool found = false;
    while ((pid = waitpid(-1, &status, WNOHANG | __WALL)) > 0) {
        if (pid != worker) continue;
        *worker_status = status;
        found = true;
    }
    return found;
}

// Signals are taken one by one with sigwaitinfo() instead of in handlers: nothing is ever sent to a worker that was
// already reaped, whose process id might belong to a stranger.
static _Noreturn void watch(pid_t worker, const sigset_t *watched) {
    // Also done by the worker; whoever comes first.
    setpgid(worker, worker);
    int status = 0;
    while (true) {
        int signal = sigwaitinfo(watched, NULL);
        switch (signal) {
        case -1:
            continue;
        case SIGCHLD:
            break;
        case SIGTSTP:
        case SIGTTIN:
        case SIGTTOU:
            signal_descendants(SIGSTOP);
            kill(getpid(), SIGSTOP);
            break;
        case SIGCONT:
            signal_descendants(SIGCONT);
            break;
        default:
            kill(worker, signal);
        }
        if (reap(worker, &status)) break;
    }
    sweep_descendants();
    _exit(WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
}

// MARK: - The split

/// Sets up the worker; it ends here when the guard is dead already.
static void become_worker(pid_t guard) {
    guard_process = guard;
    setpgid(0, 0);
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    snprintf(sweep_marker, sizeof(sweep_marker), "%s%ld", sweep_variable, (long)getpid());

    // A real-time signal: no program of ours uses it, and SIGUSR1 and its like stay free.
    int death = SIGRTMIN + 5;
    struct sigaction action = {.sa_handler = guard_has_died};
    sigfillset(&action.sa_mask);
    sigaction(death, &action, NULL);
    sigset_t deaths;
    sigemptyset(&deaths);
    sigaddset(&deaths, death);
    sigprocmask(SIG_UNBLOCK, &deaths, NULL);
    prctl(PR_SET_PDEATHSIG, death);
    if (getppid() != guard) _exit(128 + SIGKILL);

    struct sigaction ignored = {.sa_handler = SIG_IGN};
    sigaction(SIGTTOU, &ignored, NULL);
    sigaction(SIGTTIN, &ignored, NULL);
    struct sigaction hangup;
    if (sigaction(SIGHUP, NULL, &hangup) == 0 && hangup.sa_handler == SIG_DFL) {
        action.sa_handler = hung_up;
        sigaction(SIGHUP, &action, NULL);
    }
    // Swift's crash reporter takes the first SIGQUIT for itself and lets the program go on.
    struct sigaction quit;
    if (sigaction(SIGQUIT, NULL, &quit) == 0 && quit.sa_handler != SIG_IGN) {
        struct sigaction standard = {.sa_handler = SIG_DFL};
        sigaction(SIGQUIT, &standard, NULL);
    }
    // `killall -9 ripple` then reaches the guard alone, and the worker cleans up.
    prctl(PR_SET_NAME, "task-worker");
}

int ripple_guard_start(void) {
    if (prepare_sweep() != 0) return -1;
    // With SIGCHLD ignored (some supervisors leave it so) no child could be awaited.
    struct sigaction standard = {.sa_handler = SIG_DFL};
    sigaction(SIGCHLD, &standard, NULL);
    // Before the split, so that there is no moment at which the worker's orphans would go elsewhere.
    if (prctl(PR_SET_CHILD_SUBREAPER, 1) != 0) return -1;

    sigset_t watched;
    sigset_t before;
    add_watched_signals(&watched);
    sigprocmask(SIG_BLOCK, &watched, &before);
    pid_t guard = getpid();
    pid_t worker = fork();
    if (worker > 0) watch(worker, &watched);
    int failure = errno;
    if (worker == 0) become_worker(guard);
    sigprocmask(SIG_SETMASK, &before, NULL);
    errno = failure;
    return worker == 0 ? 0 : -1;
}
