internal import Dispatch
internal import GitObjects

/// Parsed lockfiles by the id of their bytes, so that both sides of a comparison parse an unchanged one once.
///
/// Belongs to one thread.
final class ParsedLockCache {
    private struct Key: Hashable {
        var id: ObjectID
        var name: String
        var settings: LockSettings
    }

    private typealias Parsed = Result<JavaScriptLock, JavaScriptLock.Problem>

    private var locks: [Key: Parsed] = [:]

    /// Versions that will be read after this one. A large lockfile is parsed together with what it is there, each on a core
    /// of its own: most of what a comparison of lockfiles takes is reading the two.
    var upcoming: [SourceTree] = []

    /// Bytes from which on a second thread is worth its start.
    private static let largeSize = 256 * 1024

    /// The lockfile with the given id, which is at `path` in the version that is read.
    func lock(
        _ id: ObjectID, at path: RepoPath, settings: LockSettings, in objects: ObjectStore
    ) throws(GitError) -> Result<JavaScriptLock, JavaScriptLock.Problem> {
        let name = String(decoding: path.lastComponent, as: UTF8.self)
        func key(_ id: ObjectID) -> Key { Key(id: id, name: name, settings: settings) }
        if let known = locks[key(id)] { return known }
        let bytes = try objects.blob(id)
        var ids = [id], texts = [bytes]
        if bytes.count >= ParsedLockCache.largeSize {
            for tree in upcoming {
                // What cannot be read is reported when its version is.
                guard let other = try? tree.entry(path)?.id, !ids.contains(other), locks[key(other)] == nil,
                    let text = try? objects.blob(other)
                else { continue }
                ids.append(other)
                texts.append(text)
            }
        }
        let parsed = ParsedLockCache.parse(texts, name: name, settings: settings)
        for (id, lock) in zip(ids, parsed) { locks[key(id)] = lock }
        return parsed[0]
    }

    /// The lockfiles, one a thread.
    private static func parse(_ texts: [[UInt8]], name: String, settings: LockSettings) -> [Parsed] {
        @Sendable func parse(_ text: [UInt8]) -> Parsed {
            Result { () throws(JavaScriptLock.Problem) in
                try JavaScriptLock.parse(text, name: name, settings: settings)
            }
        }
        guard texts.count > 1 else { return texts.map(parse) }
        return [Parsed](unsafeUninitializedCapacity: texts.count) { buffer, count in
            // Each iteration fills its own element, and all end before the call returns.
            nonisolated(unsafe) let buffer = buffer
            DispatchQueue.concurrentPerform(iterations: texts.count) { number in
                buffer.initializeElement(at: number, to: parse(texts[number]))
            }
            count = texts.count
        }
    }
}
