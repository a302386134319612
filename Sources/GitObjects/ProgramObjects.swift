internal import Diagnostics

/// Objects as `git cat-file --batch` gives them: of every format, with replacements, and fetched when a partial clone
/// lacks them.
final class ProgramObjects: ObjectSource {
    private let program: GitProgram
    private var partner: ChildProcess?
    /// A directory that must stay as long as the objects in it are read.
    private let directory: ScratchDirectory?

    init(_ program: GitProgram, keeping directory: ScratchDirectory? = nil) {
        self.program = program
        self.directory = directory
    }

    struct Object {
        let id: ObjectID
        let kind: String
        let bytes: [UInt8]
    }

    /// The object that an expression such as `main^{commit}` names; `nil` when it names none.
    ///
    /// Expressions must not contain a newline, which no revision does.
    func object(_ expression: String) throws(GitError) -> Object? {
        if expression.utf8.contains(where: { $0 == UInt8(ascii: "\n") || $0 == 0 }) || expression.isEmpty { return nil }
        if partner == nil { partner = try program.converse(["cat-file", "--batch"]) }
        guard let partner, partner.send(line: Array(expression.utf8)), let header = partner.receiveLine() else {
            self.partner = nil
            throw GitError(
                .unreadable, .environment,
                "'git cat-file --batch' ended in \(program.directory) while '\(expression)' was read. "
                    + "Run it by hand to see why: git cat-file -p '\(expression)'")
        }
        let words = String(decoding: header, as: UTF8.self).split(separator: " ")
        guard words.count == 3, let id = ObjectID(hex: words[0]), let size = Int(words[2]) else { return nil }
        guard let bytes = partner.receive(size), partner.receive(1) != nil else { return nil }
        return Object(id: id, kind: String(words[1]), bytes: bytes)
    }

    var turn: Int { 1 }

    private func read(_ id: ObjectID, _ kind: String) throws(GitError) -> [UInt8] {
        var found: Object?
        do throws(GitError) { found = try object("\(id)") } catch {
            // In a partial clone git ends when the remote cannot give the object; another source may hold it.
            guard error.code == .unreadable else { throw error }
        }
        guard let object = found else {
            throw GitError(
                .objectMissing, .environment,
                "The \(kind) \(id) is missing from the repository, and git could not fetch it. See: git cat-file -p \(id)"
            )
        }
        guard object.kind == kind else {
            throw GitError(.corrupt, .environment, "The object \(id) is not a \(kind). Run: git fsck --full")
        }
        return object.bytes
    }

    func tree(_ id: ObjectID) throws(GitError) -> Tree {
        let bytes = try read(id, "tree")
        guard let tree = bytes.withUnsafeBytes({ Tree(parsing: $0, idBytes: Int(id.byteCount)) }) else {
            throw GitError(.corrupt, .environment, "The tree \(id) is damaged. Run: git fsck --full")
        }
        return tree
    }

    func blob(_ id: ObjectID) throws(GitError) -> [UInt8] { try read(id, "blob") }
}
