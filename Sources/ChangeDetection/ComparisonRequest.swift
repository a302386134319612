/// What the user and the environment ask for.
package struct ComparisonRequest: Sendable {
    package enum OnUnknown: String, Sendable { case all, fail }

    package var baseFlag: String?
    package var headFlag: String?
    package var environmentBase: String?
    package var environmentHead: String?
    /// `defaultBase` of ripple.yaml.
    package var defaultBase: String?
    /// The default branch that the configuration of another tool names; no error when it does not exist.
    package var toolBranch: String?
    /// Compare the two trees themselves instead of the merge base and the head.
    package var direct = false
    package var everything = false
    package var onUnknown = OnUnknown.all
    /// Every environment variable; the CI adapters read theirs.
    package var environment: [String: String] = [:]
    package var eventPayload = Payload.absent
    /// Whether tasks will run on the files on disk, so that the head cannot be a merge that exists only in memory.
    package var runsOnDisk = false
    /// Whether the caller will fetch what `Comparison.missing` names and ask again. Until it asks without this, an answer
    /// that a fetch could mend is given even where `onUnknown` says to fail.
    package var deepen = false

    /// The file that `GITHUB_EVENT_PATH` names.
    package enum Payload: Sendable, Equatable {
        /// No file is named.
        case absent
        case bytes([UInt8])
        /// A file is named and cannot be read; the reason, such as `No such file or directory`.
        case unreadable(String)
    }

    package init() {}

    /// The head asked for, flags before environment, with the place it was asked in.
    package var head: (revision: String, how: String)? {
        if let headFlag { return (headFlag, "flag") }
        return environmentHead.map { ($0, "env") }
    }

    package var base: (revision: String, how: String)? {
        if let baseFlag { return (baseFlag, "flag") }
        return environmentBase.map { ($0, "env") }
    }

    /// What the CI system says about this run; `nil` outside of CI and with `RIPPLE_CI=none`.
    var event: CIEvent? {
        guard !isCISwitchedOff else { return nil }
        for adapter in CIEvent.adapters {
            if let event = adapter(environment, eventPayload) { return event }
        }
        return nil
    }

    /// What the CI system says about this run, in a sentence; `nil` outside of CI.
    package var describedEvent: String? { event?.evidence }

    var isCISwitchedOff: Bool { environment["RIPPLE_CI"] == "none" }
}
