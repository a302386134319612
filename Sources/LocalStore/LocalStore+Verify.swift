internal import ContentAddressing

/// How much a store holds.
package struct StoreStatistics: Sendable, Equatable {
    package var blobs = 0
    package var blobBytes = 0
    package var records = 0
    package var recordBytes = 0
}

/// What re-reading a whole store found.
package struct VerificationReport: Sendable, Equatable {
    package struct Damage: Sendable, Equatable {
        /// Relative to the store's root.
        package let path: String
        /// What is wrong, without a full stop.
        package let reason: String
        /// Whether the file could be removed.
        package let isRemoved: Bool
    }

    /// How many blobs and records were read, and their bytes.
    package var blobs = 0
    package var records = 0
    package var bytes = 0
    /// Blobs first, each part in the order of names.
    package var damage: [Damage] = []
    /// Records that name a blob which is not there. They are sound and answer for nothing; `gc` removes them.
    package var incompleteRecords = 0
}

extension LocalStore {
    /// Counts files and bytes, without reading any file.
    package func stats() -> StoreStatistics {
        var result = StoreStatistics()
        for file in files(in: "cas") {
            result.blobs += 1
            result.blobBytes += file.size
        }
        for file in files(in: "ac") {
            result.records += 1
            result.recordBytes += file.size
        }
        return result
    }

    /// Reads and checks every blob and record, and removes the damaged ones.
    package func verify() -> VerificationReport {
        var report = VerificationReport()
        var present: [ContentDigest: Int] = [:]
        for blob in files(in: "cas") {
            let result = check(blob) { (file) throws(StoreError) in
                try file.digestOfRest().digest == blob.digest ? nil : "its bytes do not match its name"
            }
            guard let reason = result else { continue }
            report.blobs += 1
            report.bytes += blob.size
            if let reason { report.damage.append(damage(blob, reason)) } else { present[blob.digest] = blob.size }
        }
        for stored in files(in: "ac") {
            var record: ActionRecord?
            let result = check(stored) { (file) throws(StoreError) in
                let bytes = try file.readAll(sizeHint: stored.size)
                do throws(ActionRecordError) {
                    record = try ActionRecord.decode(bytes, for: stored.digest)
                    return nil
                } catch {
                    return error.code == .unknownSchema ? nil : error.detail
                }
            }
            guard let reason = result else { continue }
            report.records += 1
            report.bytes += stored.size
            if let reason { report.damage.append(damage(stored, reason)) }
            let isComplete = record?.blobs.allSatisfy { blob in
                present[blob.digest].map { $0 == blob.size ?? $0 } ?? false
            }
            if isComplete == false { report.incompleteRecords += 1 }
        }
        return report
    }

    /// What is wrong with a file: `.some(nil)` nothing, `nil` when it has gone meanwhile. Removes a damaged file.
    private func check(
        _ stored: StoredFile, _ test: (borrowing OpenFile) throws(StoreError) -> String?
    ) -> String?? {
        do throws(StoreError) {
            let file = try OpenFile(reading: stored.path)
            let reason = try test(file)
            if let reason { _ = discard(stored.path, file, reason) }
            return .some(reason)
        } catch {
            return error.code == .missing ? nil : .some(error.detail)
        }
    }

    private func damage(_ stored: StoredFile, _ reason: String) -> VerificationReport.Damage {
        VerificationReport.Damage(
            path: displayText(Array(stored.path.dropFirst(rootBytes.count + 1))), reason: reason,
            isRemoved: regularFileStatus(stored.path) == nil)
    }
}
