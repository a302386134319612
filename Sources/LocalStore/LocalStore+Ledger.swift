package import ContentAddressing
internal import Glibc

/// `ROOT/ledger/ab/ab12...`, beside a lock file that writers hold while they compare and rename.
extension LocalStore: LedgerStore {
    package func ledger(
        _ name: ContentDigest
    ) throws(StoreError) -> (bytes: [UInt8], version: ContentDigest)? {
        let bytes: [UInt8]
        do throws(StoreError) {
            let file = try OpenFile(reading: path(of: name, in: "ledger"))
            bytes = try file.readAll(sizeHint: try file.regularFileSize())
        } catch {
            if error.code == .missing { return nil }
            throw error
        }
        return (bytes, ContentDigest.of(bytes))
    }

    package func replaceLedger(
        _ name: ContentDigest, expecting expected: ContentDigest?, with bytes: [UInt8]
    ) throws(StoreError) -> Bool {
        let target = path(of: name, in: "ledger")
        try makeParentDirectories(of: target)
        let lock = target + Array(".lock".utf8)
        let descriptor = withPath(lock) { open($0, O_RDWR | O_CREAT | O_CLOEXEC, 0o666) }
        guard descriptor >= 0 else { throw StoreError.writing(displayText(lock), errno: errno) }
        // Closing gives the lock up, also when the process dies.
        defer { close(descriptor) }
        while flock(descriptor, LOCK_EX) != 0 {
            guard errno == EINTR else { throw StoreError.writing(displayText(lock), errno: errno) }
        }
        guard try ledger(name)?.version == expected else { return false }
        try publish(mode: 0o666) { (file) throws(StoreError) in
            try file.write(bytes)
            return target
        }
        return true
    }
}
