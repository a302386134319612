internal import Diagnostics
internal import Glibc

/// What answers for a repository: libgit2, or the git program. Belongs to one thread.
protocol RepositoryEngine: AnyObject {
    var headIsUnborn: Bool { get }
    func symbolicTarget(_ name: String) -> String?
    func configuredString(_ name: String) -> String?
    func configuredBool(_ name: String) -> Bool?
    func configuredPath(_ name: String) -> String?
    func resolve(_ expression: String) throws(GitError) -> Repository.Revision?
    func commit(_ id: ObjectID) throws(GitError) -> CommitRecord
    func mergeBases(_ one: ObjectID, _ two: ObjectID) throws(GitError) -> [ObjectID]
    func objects() throws(GitError) -> any ObjectSource
    /// The blob id of the file at absolute `path`, filtered as `repoPath` is; `nil` when it cannot be read, or when only
    /// the git program can tell.
    func hash(_ path: [CChar], as repoPath: RepoPath, recorded: ObjectID?) -> ObjectID?
    /// Whether external programs or encodings decide what is stored for the path.
    func needsProgram(_ repoPath: RepoPath) -> Bool
}

/// What a commit object says, of what matters here. Format: git's commit objects, as `git cat-file commit` prints them.
package struct CommitRecord: Sendable, Equatable {
    package let tree: ObjectID
    package let parents: [ObjectID]
    /// The committer's time, in seconds since 1970.
    package let seconds: Int

    /// `nil` when the bytes are no commit.
    init?(parsing bytes: UnsafeRawBufferPointer) {
        var tree: ObjectID?
        var parents: [ObjectID] = [], seconds = 0
        for line in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            if line.isEmpty { break }
            if line.starts(with: "tree ".utf8) {
                tree = ObjectID(hex: String(decoding: line.dropFirst(5), as: UTF8.self))
            } else if line.starts(with: "parent ".utf8) {
                guard let id = ObjectID(hex: String(decoding: line.dropFirst(7), as: UTF8.self)) else { return nil }
                parents.append(id)
            } else if line.starts(with: "committer ".utf8) {
                // NAME <EMAIL> SECONDS ZONE; a damaged time sorts first and costs nothing else.
                let words = line.split(separator: UInt8(ascii: " "))
                if words.count >= 2 { seconds = Int(String(decoding: words[words.count - 2], as: UTF8.self)) ?? 0 }
            }
        }
        guard let tree else { return nil }
        self.tree = tree
        self.parents = parents
        self.seconds = seconds
    }

    package init(tree: ObjectID, parents: [ObjectID], seconds: Int) {
        self.tree = tree
        self.parents = parents
        self.seconds = seconds
    }
}

/// Gives files on disk the ids git would give them, by a repository's rules for line endings, ident, encodings and
/// clean filters. The last two are asked of the git program, for the files they concern alone.
package final class FileHasher {
    private let engine: any RepositoryEngine
    /// Runs at the root of the working tree, from which its paths count.
    private let program: GitProgram?
    private var partner: ChildProcess?
    private var programFailed = false

    init(engine: any RepositoryEngine, program: GitProgram?) {
        self.engine = engine
        self.program = program
    }

    /// The blob id of the file at absolute `path`, filtered as `repoPath` is; `nil` when it cannot be read.
    ///
    /// - Parameter recorded: the blob the index holds for the path. Where it has a CR, git converts no line endings.
    package func hash(_ path: [CChar], as repoPath: RepoPath, recorded: ObjectID?) -> ObjectID? {
        if engine.needsProgram(repoPath), let id = ask(repoPath) { return id }
        return engine.hash(path, as: repoPath, recorded: recorded)
    }

    private func ask(_ path: RepoPath) -> ObjectID? {
        guard let program, !programFailed else { return nil }
        if partner == nil { partner = try? program.converse(["hash-object", "--stdin-paths"]) }
        guard let partner, partner.send(line: FileHasher.quoted(path.bytes)), let line = partner.receiveLine(),
            let id = ObjectID(hex: String(decoding: line, as: UTF8.self))
        else {
            // A filter that fails says so once; the file then counts by its bytes, which is more work and not less.
            partner = nil
            programFailed = true
            return nil
        }
        return id
    }

    /// The name as git reads it from a line: in quotes, C style, where the bytes would be taken for something else.
    static func quoted(_ name: [UInt8]) -> [UInt8] {
        guard name.first == UInt8(ascii: "\"") || name.contains(where: { $0 < 0x20 || $0 == UInt8(ascii: "\\") }) else {
            return name
        }
        var out: [UInt8] = [UInt8(ascii: "\"")]
        for byte in name {
            if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") {
                out += [UInt8(ascii: "\\"), byte]
            } else if byte < 0x20 {
                out += [UInt8(ascii: "\\"), 0x30 + byte >> 6, 0x30 + byte >> 3 & 7, 0x30 + byte & 7]
            } else {
                out.append(byte)
            }
        }
        return out + [UInt8(ascii: "\"")]
    }
}
