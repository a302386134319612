internal import Glibc
internal import JSONText

/// What all lockfile readers do with text.
enum LockText {
    /// The line of the first marker that a merge left, if there is one.
    static func conflictMarker(in bytes: [UInt8]) -> Int? {
        bytes.withUnsafeBufferPointer { (bytes) -> Int? in
            var line = 1, start = 0
            while start < bytes.count {
                if bytes.count - start >= 7, isMarker(bytes, start) { return line }
                guard let base = bytes.baseAddress, let end = memchr(base + start, 0x0A, bytes.count - start) else {
                    return nil
                }
                start = UnsafeRawPointer(end) - UnsafeRawPointer(base) + 1
                line += 1
            }
            return nil
        }
    }

    private static func isMarker(_ bytes: UnsafeBufferPointer<UInt8>, _ start: Int) -> Bool {
        let first = bytes[start]
        guard first == UInt8(ascii: "<") || first == UInt8(ascii: ">") || first == UInt8(ascii: "=") else {
            return false
        }
        return (1..<7).allSatisfy { bytes[start + $0] == first }
    }

    /// Whether a yarn.lock is of Yarn 2 or later: those begin with `__metadata`, Yarn 1 with entries.
    static func isBerry(_ bytes: [UInt8]) -> Bool {
        let mark = Array("__metadata:".utf8)
        var start = 0
        while start < bytes.count {
            if bytes[start...].starts(with: mark) { return true }
            let first = bytes[start]
            let isComment = first == UInt8(ascii: "#") || first == UInt8(ascii: "\n") || first == UInt8(ascii: "\r")
            guard isComment else { return false }
            while start < bytes.count, bytes[start] != UInt8(ascii: "\n") { start += 1 }
            start += 1
        }
        return false
    }

    /// `address` without a user and a password, which do not decide what is fetched.
    static func withoutCredentials(_ address: String) -> String {
        guard address.utf8.contains(UInt8(ascii: "@")) else { return address }
        let bytes = Array(address.utf8)
        guard let colon = bytes.firstIndex(of: UInt8(ascii: ":")), bytes.count > colon + 2,
            bytes[colon + 1] == UInt8(ascii: "/"), bytes[colon + 2] == UInt8(ascii: "/")
        else { return address }
        let host = bytes[(colon + 3)...].prefix { $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "?") && $0 != 0x23 }
        guard let mark = host.lastIndex(of: UInt8(ascii: "@")) else { return address }
        return String(decoding: bytes[..<(colon + 3)] + bytes[(mark + 1)...], as: UTF8.self)
    }

    /// Parts `name@rest`, where the name may itself start with `@`.
    static func nameAndRest(_ text: String) -> (name: String, rest: String)? {
        let bytes = text.utf8
        guard let first = bytes.first,
            let mark = bytes.dropFirst(first == UInt8(ascii: "@") ? 1 : 0).firstIndex(of: UInt8(ascii: "@")),
            mark > bytes.startIndex
        else { return nil }
        return (String(text[..<mark]), String(text[text.index(after: mark)...]))
    }

    /// The name that the key of an override or a resolution ends in: `a/**/@s/b@^1` names `@s/b`.
    static func lastName(_ key: String) -> String {
        var parts = key.split { $0 == "/" || $0 == ">" }.map(String.init)
        // A range or a protocol may hold a slash; such a key names whatever comes before.
        if let at = parts.firstIndex(where: { $0.dropFirst().contains("@") }) { parts = Array(parts[...at]) }
        guard let last = parts.last else { return key }
        let scoped =
            parts.count > 1 && parts[parts.count - 2].hasPrefix("@") ? parts[parts.count - 2] + "/" + last : last
        return nameAndRest(scoped)?.name ?? scoped
    }

    /// Refuses what no package manager writes and what would take long: every level of a path is looked at for each use.
    static func checkPath(_ path: String, line: @autoclosure () -> Int) throws(JavaScriptLock.Problem) {
        if path.utf8.count > 4096 { throw JavaScriptLock.Problem("a path is longer than 4,096 bytes", line: line()) }
    }

    /// Refuses more entries of one name than any workspace has, where a use may mean all of them.
    static func checkCount(_ entries: [Int], name: String, line: Int) throws(JavaScriptLock.Problem) {
        if entries.count > 200 {
            throw JavaScriptLock.Problem("more than 200 entries are called '\(name)'", line: line)
        }
    }

    /// JSON with a problem of this module.
    static func json(_ bytes: [UInt8], comments: Bool = false) throws(JavaScriptLock.Problem) -> JSONDocument {
        do {
            return try JSONDocument(parsing: bytes, allowingComments: comments)
        } catch {
            throw JavaScriptLock.Problem(error.problem, line: error.line)
        }
    }
}
