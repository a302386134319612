internal import Diagnostics

/// A repository as the git program reads it: whatever format, with replaced and grafted commits as git sees them.
final class ProgramEngine: RepositoryEngine {
    private let program: GitProgram
    private let source: ProgramObjects
    let location: Repository.Location
    let objectFormat: ObjectFormat
    private lazy var configuration = readConfiguration()

    init(path: String, environment: [String: String]) throws(GitError) {
        program = GitProgram(directory: path, environment: environment)
        source = ProgramObjects(program)
        let answer = try program.run([
            "rev-parse", "--path-format=absolute", "--git-dir", "--git-common-dir", "--is-bare-repository",
            "--show-object-format",
        ])
        guard answer.code == 0 else { throw ProgramEngine.openingError(path, answer) }
        let lines = answer.lines
        guard lines.count == 4 else {
            throw GitError(
                .unsupportedRepository, .environment,
                "git answers 'rev-parse' in \(path) in a way that is not understood. Version 2.31 or later is needed.")
        }
        objectFormat = lines[3] == "sha256" ? .sha256 : .sha1
        var root: String?
        if lines[2] != "true" {
            let top = try program.require(["rev-parse", "--path-format=absolute", "--show-toplevel"])
            root = top.lines.first
        }
        location = Repository.Location(
            gitDirectory: lines[0] + "/", commonDirectory: lines[1] + "/", workingDirectory: root)
    }

    private static func openingError(_ path: String, _ answer: GitProgram.Answer) -> GitError {
        if answer.reason.contains("dubious ownership") {
            return GitError(
                .unreadable, .environment,
                "git refuses to read \(path), because it belongs to another user. "
                    + "If you trust it, run: git config --global --add safe.directory '\(path)'")
        }
        if answer.reason.contains("not a git repository") {
            return GitError(
                .notRepository, .environment,
                "\(path) is not in a git repository. Go to one, name one with -C DIR, or start one with 'git init'.")
        }
        return GitError(
            .unreadable, .environment,
            "The repository at \(path) cannot be read: \(answer.reason). Run 'git status' there."
        )
    }

    var headIsUnborn: Bool { (try? resolve("HEAD")).flatMap { $0 } == nil && symbolicTarget("HEAD") != nil }

    func symbolicTarget(_ name: String) -> String? {
        guard let answer = try? program.run(["symbolic-ref", "--quiet", name]), answer.code == 0 else { return nil }
        return answer.lines.first
    }

    private func readConfiguration() -> [String: String] {
        guard let answer = try? program.run(["config", "--list", "-z"]), answer.code == 0 else { return [:] }
        var values: [String: String] = [:]
        for entry in answer.output.split(separator: 0) {
            let parts = entry.split(separator: UInt8(ascii: "\n"), maxSplits: 1, omittingEmptySubsequences: false)
            // A name without a value is a boolean that is on.
            values[String(decoding: parts[0], as: UTF8.self)] =
                parts.count > 1 ? String(decoding: parts[1], as: UTF8.self) : "true"
        }
        return values
    }

    func configuredString(_ name: String) -> String? { configuration[name.lowercased()] }

    func configuredBool(_ name: String) -> Bool? {
        switch configuration[name.lowercased()]?.lowercased() {
        case "true", "yes", "on", "1": true
        case "false", "no", "off", "0", "": false
        default: nil
        }
    }

    func configuredPath(_ name: String) -> String? {
        guard let answer = try? program.run(["config", "--type=path", "--get", name]), answer.code == 0 else {
            return nil
        }
        return answer.lines.first
    }

    func resolve(_ expression: String) throws(GitError) -> Repository.Revision? {
        if let commit = try source.object(expression + "^{commit}"), commit.kind == "commit" {
            return Repository.Revision(commit: commit.id, tree: try parsed(commit).tree)
        }
        if let tree = try source.object(expression + "^{tree}"), tree.kind == "tree" {
            return Repository.Revision(commit: nil, tree: tree.id)
        }
        if let other = try source.object(expression), other.kind == "blob" {
            throw GitError(.unknownRevision, .user, "'\(expression)' is a blob, not a commit or a tree.")
        }
        // A branch is there although its commit is not; another one must not take its place.
        if ObjectID(hex: expression) == nil,
            let answer = try? program.run(["rev-parse", "--verify", "--quiet", "--end-of-options", expression]),
            answer.code == 0, let id = answer.lines.last.flatMap({ ObjectID(hex: $0) })
        {
            _ = try commit(id)
        }
        return nil
    }

    func commit(_ id: ObjectID) throws(GitError) -> CommitRecord {
        guard let commit = try source.object("\(id)"), commit.kind == "commit" else {
            throw GitError(
                .objectMissing, .environment,
                "The commit \(id) is not in this repository. If the clone is shallow, run: git fetch --unshallow")
        }
        return try parsed(commit)
    }

    private func parsed(_ object: ProgramObjects.Object) throws(GitError) -> CommitRecord {
        guard let record = object.bytes.withUnsafeBytes({ CommitRecord(parsing: $0) }) else {
            throw GitError(.corrupt, .environment, "The commit \(object.id) is damaged. Run: git fsck --full")
        }
        return record
    }

    func mergeBases(_ one: ObjectID, _ two: ObjectID) throws(GitError) -> [ObjectID] {
        let answer = try program.run(["merge-base", "--all", "\(one)", "\(two)"])
        guard answer.code <= 1 else {
            throw GitError(
                .objectMissing, .environment,
                "The common history of \(one) and \(two) is not in this repository (\(answer.reason)).")
        }
        return answer.lines.compactMap { ObjectID(hex: $0) }
    }

    func objects() throws(GitError) -> any ObjectSource { source }

    func hash(_ path: [CChar], as repoPath: RepoPath, recorded: ObjectID?) -> ObjectID? { nil }

    func needsProgram(_ repoPath: RepoPath) -> Bool { true }
}
