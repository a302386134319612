internal import CLibgit2
internal import Diagnostics

/// Starts libgit2 once a process.
enum Libgit2 {
    private static let started: Int32 = ripple_git_start()

    static func start() { _ = started }
}

extension ObjectID {
    init(_ id: ripple_git_id) {
        self = withUnsafeBytes(of: id.bytes) {
            ObjectID(unchecked: UnsafeRawBufferPointer(rebasing: $0[..<Int(id.count)]))
        }
    }

    var imported: ripple_git_id {
        var out = ripple_git_id()
        out.count = byteCount
        withUnsafeMutableBytes(of: &out.bytes) { buffer in
            for (index, byte) in bytes.enumerated() { buffer[index] = byte }
        }
        return out
    }
}

/// A repository's object database. Move-only; freed in `deinit`; used by one thread.
struct ObjectDatabase: ~Copyable {
    private let handle: OpaquePointer

    /// Takes over `handle`, an open libgit2 database, which keeps itself alive by its own reference count.
    init(taking handle: OpaquePointer) {
        self.handle = handle
    }

    deinit {
        ripple_git_odb_free(handle)
    }

    func tree(_ id: ObjectID) throws(GitError) -> Tree {
        let tree = try read(id, kind: "tree", type: RIPPLE_GIT_OBJECT_TREE) { bytes in
            Tree(parsing: bytes, idBytes: Int(id.byteCount))
        }
        guard let tree else {
            throw GitError(.corrupt, .environment, "The tree \(id) is damaged. Run: git fsck --full")
        }
        return tree
    }

    func blob(_ id: ObjectID) throws(GitError) -> [UInt8] {
        try read(id, kind: "blob", type: RIPPLE_GIT_OBJECT_BLOB) { Array($0) }
    }

    func commit(_ id: ObjectID) throws(GitError) -> CommitRecord {
        let commit = try read(id, kind: "commit", type: RIPPLE_GIT_OBJECT_COMMIT) { CommitRecord(parsing: $0) }
        guard let commit else {
            throw GitError(.corrupt, .environment, "The commit \(id) is damaged. Run: git fsck --full")
        }
        return commit
    }

    func holds(_ id: ObjectID) -> Bool {
        var imported = id.imported
        return ripple_git_odb_exists(handle, &imported)
    }

    private func read<Value>(
        _ id: ObjectID, kind: String, type: Int, _ body: (UnsafeRawBufferPointer) -> Value
    ) throws(GitError) -> Value {
        var imported = id.imported
        var object: OpaquePointer?
        let status = ripple_git_odb_read(&object, handle, &imported)
        guard status == 0, let object else {
            let reason = lastLibgit2Message()
            if status == Int32(RIPPLE_GIT_NOT_FOUND) {
                throw GitError(
                    .objectMissing, .environment,
                    "The \(kind) \(id) is missing from the repository. In a shallow clone run 'git fetch --unshallow', "
                        + "in a partial clone 'git cat-file -p \(id)'; otherwise run 'git fsck --full'.")
            }
            throw GitError(.corrupt, .environment, "The \(kind) \(id) cannot be read: \(reason). Run: git fsck --full")
        }
        defer { ripple_git_object_free(object) }
        guard ripple_git_object_kind(object) == Int32(type) else {
            throw GitError(.corrupt, .environment, "The object \(id) is not a \(kind). Run: git fsck --full")
        }
        return body(
            UnsafeRawBufferPointer(start: ripple_git_object_data(object), count: ripple_git_object_size(object)))
    }
}

/// Objects as libgit2 reads them from a repository's database.
final class Libgit2Objects: ObjectSource {
    private let database: ObjectDatabase

    init(_ repository: borrowing Libgit2Repository) throws(GitError) {
        var database: OpaquePointer?
        guard ripple_git_odb_open(&database, repository.handle) == 0, let database else {
            throw GitError(
                .unreadable, .environment, "The object database cannot be opened: \(lastLibgit2Message()).")
        }
        self.database = ObjectDatabase(taking: database)
    }

    func tree(_ id: ObjectID) throws(GitError) -> Tree { try database.tree(id) }
    func blob(_ id: ObjectID) throws(GitError) -> [UInt8] { try database.blob(id) }
    func commit(_ id: ObjectID) throws(GitError) -> CommitRecord { try database.commit(id) }
    func holds(_ id: ObjectID) -> Bool { database.holds(id) }
}
