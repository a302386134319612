internal import GitObjects
internal import WorkspaceModel

/// Finds the units of Terragrunt in one tree: what each deploys, which units it waits for, and which files it is made from.
///
/// Belongs to one thread and one tree.
final class TerragruntSurvey {
    /// A configuration file that takes part in a unit.
    private struct Part {
        var path: RepoPath
        var file: TerragruntFile
    }

    private let modules: TerraformSurvey
    private var units: [RepoPath: RepoPath] = [:]
    private var references: Set<RepoPath> = []

    init(_ modules: TerraformSurvey) {
        self.modules = modules
    }

    /// The projects of the units, sorted by path.
    func projects(_ scan: ManifestScan) throws(GitError) -> [DiscoveredProject] {
        for (directory, names) in scan.directories {
            guard let name = TerragruntFile.unitNames.first(where: names.contains),
                !directory.components.contains(where: { TerraformSurvey.isFixture($0) })
            else { continue }
            units[directory] = directory.appending(name)
        }
        // What only others include is no unit.
        var parts: [RepoPath: [Part]] = [:]
        for (directory, path) in units { parts[directory] = try closure(of: path, in: directory) }
        for (directory, path) in units where references.contains(path) {
            if case .success(let file)? = try read(path), !file.hasSource { units[directory] = nil }
        }
        var projects: [DiscoveredProject] = []
        for (directory, path) in units.sorted(by: { $0.key < $1.key }) {
            projects.append(try project(directory, path, parts[directory] ?? []))
        }
        // Terragrunt refuses units that wait for each other; here the rest of the workspace is still answered for.
        ProjectCircles.loosen(&projects, as: .import)
        return projects
    }

    private func read(_ path: RepoPath) throws(GitError) -> Result<TerragruntFile, HCLProblem>? {
        guard let entry = try modules.tree.entry(path), entry.mode.isFile else { return nil }
        return try modules.cache.terragrunt(entry.id, in: modules.tree.objects)
    }

    // MARK: The files of a unit

    private static let mostFiles = 64

    /// The file and all configurations that it includes or reads, through each other.
    private func closure(of path: RepoPath, in unit: RepoPath) throws(GitError) -> [Part] {
        var parts: [Part] = [], pending = [path], seen: Set<RepoPath> = [path]
        while let next = pending.popLast(), parts.count < TerragruntSurvey.mostFiles {
            switch try read(next) {
            case .success(let file)?: parts.append(Part(path: next, file: file))
            case .failure(let problem)?:
                if next != path {
                    modules.note(next, problem.line, "\(problem.problem): what this configuration names is not known")
                }
                continue
            case nil: continue
            }
            // A name may be of a file that was read just now.
            for part in parts {
                for found in try paths(in: part, of: parts, unit) {
                    guard let target = found.target, TerragruntSurvey.isConfiguration(target),
                        try modules.tree.entry(target)?.mode.isFile == true
                    else { continue }
                    references.insert(target)
                    if seen.insert(target).inserted { pending.append(target) }
                }
            }
        }
        return parts
    }

    private static func isConfiguration(_ path: RepoPath) -> Bool {
        path.lastComponent.suffix(4).elementsEqual(".hcl".utf8)
    }

    private struct Found {
        /// What exists at the path; `nil` when its end is not known, and then `around` is the directory it begins with, if
        /// that is known.
        var target: RepoPath?
        var around: RepoPath?
        var isPath: Bool
        var evidence: Evidence
    }

    /// What one file of a unit names in the repository.
    private func paths(in part: Part, of parts: [Part], _ unit: RepoPath) throws(GitError) -> [Found] {
        var locals: [String: [[HCLToken]]] = [:]
        for part in parts { for (name, tokens) in part.file.locals { locals[name, default: []].append(tokens) } }
        let place = part.path.parent ?? .root
        var evaluation = TerragruntEvaluation(tree: modules.tree, unit: unit, place: place, locals: locals)
        var found: [Found] = []
        let all =
            part.file.named
            + part.file.locals.sorted { $0.key < $1.key }.map { name, tokens in
                TerragruntFile.Named(
                    attribute: HCLBody.Attribute(name: name, line: tokens.first?.line ?? 1, expression: tokens),
                    isPath: false)
            }
        for named in all {
            let tokens = named.attribute.expression
            let evidence = Evidence(path: part.path, line: named.attribute.line)
            var texts: Set<String> = []
            for index in tokens.indices {
                if case .template = tokens[index].kind {
                    texts.formUnion(try evaluation.texts(tokens[index...index]))
                } else if tokens[index].identifier != nil, index + 1 < tokens.count, tokens[index + 1].isSymbol("("),
                    let end = TerragruntSurvey.closing(tokens, from: index + 1)
                {
                    texts.formUnion(try evaluation.texts(tokens[index...end]))
                }
            }
            if named.isPath, tokens.first?.isSymbol("[") != true {
                // The whole expression says it, not a text in it.
                texts = Set(try evaluation.texts(tokens[...]))
            }
            for text in texts.sorted() {
                found += try self.found(text, named.isPath, unit, place, evidence)
            }
        }
        return found
    }

    private static func closing(_ tokens: [HCLToken], from open: Int) -> Int? {
        var depth = 0
        for index in open..<tokens.count {
            if case .symbol(let character) = tokens[index].kind {
                if "([{".contains(character) { depth += 1 } else if ")]}".contains(character) { depth -= 1 }
            }
            if depth == 0 { return index }
        }
        return nil
    }

    private func found(
        _ text: String, _ isPath: Bool, _ unit: RepoPath, _ place: RepoPath, _ evidence: Evidence
    ) throws(GitError) -> [Found] {
        if text.contains("::") || text.contains("://") || text.hasPrefix("git@") || text.hasPrefix("/") { return [] }
        let isAbsolute = text.first == TerragruntEvaluation.root
        guard isAbsolute || isPath || text.hasPrefix("./") || text.hasPrefix("../") else { return [] }
        var plain = Substring(text).drop { $0 == TerragruntEvaluation.root }
        plain = plain.prefix { $0 != "?" && !$0.isNewline }
        let known = plain.prefix { $0 != TerragruntEvaluation.unknown }
        if known.isEmpty, known.endIndex < plain.endIndex {
            return isPath ? [Found(isPath: true, evidence: evidence)] : []
        }
        let isWhole = known.endIndex == plain.endIndex
        let path = isWhole ? known : known.lastIndex(of: "/").map { known[...$0] } ?? ""
        let normal = path.drop { $0 == "/" }.replacing("//", with: "/")
        var found: [Found] = []
        for start in isAbsolute ? [RepoPath.root] : Array(Set([unit, place])).sorted() {
            guard let target = normal.isEmpty ? start : start.resolving(normal),
                let end = try modules.tree.following(target).last
            else { continue }
            if !end.isRoot, try modules.tree.entry(end) == nil { continue }
            found.append(
                isWhole
                    ? Found(target: end, isPath: isPath, evidence: evidence)
                    : Found(around: end, isPath: isPath, evidence: evidence))
        }
        return found
    }

    // MARK: Projects

    private func project(_ directory: RepoPath, _ path: RepoPath, _ parts: [Part]) throws(GitError) -> DiscoveredProject
    {
        var project = DiscoveredProject(path: directory, manager: .terraform, manifest: path)
        project.appEvidence = "\(path): a unit that Terragrunt deploys"
        project.sharesFiles = !modules.places.contains(directory) && !modules.places.below(directory).isEmpty
        if case .failure(let problem)? = try read(path) {
            project.brokenReason = modules.broken(path, problem, in: "unit")
        }
        var named = Set(parts.map(\.path))
        for part in parts {
            for found in try paths(in: part, of: parts, directory) { try add(found, to: &project, &named) }
        }
        project.namedFiles = named.filter { !$0.isWithin(directory) }.sorted()
        project.dependencies = Array(Set(project.dependencies)).sorted {
            ($0.target, $0.evidence.path, $0.evidence.line ?? 0) < ($1.target, $1.evidence.path, $1.evidence.line ?? 0)
        }
        return project
    }

    private func add(
        _ found: Found, to project: inout DiscoveredProject, _ named: inout Set<RepoPath>
    ) throws(GitError) {
        guard let target = found.target else {
            guard found.isPath else { return }
            guard let around = found.around else {
                return modules.note(
                    found.evidence.path, found.evidence.line,
                    "what is named here for '\(project.path)' is not known: no edge")
            }
            return try addAll(around, found.evidence, project.path, &named)
        }
        if target == project.path { return }
        let isUnit = units[target] != nil, isModule = modules.projects.contains(target)
        if isUnit || isModule {
            project.dependencies.append(
                DiscoveredDependency(target: target, kind: .runtime, evidence: found.evidence))
        } else if project.path.isWithin(target) {
            // `get_repo_root()` alone says nothing of what is read.
            if found.isPath { try addAll(target, found.evidence, project.path, &named) }
        } else {
            named.insert(target)
        }
    }

    private func addAll(
        _ directory: RepoPath, _ evidence: Evidence, _ unit: RepoPath, _ named: inout Set<RepoPath>
    ) throws(GitError) {
        if !unit.isWithin(directory) {
            named.insert(directory)
        } else {
            named.formUnion(try modules.entries(of: directory))
        }
        modules.widen(evidence, "what is named below '\(directory)' is not known")
    }
}
