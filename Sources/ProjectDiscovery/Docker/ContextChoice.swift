internal import GitObjects
internal import WorkspaceModel

/// Finds out from where a Dockerfile is built when nothing says so: by which directory has what it copies.
///
/// The directory of the Dockerfile is the convention, and the next one up that has everything comes after it. Where the
/// Dockerfile's directory and the root both have everything, both count.
struct ContextChoice {
    /// The directories, sorted; one when it is known.
    var contexts: [RepoPath]
    /// A sentence when it is not known.
    var doubt: String?

    init(_ path: RepoPath, _ build: DockerBuild, in tree: SourceTree) throws(GitError) {
        let own = path.parent ?? .root
        // The whole context, and what is not known, is everywhere.
        let telling = Set(build.sources.map { DockerPath.components($0.path) }).filter {
            !DockerPath.literalPrefix($0).isEmpty
                || ($0.first.map { !$0.contains(DockerVariables.unknown) && $0 != "*" } ?? false)
        }
        contexts = [own]
        guard !own.isRoot, !telling.isEmpty else { return }
        var counts: [(directory: RepoPath, count: Int)] = []
        var candidate: RepoPath? = own
        while let directory = candidate {
            var count = 0
            for source in telling where try ContextChoice.has(source, in: directory, tree) { count += 1 }
            counts.append((directory, count))
            candidate = directory.parent
        }
        // Only a build context's .dockerignore is read.
        let isMarked = try tree.entry(own.appending(".dockerignore")) != nil
        let atOwn = counts[0].count, atRoot = counts[counts.count - 1].count
        if atOwn == telling.count, isMarked || atRoot < telling.count { return }
        let best = counts.map(\.count).max() ?? 0
        if atOwn == best, atRoot == best {
            contexts = [.root, own]
            doubt = "what it copies is in its own directory and at the root alike"
        } else if atOwn < best {
            contexts = counts.first { $0.count == best }.map { [$0.directory] } ?? [own]
        }
        if best < telling.count, doubt == nil { doubt = "some of what it copies is in no directory above it" }
    }

    /// Whether something in the directory has the name.
    static func has(_ components: [String], in directory: RepoPath, _ tree: SourceTree) throws(GitError) -> Bool {
        let literal = DockerPath.literalPrefix(components)
        let place = literal.reduce(directory) { $0.appending($1) }
        guard let target = try tree.following(place).last else { return false }
        guard literal.count < components.count else { return target.isRoot ? true : try tree.entry(target) != nil }
        guard let contents = try tree.directory(target) else { return false }
        let glob = ContextPatterns.glob([components[literal.count]])
        guard let pattern = try? PatternList([glob.joined(separator: "/")]) else { return true }
        return contents.entries.contains { pattern.matches(contents.name(of: $0)) }
    }
}
