internal import GitObjects
internal import WorkspaceModel

/// A path in a Rust source file that may lead out of its crate: a string literal with `../` in it.
///
/// The include! family, `#[path]` and `concat!(env!("CARGO_MANIFEST_DIR"), "/../x")` are written so, and what tests read.
struct OutsidePath: Sendable, Hashable {
    var text: String
    /// Counted from 1.
    var line: Int

    /// Every literal with `../`, on one line, in order. Those of comments are among them. Any bytes are safe.
    static func find(in bytes: [UInt8]) -> [OutsidePath] {
        var found: [OutsidePath] = []
        var line = 1, counted = 0, position = 0
        while let mark = ParentStep.first(in: bytes, from: position) {
            position = mark + 3
            guard let start = quote(in: bytes, before: mark), let end = quote(in: bytes, after: mark) else { continue }
            position = end
            for offset in counted..<start where bytes[offset] == UInt8(ascii: "\n") { line += 1 }
            counted = start
            found.append(OutsidePath(text: String(decoding: bytes[(start + 1)..<end], as: UTF8.self), line: line))
        }
        return found
    }

    private static func quote(in bytes: [UInt8], before mark: Int) -> Int? {
        var position = mark - 1
        while position >= 0, bytes[position] != UInt8(ascii: "\n"), mark - position < 512 {
            if bytes[position] == UInt8(ascii: "\"") { return position }
            position -= 1
        }
        return nil
    }

    private static func quote(in bytes: [UInt8], after mark: Int) -> Int? {
        var position = mark
        while position < bytes.count, bytes[position] != UInt8(ascii: "\n"), position - mark < 512 {
            if bytes[position] == UInt8(ascii: "\"") { return position }
            position += 1
        }
        return nil
    }
}

/// The paths of Rust files by the id of their bytes. Belongs to one thread.
final class OutsidePathCache {
    private var known: [ObjectID: [OutsidePath]] = [:]

    /// Files without such a path are not noted as read: `AffectedAnalysis` looks at them when they change.
    func paths(of id: ObjectID, in objects: ObjectStore) throws(GitError) -> [OutsidePath] {
        if let paths = known[id] {
            if !paths.isEmpty { objects.note(blob: id) }
            return paths
        }
        let paths = OutsidePath.find(in: try objects.peek(blob: id))
        if !paths.isEmpty { objects.note(blob: id) }
        known[id] = paths
        return paths
    }
}
