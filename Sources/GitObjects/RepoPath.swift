internal import Glibc

/// A path relative to the root of a repository: raw bytes, `/` between components, no leading or trailing slash.
///
/// Git's names are bytes; many are not UTF-8. The empty path is the root itself. Ordered byte by byte.
package struct RepoPath: Hashable, Sendable {
    package var bytes: [UInt8]

    package static let root = RepoPath(bytes: [])

    /// `bytes` must already be clean: no leading, trailing or doubled slash.
    package init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// The UTF-8 bytes of `text`; `.`, the empty string and stray slashes are cleaned away, `..` is kept as it is.
    package init(_ text: some StringProtocol) {
        var cleaned: [UInt8] = []
        for component in text.utf8.split(separator: UInt8(ascii: "/")) where !component.elementsEqual(".".utf8) {
            if !cleaned.isEmpty { cleaned.append(UInt8(ascii: "/")) }
            cleaned.append(contentsOf: component)
        }
        bytes = cleaned
    }

    package var isRoot: Bool { bytes.isEmpty }

    /// The path's components, outermost first; none for the root.
    package var components: [ArraySlice<UInt8>] { bytes.split(separator: UInt8(ascii: "/")) }

    /// The directory that contains this path; the root's parent is `nil`.
    package var parent: RepoPath? {
        guard !isRoot else { return nil }
        guard let slash = bytes.lastIndex(of: UInt8(ascii: "/")) else { return .root }
        return RepoPath(bytes: Array(bytes[..<slash]))
    }

    /// The last component; empty for the root.
    package var lastComponent: ArraySlice<UInt8> {
        guard let slash = bytes.lastIndex(of: UInt8(ascii: "/")) else { return bytes[...] }
        return bytes[(slash + 1)...]
    }

    /// This path with `name` (one component, or several joined by `/`) below it.
    package func appending(_ name: some Collection<UInt8>) -> RepoPath {
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count + 1 + name.count)
        result.append(contentsOf: bytes)
        if !bytes.isEmpty && !name.isEmpty { result.append(UInt8(ascii: "/")) }
        result.append(contentsOf: name)
        return RepoPath(bytes: result)
    }

    package func appending(_ name: String) -> RepoPath { appending(name.utf8) }

    /// Whether `self` is `directory` or lies below it. `foo-bar` is not below `foo`.
    package func isWithin(_ directory: RepoPath) -> Bool {
        let count = directory.bytes.count
        guard count > 0 else { return true }
        guard bytes.count >= count, bytes.count == count || bytes[count] == UInt8(ascii: "/") else { return false }
        return bytes.withUnsafeBytes { one in
            directory.bytes.withUnsafeBytes { two in
                guard let a = one.baseAddress, let b = two.baseAddress else { return false }
                return memcmp(a, b, count) == 0
            }
        }
    }

    /// The rest of the path below `directory`, or `nil` when it is not within it.
    package func relative(to directory: RepoPath) -> RepoPath? {
        guard isWithin(directory) else { return nil }
        guard !directory.isRoot else { return self }
        return RepoPath(bytes: Array(bytes.dropFirst(directory.bytes.count + 1)))
    }

    /// Resolves `text` (a relative path that may hold `.` and `..`) from this directory; `nil` when it leaves the root.
    package func resolving(_ text: some StringProtocol) -> RepoPath? {
        var parts = components.map { Array($0) }
        for component in text.utf8.split(separator: UInt8(ascii: "/")) {
            if component.elementsEqual(".".utf8) { continue }
            if component.elementsEqual("..".utf8) {
                guard parts.popLast() != nil else { return nil }
            } else {
                parts.append(Array(component))
            }
        }
        return RepoPath(bytes: Array(parts.joined(separator: [UInt8(ascii: "/")])))
    }

    /// The path as text when its bytes are UTF-8, else `nil`.
    package var utf8Text: String? { String(validating: bytes, as: UTF8.self) }

    /// The name documents use: `.` for the root.
    package var documentText: String? { isRoot ? "." : utf8Text }
}

extension RepoPath {
    // The array's own hashing feeds one byte at a time; paths are hashed often enough for that to show.
    package func hash(into hasher: inout Hasher) {
        bytes.withUnsafeBytes { hasher.combine(bytes: $0) }
        hasher.combine(UInt8(0xFF))
    }

    package static func == (left: RepoPath, right: RepoPath) -> Bool {
        guard left.bytes.count == right.bytes.count else { return false }
        return left.bytes.withUnsafeBytes { one in
            right.bytes.withUnsafeBytes { two in
                guard let a = one.baseAddress, let b = two.baseAddress else { return true }
                return a == b || memcmp(a, b, one.count) == 0
            }
        }
    }
}

extension RepoPath: Comparable {
    package static func < (left: RepoPath, right: RepoPath) -> Bool {
        let common = min(left.bytes.count, right.bytes.count)
        let order = left.bytes.withUnsafeBytes { one in
            right.bytes.withUnsafeBytes { two -> Int32 in
                guard let a = one.baseAddress, let b = two.baseAddress else { return 0 }
                return memcmp(a, b, common)
            }
        }
        return order != 0 ? order < 0 : left.bytes.count < right.bytes.count
    }
}

extension RepoPath: CustomStringConvertible {
    /// For messages: invalid bytes are replaced, the root is `.`.
    package var description: String { isRoot ? "." : String(decoding: bytes, as: UTF8.self) }
}

extension RepoPath: ExpressibleByStringLiteral {
    package init(stringLiteral value: String) { self.init(value) }
}
