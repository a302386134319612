package import ContentAddressing

/// What a program remembers of one repository, in one file: `ROOT/workspaces/DIGEST-OF-NAME/structure`, its bytes followed
/// by their SHA-256. The last writer wins.
extension LocalStore {
    /// What was remembered; `nil` when there is nothing, or what there is was damaged, which is removed.
    package func snapshot(of name: String) throws(StoreError) -> [UInt8]? {
        let path = snapshotPath(name)
        do throws(StoreError) {
            let file = try OpenFile(reading: path)
            var bytes = try file.readAll(sizeHint: try file.regularFileSize())
            let count = bytes.count - ContentDigest.byteCount
            let isWhole =
                count >= 0
                && bytes.withUnsafeBytes {
                    ContentDigest.of(UnsafeRawBufferPointer(rebasing: $0[..<count]))
                        == ContentDigest(UnsafeRawBufferPointer(rebasing: $0[count...]))
                }
            guard isWhole else {
                throw discard(path, file, "its bytes do not match its checksum")
            }
            bytes.removeLast(ContentDigest.byteCount)
            return bytes
        } catch {
            if error.code == .missing || error.code == .corrupt { return nil }
            throw error
        }
    }

    /// Remembers `bytes`.
    package func store(snapshot bytes: [UInt8], of name: String) throws(StoreError) {
        var bytes = bytes
        ContentDigest.of(bytes).append(to: &bytes)
        try publish(mode: 0o666) { (file) throws(StoreError) in
            try file.write(bytes)
            return snapshotPath(name)
        }
    }

    private func snapshotPath(_ name: String) -> [UInt8] {
        path("workspaces/\(ContentDigest.of(Array(name.utf8)))/structure")
    }
}
