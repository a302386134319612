internal import Glibc

/// What of a repository's shape decides how it must be read. Read from its files, without libgit2 or git.
enum RepositoryShape {
    /// Why libgit2's answers would differ from git's here: it ignores replaced and, before 1.7, grafted commits. `nil` when
    /// nothing speaks against it.
    ///
    /// - Parameter commonDirectory: ends in a slash.
    static func whatLibgit2Ignores(_ commonDirectory: String, _ environment: [String: String]) -> String? {
        if environment["GIT_NO_REPLACE_OBJECTS"] == nil, hasReplacements(commonDirectory) {
            return "refs/replace replaces objects, which libgit2 ignores"
        }
        var status = stat()
        if stat(commonDirectory + "info/grafts", &status) == 0, status.st_size > 0 {
            return "info/grafts changes the history, which libgit2 may ignore"
        }
        return nil
    }

    private static func hasReplacements(_ commonDirectory: String) -> Bool {
        if let stream = opendir(commonDirectory + "refs/replace") {
            defer { closedir(stream) }
            while let entry = readdir(stream) {
                let first = withUnsafeBytes(of: &entry.pointee.d_name) { $0[0] }
                if first != UInt8(ascii: ".") { return true }
            }
        }
        guard let packed = contents(of: commonDirectory + "packed-refs") else { return false }
        return contains(packed, " refs/replace/")
    }

    /// Whether `word` occurs; by the C library, which searches megabytes in no time.
    private static func contains(_ text: [UInt8], _ word: String) -> Bool {
        (text + [0]).withUnsafeBytes { bytes in
            bytes.baseAddress.map { strstr($0.assumingMemoryBound(to: CChar.self), word) != nil } ?? false
        }
    }

    /// The commits whose parents a shallow clone does not have: one id a line in `shallow`.
    static func shallowCommits(_ commonDirectory: String) -> Set<ObjectID> {
        guard let text = contents(of: commonDirectory + "shallow") else { return [] }
        return Set(
            text.split(separator: UInt8(ascii: "\n")).compactMap { ObjectID(hex: String(decoding: $0, as: UTF8.self)) })
    }

    /// Whether objects may lie with a remote only.
    static func isPartial(_ commonDirectory: String, _ engine: any RepositoryEngine) -> Bool {
        if engine.configuredString("extensions.partialclone") != nil { return true }
        // git 2.39 notes a promisor remote in the remote's own section, under any name.
        guard let text = contents(of: commonDirectory + "config") else { return false }
        return contains(text, "promisor") || contains(text, "partialclone")
    }

    /// The bytes of a file; `nil` when it cannot be read.
    static func contents(of path: String) -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Int(status.st_size) + 1)
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = read(descriptor, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return count == 0 ? bytes : nil }
            bytes.append(contentsOf: buffer[..<count])
        }
    }
}
