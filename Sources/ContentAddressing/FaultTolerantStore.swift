internal import Synchronization

/// A store whose every fault is a miss and a warning, never an error: a cache can only save time.
///
/// Each distinct fault is reported once. After the first failed write (a read-only place, a full disk) nothing more is
/// written: it would fail again, and slowly.
package final class FaultTolerantStore: Sendable {
    private struct State {
        var writing = true
        var reported: Set<String> = []
        var countPerCode: [StoreError.Code: Int] = [:]
    }

    /// How many faults of one kind are told one by one.
    private static let limitPerCode = 5

    private let blobs: any ContentStore
    private let records: any ActionCache
    /// What the warnings call the store, such as "cache directory /home/me/.cache/ripple".
    private let name: String
    private let warn: @Sendable (String) -> Void
    private let state = Mutex(State())

    package init(
        _ store: some ContentStore & ActionCache, name: String, warn: @escaping @Sendable (String) -> Void
    ) {
        blobs = store
        records = store
        self.name = name
        self.warn = warn
    }

    /// Whether results still go into the store.
    package var isWriting: Bool { state.withLock { $0.writing } }

    package func contains(_ digest: ContentDigest) -> Bool { blobs.contains(digest) }

    /// The blob, or `nil`: it is missing, damaged or unreadable.
    package func read(_ digest: ContentDigest) -> [UInt8]? {
        do throws(StoreError) { return try blobs.read(digest) } catch {
            noteReading(error)
            return nil
        }
    }

    /// The record, or `nil`.
    package func record(for key: ContentDigest) -> ActionRecord? {
        do throws(StoreError) { return try records.record(for: key) } catch {
            noteReading(error)
            return nil
        }
    }

    /// Whether the file is there now; when not, there is nothing at `path` and the task must run.
    package func materialize(_ digest: ContentDigest, at path: [UInt8], executable: Bool) -> Bool {
        do throws(StoreError) {
            try blobs.materialize(digest, at: path, executable: executable)
            return true
        } catch {
            noteReading(error)
            return false
        }
    }

    /// The digest when the bytes are stored now.
    package func write(_ bytes: [UInt8]) -> ContentDigest? {
        guard isWriting else { return nil }
        do throws(StoreError) { return try blobs.write(bytes) } catch {
            noteWriting(error)
            return nil
        }
    }

    /// The digest and size when the file is stored now.
    package func ingest(file path: [UInt8]) -> (digest: ContentDigest, size: Int)? {
        guard isWriting else { return nil }
        do throws(StoreError) { return try blobs.ingest(file: path) } catch {
            noteWriting(error)
            return nil
        }
    }

    /// Whether the record is stored now under all of `keys`.
    package func store(_ record: ActionRecord, under keys: [ContentDigest]) -> Bool {
        guard isWriting else { return false }
        do throws(StoreError) {
            try records.store(record, under: keys)
            return true
        } catch {
            noteWriting(error)
            return false
        }
    }

    private func noteReading(_ error: StoreError) {
        // A blob can vanish between the question and the answer (another process collects garbage): a plain miss.
        guard error.code != .missing else { return }
        report(error.code, error.message)
    }

    private func noteWriting(_ error: StoreError) {
        switch error.code {
        case .readOnly:
            stopWriting("The \(name) is read-only; results of this run are not stored.", error.code)
        case .diskFull:
            stopWriting("The \(name) has no space left; further results of this run are not stored.", error.code)
        case .unwritable:
            stopWriting("\(error.message) Results of this run are not stored in the \(name).", error.code)
        case .corrupt, .unreadable, .missing:
            report(error.code, "A result is not stored in the \(name). \(error.message)")
        }
    }

    private func stopWriting(_ sentence: String, _ code: StoreError.Code) {
        let isFirst = state.withLock { state in
            defer { state.writing = false }
            return state.writing
        }
        if isFirst { report(code, sentence) }
    }

    private func report(_ code: StoreError.Code, _ sentence: String) {
        let text: String? = state.withLock { state in
            guard state.reported.insert(sentence).inserted else { return nil }
            let count = state.countPerCode[code, default: 0] + 1
            state.countPerCode[code] = count
            if count <= FaultTolerantStore.limitPerCode { return sentence }
            guard count == FaultTolerantStore.limitPerCode + 1 else { return nil }
            return "The \(name) has more faults of this kind; they are not listed. \"ripple cache verify\" finds all."
        }
        if let text { warn(text) }
    }
}
