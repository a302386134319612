#ifndef SWEEP_H
#define SWEEP_H

/// Kills and reaps children until there are none. Async-signal-safe.
void sweep_descendants(void);

/// Sends a signal to every descendant of this process, parents before children.
void signal_descendants(int signal);

#endif
