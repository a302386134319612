package import ContentAddressing
internal import Glibc

/// What collecting garbage did.
package struct CollectionReport: Sendable, Equatable {
    package var deletedBlobs = 0
    package var deletedRecords = 0
    /// Files that a killed process left half written.
    package var deletedTemporaryFiles = 0
    package var freedBytes = 0
    /// Bytes of blobs and records that are left. More than asked for when the rest was used too recently to go.
    package var remainingBytes = 0
    /// Another process is collecting: this one did nothing.
    package var isSkipped = false
}

extension LocalStore {
    /// Temporary files that are older than this, in seconds, belong to no living process.
    private static let temporaryLifetime = 3600.0
    /// The same for what is known about a workspace's outputs.
    private static let outputStateLifetime = 30 * 86_400.0

    /// Deletes what was least recently used until blobs and records together take at most `maximumBytes`.
    ///
    /// A blob counts as used when it was last read or written, or when a record that names it was. What was used
    /// within `protectedSeconds` before `now` (seconds since 1970) is never deleted: a writer stores blobs before
    /// their record, and a reader has looked a record up before it fetches the blobs. When a blob goes, so do the
    /// records that name it. A process that still meets a blob that has gone sees a miss.
    ///
    /// Damaged records, records without their blobs, stale temporary files, and the `OutputState` of a workspace that
    /// was not saved for 30 days go in any case.
    package func gc(
        maximumBytes: Int, now: Double, protectedSeconds: Double = 600
    ) throws(StoreError) -> CollectionReport {
        var report = CollectionReport()
        guard exists(rootBytes) else { return report }
        let lock = try CollectionLock(at: path("gc.lock"))
        guard lock.isHeld else {
            report.isSkipped = true
            return report
        }
        deleteStaleTemporaryFiles(now: now, &report)
        deleteStaleOutputStates(now: now)

        let protected = now - protectedSeconds
        let blobs = files(in: "cas")
        var lastUse: [ContentDigest: Double] = [:]
        lastUse.reserveCapacity(blobs.count)
        for blob in blobs {
            lastUse[blob.digest] = seconds(blob.modified)
            report.remainingBytes += blob.size
        }

        var candidates: [Candidate] = []
        var recordsNaming: [ContentDigest: [StoredFile]] = [:]
        for stored in files(in: "ac") {
            let used = seconds(stored.modified)
            report.remainingBytes += stored.size
            switch content(of: stored) {
            case .damaged: delete(stored, isRecord: true, &report)
            case .foreign: candidates.append(Candidate(file: stored, lastUse: used, isRecord: true))
            case .record(let record):
                let named = Set(record.blobs.map(\.digest))
                if !named.allSatisfy({ lastUse[$0] != nil }) {
                    if used < protected { delete(stored, isRecord: true, &report) }
                    continue
                }
                if named.isEmpty { candidates.append(Candidate(file: stored, lastUse: used, isRecord: true)) }
                for digest in named {
                    lastUse[digest] = max(lastUse[digest] ?? used, used)
                    recordsNaming[digest, default: []].append(stored)
                }
            }
        }

        for blob in blobs {
            candidates.append(
                Candidate(file: blob, lastUse: lastUse[blob.digest] ?? seconds(blob.modified), isRecord: false))
        }
        candidates.sort { ($0.lastUse, $0.file.digest) < ($1.lastUse, $1.file.digest) }
        var deletedRecords: Set<ContentDigest> = []
        for candidate in candidates {
            guard report.remainingBytes > maximumBytes, candidate.lastUse < protected else { break }
            guard delete(candidate.file, isRecord: candidate.isRecord, &report), !candidate.isRecord else { continue }
            for record in recordsNaming[candidate.file.digest] ?? [] {
                if deletedRecords.insert(record.digest).inserted { delete(record, isRecord: true, &report) }
            }
        }
        return report
    }

    private struct Candidate {
        let file: StoredFile
        let lastUse: Double
        let isRecord: Bool
    }

    private enum StoredRecord {
        case record(ActionRecord)
        /// Of another version of Ripple: kept as long as it is used.
        case foreign
        case damaged
    }

    private func content(of stored: StoredFile) -> StoredRecord {
        do throws(StoreError) {
            let bytes = try OpenFile(reading: stored.path).readAll(sizeHint: stored.size)
            do throws(ActionRecordError) {
                return .record(try ActionRecord.decode(bytes, for: stored.digest))
            } catch {
                return error.code == .unknownSchema ? .foreign : .damaged
            }
        } catch {
            return .foreign
        }
    }

    /// Deletes the file, unless it was used or replaced since it was listed.
    @discardableResult
    private func delete(_ stored: StoredFile, isRecord: Bool, _ report: inout CollectionReport) -> Bool {
        guard let status = regularFileStatus(stored.path), status.st_mtim.tv_sec == stored.modified.tv_sec,
            status.st_mtim.tv_nsec == stored.modified.tv_nsec, withPath(stored.path, { unlink($0) }) == 0
        else { return false }
        if isRecord { report.deletedRecords += 1 } else { report.deletedBlobs += 1 }
        report.freedBytes += stored.size
        report.remainingBytes -= stored.size
        return true
    }

    private func deleteStaleTemporaryFiles(now: Double, _ report: inout CollectionReport) {
        let directory = path("tmp/")
        for name in directoryNames(directory) {
            guard let status = regularFileStatus(directory + name),
                seconds(status.st_mtim) < now - LocalStore.temporaryLifetime,
                withPath(directory + name, { unlink($0) }) == 0
            else { continue }
            report.deletedTemporaryFiles += 1
        }
    }

    /// A workspace whose outputs did not change for long is gone, or loses only the time to read them once.
    private func deleteStaleOutputStates(now: Double) {
        let directory = path("workspaces/")
        for name in directoryNames(directory) {
            for kind in ["/outputs", "/structure"] {
                let file = directory + name + Array(kind.utf8)
                guard let status = regularFileStatus(file),
                    seconds(status.st_mtim) < now - LocalStore.outputStateLifetime
                else { continue }
                _ = withPath(file) { unlink($0) }
            }
            // Stays while it holds something.
            _ = withPath(directory + name) { rmdir($0) }
        }
    }

    private func exists(_ path: [UInt8]) -> Bool {
        withPath(path) { access($0, F_OK) } == 0
    }
}

/// Keeps two processes from collecting garbage in one store at once; let go when the value ends, or the process.
private struct CollectionLock: ~Copyable {
    private let descriptor: Int32
    /// Whether this process has the lock; not when another has it.
    let isHeld: Bool

    init(at path: [UInt8]) throws(StoreError) {
        descriptor = withPath(path) { open($0, O_RDWR | O_CREAT | O_CLOEXEC, 0o666) }
        guard descriptor >= 0 else {
            isHeld = false
            throw StoreError.writing(displayText(path), errno: errno)
        }
        isHeld = flock(descriptor, LOCK_EX | LOCK_NB) == 0
    }

    deinit {
        if descriptor >= 0 { _ = close(descriptor) }
    }
}
