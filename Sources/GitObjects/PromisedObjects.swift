/// The objects that a partial clone left with its remote: fetched through the git program when they are read.
///
/// libgit2 fetches nothing. Several announced at once cost one exchange with the remote; the others cost one each.
final class PromisedObjects: ObjectSource {
    private let program: GitProgram
    private let source: ProgramObjects

    init(_ program: GitProgram) {
        self.program = program
        source = ProgramObjects(program)
    }

    var turn: Int { 2 }

    func tree(_ id: ObjectID) throws(GitError) -> Tree { try source.tree(id) }
    func blob(_ id: ObjectID) throws(GitError) -> [UInt8] { try source.blob(id) }

    var fetchesLazily: Bool { true }

    /// Fetches as git itself fetches what a partial clone lacks. A failure shows when the object is read.
    func prefetch(_ ids: [ObjectID]) {
        guard ids.count > 1, let promisor else { return }
        let names = Set(ids).sorted().map { "\($0)\n" }.joined()
        _ = try? program.run(
            [
                "-c", "fetch.negotiationAlgorithm=noop", "fetch", promisor, "--no-tags", "--no-write-fetch-head",
                "--recurse-submodules=no", "--filter=blob:none", "--stdin",
            ], input: Array(names.utf8))
    }

    private lazy var promisor: String? = {
        guard let answer = try? program.run(["config", "--get-regexp", "^remote\\..*\\.promisor$", "true"]),
            answer.code == 0, let name = answer.lines.first?.split(separator: " ").first
        else { return nil }
        return String(name.dropFirst("remote.".count).dropLast(".promisor".count))
    }()
}
