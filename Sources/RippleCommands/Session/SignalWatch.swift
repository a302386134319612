internal import CProcessGuard
internal import Diagnostics
internal import Glibc
internal import Synchronization

/// Turns SIGINT, SIGTERM and SIGHUP into the cancellation of a run.
///
/// The first one ends the run in good order; a second one kills everything at once.
final class SignalWatch: Sendable {
    private struct State {
        var received: Int32?
        var cancel: (@Sendable () -> Void)?
    }

    private let state = Mutex(State())

    /// Where the handler writes and the watching thread reads. Set once, before the handlers are installed.
    private nonisolated(unsafe) static var writingEnd: Int32 = -1

    init() throws {
        let ends = try closingPipe()
        SignalWatch.writingEnd = ends.writing
        let reading = ends.reading
        var action = sigaction()
        action.__sigaction_handler.sa_handler = { signal in
            // Only what is safe in a handler: one byte, and errno as it was.
            let saved = errno
            var byte = UInt8(truncatingIfNeeded: signal)
            _ = Glibc.write(SignalWatch.writingEnd, &byte, 1)
            errno = saved
        }
        action.sa_flags = SA_RESTART
        for signal in [SIGINT, SIGTERM, SIGHUP] {
            // Under nohup the user wants SIGHUP ignored.
            var previous = sigaction()
            sigaction(signal, nil, &previous)
            if signal == SIGHUP, unsafeBitCast(previous.__sigaction_handler.sa_handler, to: Int.self) == 1 { continue }
            sigaction(signal, &action, nil)
        }
        // A thread of its own, because a blocking read must not take one of the few that run tasks.
        let context = Unmanaged.passRetained(WatchContext(watch: self, reading: reading))
        var thread = pthread_t()
        let started = pthread_create(
            &thread, nil,
            { argument in
                guard let argument else { return nil }
                let context = Unmanaged<WatchContext>.fromOpaque(argument).takeRetainedValue()
                var byte: UInt8 = 0
                while true {
                    let count = read(context.reading, &byte, 1)
                    if count < 0, errno == EINTR { continue }
                    guard count == 1 else { return nil }
                    context.watch.receive(Int32(byte))
                }
            }, context.toOpaque())
        guard started == 0 else {
            context.release()
            throw CommandError(.environment, "A thread cannot be started: \(String(cString: strerror(started))).")
        }
        pthread_detach(thread)
    }

    /// The first signal that came, or `nil`.
    var received: Int32? { state.withLock { $0.received } }

    private func receive(_ signal: Int32) {
        let (isFirst, cancel) = state.withLock { state in
            defer { if state.received == nil { state.received = signal } }
            return (state.received == nil, state.cancel)
        }
        guard isFirst else {
            ripple_guard_kill_descendants()
            _exit(128 + signal)
        }
        cancel?()
    }

    /// Says what a signal cancels.
    func onSignal(_ cancel: @escaping @Sendable () -> Void) {
        let isLate = state.withLock { state in
            state.cancel = cancel
            return state.received != nil
        }
        if isLate { cancel() }
    }
}

private final class WatchContext {
    let watch: SignalWatch
    let reading: Int32

    init(watch: SignalWatch, reading: Int32) {
        self.watch = watch
        self.reading = reading
    }
}
